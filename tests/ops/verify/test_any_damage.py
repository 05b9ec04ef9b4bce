"""
Damage at random: all of it is found, and nothing else is.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.keys import entry_key, file_list_key
from ops.ledger import Head
from ops.verified import VerifyMode
from ops.verify.report import Report
from tests.ops.verify.made import copied, keys_in, put

Verify = Callable[..., Report]

EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

STRANGE = (
    "items/device=new/date=2025-01-01/00000001.parquet",
    "items/device=b/date=2025-09-02/00000002.parquet",
    "items/device=b/date=2025-09-02/00000001-3.parquet",
    "items/x",
    "ledger/entries/x.json",
    "ledger/notes",
    "open/x",
    "quarantine/00000003.jsonl.gz",
    "quarantine/x",
    "x",
)


@st.composite
def blows(draw: st.DrawFn) -> Callable[[bytes], bytes | None]:
    """
    What becomes of an object's bytes; None where it is deleted.
    """
    kind = draw(st.sampled_from(["delete", "flip", "cut", "grow", "replace"]))
    place, bit = draw(st.integers(0, 10**6)), draw(st.integers(0, 7))

    def strike(body: bytes) -> bytes | None:
        at = place % len(body)
        flipped = body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]
        struck = {
            "delete": None,
            "flip": flipped,
            "cut": body[:at],
            "grow": body + body[: at + 1],
            "replace": bytes(len(body)),
        }
        return struck[kind]

    return strike


def strike(folder: Path, key: str, blow: Callable[[bytes], bytes | None]) -> None:
    """
    Do that to an object.
    """
    body = blow((folder / key).read_bytes())
    if body is None:
        (folder / key).unlink()
    else:
        (folder / key).write_bytes(body)


@pytest.fixture(scope="session")
def head(whole: Path, verified: Verify) -> Head:
    """
    What was verified before the damage.
    """
    head = verified(whole).head
    assert isinstance(head, Head)
    return head


def entry_of(key: str) -> int:
    """
    The number in a key.
    """
    return int(key.rpartition("/")[2][:8])


@EXAMPLES
@given(choices=st.data(), mode=st.sampled_from(VerifyMode))
def test_what_was_damaged_is_named_and_nothing_else(
    whole: Path,
    verified: Verify,
    head: Head,
    choices: st.DataObject,
    mode: VerifyMode,
) -> None:
    """
    Any objects, and one entry or file list among them, in any combination.

    What a damaged entry or list does not tell any more is not compared.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = copied(whole, Path(scratch) / "copy")
        keys = keys_in(folder)
        plain = [key for key in keys if key.startswith(("items/", "quarantine/"))]
        ledger = [key for key in keys if key.startswith("ledger/")]
        struck = choices.draw(st.sets(st.sampled_from(plain), max_size=4))
        struck |= choices.draw(st.sets(st.sampled_from(ledger), max_size=1))
        added = choices.draw(st.sets(st.sampled_from(STRANGE), max_size=3))
        for key in sorted(struck):
            strike(folder, key, choices.draw(blows()))
        for key in added:
            put(folder, key, b"mine")

        report = verified(folder, mode, before=head)
        named = {each.key for each in report.findings}
        assert named == (struck - untold(struck)) | (added - untold(added, struck))
        assert len(named) == len(report.findings)


def untold(keys: set[str], struck: set[str] | None = None) -> set[str]:
    """
    Those of which the damaged ledger says nothing any more.
    """
    struck = keys if struck is None else struck
    lists = {entry_of(key) for key in struck if key.startswith("ledger/files/")}
    entries = {entry_of(key) for key in struck if key.startswith("ledger/entries/")}
    return {
        key
        for key in keys
        if key.rpartition("/")[2][:8].isdigit()
        and (
            (key.startswith("items/") and entry_of(key) in lists)
            or (key.startswith("quarantine/") and entry_of(key) in entries)
        )
    }


@EXAMPLES
@given(choices=st.data())
def test_no_damage_keeps_the_rest_from_being_verified(
    whole: Path, verified: Verify, head: Head, choices: st.DataObject
) -> None:
    """
    The ledger is walked to its end, whatever becomes of all of it.

    What is named is damaged, or belongs to an entry that is, or may have been
    replaced by one of which nothing is left.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = copied(whole, Path(scratch) / "copy")
        struck = choices.draw(
            st.sets(st.sampled_from(keys_in(folder)), min_size=1, max_size=12)
        )
        for key in sorted(struck):
            strike(folder, key, choices.draw(blows()))
        report = verified(folder, VerifyMode.DEEP, before=head)

        numbers = {entry_of(key) for key in struck if key.startswith("ledger/")}
        for each in report.findings:
            is_of_damaged = entry_of(each.key) in numbers
            is_neighbour = each.key in {entry_key(n - 1) for n in numbers}
            is_unsure = "of which nothing is left" in each.reason
            assert each.key in struck or is_of_damaged or is_neighbour or is_unsure


@pytest.mark.parametrize("n", range(1, 7))
def test_a_bit_anywhere_in_an_entry_counts(
    whole: Path, verified: Verify, head: Head, n: int, tmp_path: Path
) -> None:
    """
    Bytes of it all over are altered; each time this entry is found, and it alone.
    """
    folder = copied(whole, tmp_path / "copy")
    path = folder / entry_key(n)
    body = path.read_bytes()
    for at in range(0, len(body), 23):
        path.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
        report = verified(folder, before=head)
        assert {each.key for each in report.findings} == {entry_key(n)}, at


@pytest.mark.parametrize("n", range(1, 7))
def test_a_bit_anywhere_in_a_file_list_counts(
    whole: Path, verified: Verify, n: int, tmp_path: Path
) -> None:
    """
    The same for what an entry adds and removes.
    """
    folder = copied(whole, tmp_path / "copy")
    path = folder / file_list_key(n)
    body = path.read_bytes()
    for at in range(0, len(body), 97):
        path.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
        report = verified(folder)
        assert {each.key for each in report.findings} == {file_list_key(n)}, at

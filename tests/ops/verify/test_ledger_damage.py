"""
Damage to the ledger, done to a copy by hand: its chain and its file lists.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.file_list import decode_file_list
from archive.keys import entry_key, file_list_key
from archive.ledger import FileList
from ops.verify.finding import Kind
from ops.verify.report import Report
from tests.ops.verify.made import A1, B1, B4, flip, found, keys_in, rewrite

Verify = Callable[..., Report]


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_missing_entry_breaks_the_chain_and_hides_nothing(
    copy: Path, verified: Verify, n: int
) -> None:
    """
    Its file list still says what its objects are, so that they are compared.
    """
    (copy / entry_key(n)).unlink()
    (copy / B4).unlink()
    flip(copy, A1)
    report = verified(copy)

    assert found(report) == [
        (Kind.MISSING, B4),
        (Kind.ALTERED, A1),
        (Kind.BROKEN, entry_key(n)),
    ]
    assert not report.is_whole


@pytest.mark.parametrize("n", [1, 3, 5])
def test_an_entry_that_is_gone_with_its_file_list_makes_no_other_finding(
    copy: Path, verified: Verify, n: int
) -> None:
    """
    What it named and what it replaced cannot be compared, and counts as that.
    """
    (copy / entry_key(n)).unlink()
    (copy / file_list_key(n)).unlink()
    report = verified(copy)

    assert found(report) == [(Kind.BROKEN, entry_key(n))]
    assert report.tally.blind > 0


@pytest.mark.parametrize("n", [1, 2, 5])
def test_an_altered_entry_is_found_by_the_next_one(
    copy: Path, verified: Verify, n: int
) -> None:
    """
    Whatever of it was altered, as long as it is an entry still.
    """
    body = (copy / entry_key(n)).read_bytes().replace(b'"test"', b'"mine"')
    (copy / entry_key(n)).write_bytes(body)

    assert found(verified(copy)) == [(Kind.BROKEN, entry_key(n))]


def test_an_entry_with_another_previous_hash_is_blamed_itself(
    copy: Path, verified: Verify
) -> None:
    """
    The one before it is not: the next entry disagrees with this one as well.
    """
    entry = json.loads((copy / entry_key(3)).read_bytes())
    entry["previous"] = "0" * 64
    (copy / entry_key(3)).write_text(f"{json.dumps(entry, separators=(',', ':'))}\n")
    (finding,) = verified(copy).findings

    assert (finding.kind, finding.key) == (Kind.BROKEN, entry_key(3))


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format":1}'])
def test_an_entry_that_is_none_is_found(
    copy: Path, verified: Verify, body: bytes
) -> None:
    """
    And all the others are walked.
    """
    (copy / entry_key(2)).write_bytes(body)
    (copy / B4).unlink()

    assert found(verified(copy)) == [(Kind.MISSING, B4), (Kind.BROKEN, entry_key(2))]


def test_an_entry_under_another_number_is_found(copy: Path, verified: Verify) -> None:
    """
    A copy of an entry is none.
    """
    shutil.copy(copy / entry_key(2), copy / entry_key(4))
    (finding,) = verified(copy).findings

    assert (finding.kind, finding.key) == (Kind.BROKEN, entry_key(4))
    assert finding.reason == "holds entry 2"


def test_a_cut_chain_shows_by_what_its_entries_left(
    copy: Path, verified: Verify
) -> None:
    """
    A file list without an entry, and not under way.
    """
    (copy / entry_key(6)).unlink()
    report = verified(copy)

    assert found(report) == [(Kind.CUT, entry_key(6))]
    assert report.head.n == 5


def test_a_chain_that_is_cut_with_its_file_lists_shows_by_its_objects(
    copy: Path, verified: Verify
) -> None:
    """
    They carry the number of an entry that is not there.
    """
    (copy / entry_key(6)).unlink()
    (copy / file_list_key(6)).unlink()
    keys = [key for key in keys_in(copy) if key.endswith("00000006.parquet")]

    assert found(verified(copy)) == [(Kind.CUT, key) for key in keys]


def test_a_chain_that_is_cut_without_a_trace_shows_by_what_was_verified(
    copy: Path, verified: Verify
) -> None:
    """
    The head of an earlier run is a witness outside of the bucket.
    """
    before = verified(copy).head
    for key in keys_in(copy):
        if "00000006" in key or "00000005" in key:
            (copy / key).unlink()

    assert found(verified(copy)) == []
    assert found(verified(copy, before=before)) == [
        (Kind.CUT, entry_key(5)),
        (Kind.CUT, entry_key(6)),
    ]


def test_a_last_entry_that_was_altered_shows_by_what_was_verified(
    copy: Path, verified: Verify
) -> None:
    """
    No entry follows that would hold its hash.
    """
    before = verified(copy).head
    body = (copy / entry_key(6)).read_bytes().replace(b'"test"', b'"mine"')
    (copy / entry_key(6)).write_bytes(body)

    assert found(verified(copy)) == []
    assert found(verified(copy, before=before)) == [(Kind.BROKEN, entry_key(6))]


def test_an_entry_of_a_newer_version_is_no_damage(copy: Path, verified: Verify) -> None:
    """
    It is told, with the way out, and the objects before it are compared.
    """
    entry = json.loads((copy / entry_key(6)).read_bytes())
    entry["format"] = 2
    (copy / entry_key(6)).write_text(json.dumps(entry))
    (copy / B4).unlink()
    report = verified(copy)

    assert found(report) == [(Kind.MISSING, B4), (Kind.UNKNOWN, entry_key(6))]
    assert not report.findings[1].kind.is_damage
    assert "newer" in report.findings[1].reason


def test_a_missing_file_list_is_found_and_makes_no_other_finding(
    copy: Path, verified: Verify
) -> None:
    """
    A compaction's inputs still say what it replaced.
    """
    (copy / file_list_key(3)).unlink()
    report = verified(copy)

    assert found(report) == [(Kind.MISSING, file_list_key(3))]
    assert report.tally.blind == 1


def test_a_file_that_two_entries_add_is_doubled(copy: Path, verified: Verify) -> None:
    """
    A transform of another make could write such a ledger; the chain holds.
    """
    first = decode_file_list("", (copy / file_list_key(1)).read_bytes())
    last = decode_file_list("", (copy / file_list_key(6)).read_bytes())
    (b1,) = (each for each in first.adds if each.key == B1)
    rewrite(copy, 6, FileList(adds=(*last.adds, b1)))
    (finding,) = verified(copy).findings

    assert (finding.kind, finding.key) == (Kind.DOUBLED, B1)
    assert finding.reason == "entries 1 and 6 both add it"


def test_a_file_that_is_removed_twice_is_doubled(copy: Path, verified: Verify) -> None:
    """
    By entry 3 and again.
    """
    third = decode_file_list("", (copy / file_list_key(3)).read_bytes())
    last = decode_file_list("", (copy / file_list_key(6)).read_bytes())
    rewrite(copy, 6, FileList(adds=last.adds, removes=third.removes[:1]))

    assert found(verified(copy)) == [(Kind.DOUBLED, third.removes[0].key)]


def test_a_ledger_that_removes_what_was_never_added_is_broken(
    copy: Path, verified: Verify
) -> None:
    """
    Or that removes another file than was added.
    """
    last = decode_file_list("", (copy / file_list_key(6)).read_bytes())
    fourth = decode_file_list("", (copy / file_list_key(4)).read_bytes())
    (b4,) = fourth.adds
    never = replace(b4, key=B4.replace(".parquet", "-7.parquet"))
    other = replace(b4, rows=b4.rows + 1)
    (copy / B4).unlink()
    rewrite(copy, 6, FileList(adds=last.adds, removes=(never, other)))

    assert found(verified(copy)) == [(Kind.BROKEN, never.key), (Kind.BROKEN, B4)]


def test_what_is_lost_of_quarantine_is_found_beside_a_lost_entry(
    copy: Path, verified: Verify
) -> None:
    """
    An entry that is gone can have replaced archive objects, and nothing else.
    """
    (copy / entry_key(5)).unlink()
    (copy / "quarantine/00000001-1.bin").unlink()

    assert found(verified(copy)) == [
        (Kind.MISSING, "quarantine/00000001-1.bin"),
        (Kind.BROKEN, entry_key(5)),
    ]


def test_a_batch_whose_file_list_is_lost_excuses_no_loss_in_its_partition(
    copy: Path, verified: Verify
) -> None:
    """
    The entry is there, and its inputs were no archive objects.
    """
    (copy / file_list_key(4)).unlink()
    (copy / B1).unlink()

    assert found(verified(copy)) == [
        (Kind.MISSING, B1),
        (Kind.MISSING, file_list_key(4)),
    ]

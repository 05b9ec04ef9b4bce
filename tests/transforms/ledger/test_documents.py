"""
Entries, intents, plans and file lists: what they hold, and what is refused.
"""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.columns import parse_column
from archive.contract import Contract
from archive.counts import Counts
from archive.document import EntryKind, Input, Kept
from archive.errors import DamagedError, MisconfiguredError
from archive.intent import (
    Intent,
    Plan,
    Planned,
    Treatment,
    decode_intent,
    decode_plan,
    encode_intent,
    encode_plan,
)
from archive.ledger import (
    Damage,
    Entry,
    Listing,
    Taken,
    chain_hash,
    decode_entry,
    encode_entry,
    read_chain,
)

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
inputs = st.builds(Input, key=text, version=text, etag=text, bytes=st.integers(0))
kept = st.builds(Kept, key=text, bytes=st.integers(0), sha256=text)
contracts = st.sampled_from(
    [
        Contract(),
        Contract(
            columns=(parse_column("t", "decimal(9,2)", "Temperature"),),
            time_zone="Asia/Tokyo",
            retired=(parse_column("old", "string"),),
        ),
    ]
)
writers = st.dictionaries(text, text, max_size=2)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """
    Any entry that may exist.
    """
    n = draw(st.integers(1, 3))
    taken = draw(
        st.lists(st.builds(Taken, source=inputs, frames=st.just(1), lines=st.just(4)))
    )
    lines = 4 * len(taken)
    return Entry(
        n=n,
        kind=draw(st.sampled_from(EntryKind)),
        opened_at=draw(st.integers(0)),
        previous=None if n == 1 else "ab",
        contract=draw(contracts),
        writer=draw(writers),
        inputs=tuple(taken),
        counts=Counts(lines=lines, rows=lines, doubles_dropped=0, quarantined=0),
        files=Listing(kept=draw(kept), rows=draw(st.integers(0))),
        quarantine=draw(st.none() | kept),
        damage=tuple(
            draw(
                st.lists(
                    st.builds(
                        Damage,
                        kept=kept,
                        key=text,
                        version=text,
                        offset=st.integers(0),
                        length=st.integers(0),
                        reason=text,
                    ),
                    max_size=2,
                )
            )
        ),
    )


def entry(n: int, previous: str | None) -> Entry:
    """
    An empty entry.
    """
    return Entry(
        n=n,
        kind=EntryKind.BATCH,
        opened_at=1,
        previous=previous,
        contract=Contract(),
        writer={"firn": "1"},
        inputs=(),
        counts=Counts(lines=0, rows=0, doubles_dropped=0, quarantined=0),
        files=Listing(kept=Kept(key="k", bytes=0, sha256="s"), rows=0),
        quarantine=None,
        damage=(),
    )


def chain(length: int) -> list[bytes]:
    """
    The stored bytes of a sound ledger.
    """
    stored: list[bytes] = []
    for n in range(1, length + 1):
        previous = chain_hash(stored[-1]) if stored else None
        stored.append(encode_entry(entry(n, previous)))
    return stored


@given(entries())
def test_an_entry_is_what_its_bytes_say(written: Entry) -> None:
    """
    And the same entry has the same bytes.
    """
    stored = encode_entry(written)
    assert decode_entry("entry", stored) == written
    assert encode_entry(decode_entry("entry", stored)) == stored


@given(
    st.builds(
        Intent,
        n=st.integers(1),
        kind=st.sampled_from(EntryKind),
        inputs=st.lists(inputs).map(tuple),
        treatment=st.sampled_from(Treatment),
        opened_at=st.integers(0),
        contract=contracts,
        writer=writers,
        holder=text,
        attempts=st.integers(1),
        until=st.integers(0),
    )
)
def test_an_intent_is_what_its_bytes_say(written: Intent) -> None:
    """
    Nothing that a takeover needs is lost.
    """
    assert decode_intent("intent", encode_intent(written)) == written


@given(
    st.builds(
        Plan,
        n=st.integers(1),
        writer=writers,
        files=st.lists(st.builds(Planned, kept=kept, rows=st.integers(0))).map(tuple),
        carried=st.lists(text).map(tuple),
    )
)
def test_a_plan_is_what_its_bytes_say(written: Plan) -> None:
    """
    And its keys are its files' and the carried ones.
    """
    assert decode_plan("plan", encode_plan(written)) == written
    assert written.keys == {file.kept.key for file in written.files} | {
        *written.carried
    }


DECODERS: dict[str, Callable[[bytes], object]] = {
    "entry": lambda stored: decode_entry("x", stored),
    "intent": lambda stored: decode_intent("x", stored),
    "plan": lambda stored: decode_plan("x", stored),
}


@pytest.mark.parametrize("document", DECODERS)
def test_a_format_that_is_not_known_is_refused(document: str) -> None:
    """
    By whoever must deploy a newer version, and before it is half understood.
    """
    with pytest.raises(MisconfiguredError, match="format 2"):
        DECODERS[document](b'{"format":2}')


@pytest.mark.parametrize("document", ["entry", "intent"])
def test_a_kind_that_is_not_known_is_refused(document: str) -> None:
    """
    A reader that skipped it would show another archive.
    """
    value = json.loads(encode_entry(entry(1, None)))
    value |= {"kind": "sublimation"}
    with pytest.raises(MisconfiguredError, match="sublimation"):
        DECODERS[document](json.dumps(value).encode())


@pytest.mark.parametrize("document", DECODERS)
@pytest.mark.parametrize("stored", [b"", b"[]", b"null", b"{}", b'{"format":1,"n":1}'])
def test_a_document_that_is_not_whole_is_damage(document: str, stored: bytes) -> None:
    """
    Whatever is wrong with it, nothing else is raised.
    """
    with pytest.raises(DamagedError):
        DECODERS[document](stored)


def test_a_sound_chain_is_read_whole() -> None:
    """
    From the first entry, which has none before it.
    """
    assert [read.n for read in read_chain(chain(4))] == [1, 2, 3, 4]
    assert list(read_chain([])) == []


@pytest.mark.parametrize("position", range(4))
def test_a_chain_shows_an_altered_missing_or_repeated_entry(position: int) -> None:
    """
    At the entry after it at the latest; the last one needs the object's own hash.
    """
    sound = chain(5)
    altered = encode_entry(replace(decode_entry("x", sound[position]), opened_at=999))
    for stored in (
        [*sound[:position], altered, *sound[position + 1 :]],
        [*sound[:position], *sound[position + 1 :]],
        [*sound[:position], sound[position], *sound[position:]],
    ):
        with pytest.raises(DamagedError):
            list(read_chain(stored))


def test_only_the_first_entry_has_none_before_it() -> None:
    """
    An entry that says otherwise cannot exist.
    """
    with pytest.raises(DamagedError):
        entry(2, None)
    with pytest.raises(DamagedError):
        entry(1, "ab")


def test_an_entry_whose_inputs_hold_other_lines_cannot_exist() -> None:
    """
    The counts are those of its inputs, and they add up.
    """
    with pytest.raises(DamagedError, match="its counts 3"):
        replace(
            entry(1, None),
            counts=Counts(lines=3, rows=3, doubles_dropped=0, quarantined=0),
        )
    with pytest.raises(DamagedError):
        Counts(lines=3, rows=1, doubles_dropped=1, quarantined=0)

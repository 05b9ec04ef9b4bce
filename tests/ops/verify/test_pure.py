"""
What decides, by itself: the record, months, intents, the fold, the merge.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.document import EntryKind, Kept
from archive.errors import MisconfiguredError
from archive.files import FileRecord
from archive.intent import Intent, Plan, Planned, Treatment, encode_intent, encode_plan
from archive.keys import Partition, entry_key, intent_key, item_key, plan_key
from archive.ledger import FileList
from ops.ledger import Head
from ops.objects import Stored
from ops.verified import (
    Verified,
    VerifyMode,
    decode_verified,
    encode_verified,
    verified_parameter,
)
from ops.verify.chain import Read, walk
from ops.verify.finding import Kind
from ops.verify.fold import Act, Fold, Folded, Said, entry_of
from ops.verify.sift import merged
from ops.verify.under_way import read_open, told
from ops.verify.window import parse_month, window
from tests.ops.verify.made import CONTRACT, NOVEMBER


def test_the_record_reads_as_it_was_written() -> None:
    """
    What the module has made says that nobody has verified yet.
    """
    record = Verified(
        at=1,
        by="arn:aws:iam::1:user/a",
        mode=VerifyMode.DEEP,
        head=Head(3, "0" * 64),
        objects=7,
        findings=2,
    )

    assert decode_verified("p", encode_verified(record)) == record
    assert decode_verified("p", '{"format":1}') is None
    assert verified_parameter("roof") == "/firn/roof/verified"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format":2}', '{"format":1,"at":1}', "null"]
)
def test_a_record_of_another_kind_is_refused_by_its_name(text: str) -> None:
    """
    With the way out.
    """
    with pytest.raises(MisconfiguredError, match="/firn/x/verified: "):
        decode_verified("/firn/x/verified", text)


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-10", "2026-1", "x"])
def test_a_month_that_is_none_is_refused(text: str) -> None:
    """
    In one line that says how to write it.
    """
    with pytest.raises(MisconfiguredError, match=f"--month {text}: not a month"):
        parse_month(text)


def test_a_month_is_one_of_the_archives_time_zone() -> None:
    """
    In Tokyo it begins nine hours earlier, and December ends with the year.
    """
    utc = window(parse_month("2025-12"), "UTC")
    tokyo = window(parse_month("2025-12"), "Asia/Tokyo")

    assert utc.begin == (NOVEMBER + 30 * 86_400 - NOVEMBER % 86_400) * 1000
    assert (utc.end - utc.begin) == 31 * 86_400_000
    assert utc.begin - tokyo.begin == utc.end - tokyo.end == 9 * 3_600_000


@pytest.mark.parametrize(
    ("first", "last", "is_taken"),
    [(-2, -1, False), (-2, 0, True), (0, 0, True), (5, 99, True), (10, 11, False)],
)
def test_a_file_counts_where_a_row_of_it_was_deleted_in_the_month(
    first: int, last: int, is_taken: bool
) -> None:
    """
    The first moment belongs to the month, the first of the next does not.
    """
    said = Said(
        n=1,
        act=Act.ADD,
        key="k",
        rows=1,
        bytes=1,
        sha256="",
        first_deleted_at=first,
        last_deleted_at=last,
    )
    from ops.verify.window import Window  # noqa: PLC0415 - only here

    assert Window(0, 10).takes(said) is is_taken


def _intent(n: int, until: int) -> bytes:
    return encode_intent(
        Intent(
            n=n,
            kind=EntryKind.BATCH,
            inputs=(),
            treatment=Treatment.CONVERT,
            opened_at=0,
            contract=CONTRACT,
            writer={},
            holder="h",
            attempts=1,
            until=until,
        )
    )


def test_what_is_open_explains_what_its_plan_names() -> None:
    """
    Those keys, the entry's file list, and nothing else.
    """
    key = "items/device=a/date=2025-01-01/00000007.parquet"
    planned = Planned(kept=Kept(key=key, bytes=1, sha256="0" * 64), rows=1)
    plan = Plan(
        n=7, writer={}, files=(planned,), carried=("quarantine/00000007-1.bin",)
    )
    open_ = read_open(
        [(intent_key(7), _intent(7, 100)), (plan_key(7), encode_plan(plan))]
    )

    assert open_.findings == ()
    assert open_.explains(key)
    assert open_.explains("quarantine/00000007-1.bin")
    assert open_.explains("ledger/files/00000007.parquet")
    assert not open_.explains(key.replace("00000007", "00000006"))
    assert not open_.explains("ledger/files/00000006.parquet")


def test_a_plan_explains_nothing_of_another_entry() -> None:
    """
    Keys follow from the number; a plan without an intent is told as that.
    """
    key = "items/device=a/date=2025-01-01/00000006.parquet"
    planned = Planned(kept=Kept(key=key, bytes=1, sha256="0" * 64), rows=1)
    plan = encode_plan(Plan(n=7, writer={}, files=(planned,), carried=()))

    open_ = read_open([(plan_key(7), plan)])
    assert not open_.explains(key)
    assert open_.alone == {7}
    assert read_open([(intent_key(7), _intent(7, 1)), (plan_key(7), plan)]).alone == (
        frozenset()
    )


def test_an_intent_that_was_forgotten_is_told_as_that() -> None:
    """
    A living one, or one whose heir is due within the hour, only as under way.
    """
    (held,) = read_open([(intent_key(7), _intent(7, 1000))]).intents

    assert told(held, 0) == "entry 7 (batch) is under way"
    assert told(held, 1000 + 3600) == "entry 7 (batch) is under way"
    assert "its run ended 2 h ago" in told(held, 1000 + 7300)
    assert "its run ended 3 days ago" in told(held, 1000 + 3 * 86_400)


def test_a_damaged_intent_is_found_and_so_is_what_is_none() -> None:
    """
    A format to come is not damage.
    """
    newer = json.dumps({"format": 9, "n": 8}).encode()
    found = read_open(
        [
            (intent_key(7), b"{"),
            (intent_key(8), newer),
            ("open/notes", b""),
            ("open/00000009.txt", b""),
        ]
    ).findings

    assert [(each.kind, each.key) for each in found] == [
        (Kind.ALTERED, intent_key(7)),
        (Kind.UNKNOWN, intent_key(8)),
        (Kind.EXTRA, "open/notes"),
        (Kind.EXTRA, "open/00000009.txt"),
    ]


@pytest.mark.parametrize(
    ("key", "n"),
    [
        ("ledger/entries/00000012.json", 12),
        ("ledger/files/00000012.parquet", 12),
        ("open/00000012.json", 12),
        ("open/00000012.plan.json", 12),
        ("quarantine/00000012.jsonl.gz", 12),
        ("quarantine/00000012-3.bin", 12),
        ("items/device=a/date=2025-01-01/00000012-3.parquet", 12),
        ("items/device=a/00000012.parquet", None),
        ("ledger/00000012.json", None),
        ("ledger/entries/00000012.parquet", None),
        ("elsewhere/00000012.json", None),
        ("00000012", None),
    ],
)
def test_a_number_is_read_from_our_own_keys_alone(key: str, n: int | None) -> None:
    """
    An object that only looks like one of ours belongs to no entry.
    """
    assert entry_of(key) == n


@given(
    st.lists(
        st.tuples(
            st.text("ab/é'\U0001f600", min_size=1, max_size=6),
            st.integers(1, 9),
            st.one_of(st.none(), st.integers(-(2**60), 2**60)),
        ),
        max_size=20,
        unique_by=lambda it: it[0],
    )
)
def test_what_is_packed_is_had_back_in_the_order_of_a_listing(
    given_: list[tuple[str, int, int | None]],
) -> None:
    """
    Nothing of a record is lost, and keys sort as S3 sorts them: in UTF-8.
    """
    fold = Fold()
    for device, n, moment in given_:
        partition = Partition(device, "2025-01-01")
        record = FileRecord(
            key=item_key(partition, n),
            partition=partition,
            rows=n,
            bytes=n * 10**9,
            sha256=f"{n:064x}",
            md5=f"{n:032x}",
            first_created_at=moment,
            last_created_at=moment,
            first_deleted_at=n,
            last_deleted_at=n + 1,
        )
        fold.add(n, FileList(adds=(record,)))
    folded = list(fold.folded())

    assert [it.key for it in folded] == sorted(
        (item_key(Partition(device, "2025-01-01"), n) for device, n, _ in given_),
        key=str.encode,
    )
    by_key = {it.key: it.live for it in folded}
    for device, n, moment in given_:
        live = by_key[item_key(Partition(device, "2025-01-01"), n)]
        assert live is not None
        assert (live.rows, live.bytes, live.sha256) == (n, n * 10**9, f"{n:064x}")
        assert (live.first_created_at, live.last_deleted_at) == (moment, n + 1)
        assert live.md5 == f"{n:032x}"


@given(
    st.sets(st.text("abc/", min_size=1, max_size=3)),
    st.sets(st.text("abc/", min_size=1, max_size=3)),
)
def test_the_merge_gives_every_key_of_both_once(
    said: set[str], there: set[str]
) -> None:
    """
    In order, and together where both have it.
    """
    folded = [Folded(key=key, live=None) for key in sorted(said)]
    listed = [Stored(key=key, bytes=0, etag="", modified_at=0) for key in sorted(there)]
    pairs = list(merged(folded, listed))

    keys = [(one or other).key for one, other in pairs if one or other]  # type: ignore[union-attr]  # one of them is there
    assert keys == sorted(said | there)
    assert {one.key for one, _ in pairs if one} == said
    assert {other.key for _, other in pairs if other} == there


def test_a_far_number_is_one_finding_and_not_a_hundred_million() -> None:
    """
    Whoever puts an entry far away gets a short page.
    """
    chain = walk([Read(n=99_999_999, body=b"x")])
    assert [each.kind for each in chain.findings] == [Kind.EXTRA]
    assert chain.head == Head(0, None)


def test_a_long_gap_is_named_in_part(whole: Path) -> None:
    """
    A thousand of its entries, and how many more there are.
    """
    body = (whole / "ledger/entries/00000002.json").read_bytes()
    far = body.replace(b'"n":2,', b'"n":5000,')
    chain = walk([Read(n=5000, body=far)])

    assert len(chain.findings) == 1000
    assert chain.findings[-1].reason.endswith("so are 3,999 after it")


def test_the_entry_is_blamed_that_two_others_disagree_with(whole: Path) -> None:
    """
    Whenever each was written: here nothing says so.
    """
    bodies = [(whole / entry_key(n)).read_bytes() for n in range(1, 5)]
    previous = json.loads(bodies[2])["previous"].encode()
    bodies[2] = bodies[2].replace(previous, b"0" * 64)
    chain = walk(Read(n=n, body=body) for n, body in enumerate(bodies, start=1))

    assert [each.key for each in chain.findings] == [entry_key(3)]
    assert chain.entries.keys() == {1, 2, 4}

"""
Each kind of damage, done to a copy by hand.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.file_list import decode_file_list, encode_file_list
from archive.keys import entry_key, file_list_key, item_partition
from archive.ledger import FileList, chain_hash
from ops.ledger import Head
from ops.verified import VerifyMode
from ops.verify.finding import Kind
from ops.verify.report import Report
from tests.ops.verify.made import keys_in, put

Verify = Callable[..., Report]

A1 = "items/device=a/date=2025-09-02/00000003.parquet"
B1 = "items/device=b/date=2025-09-02/00000001.parquet"
B4 = "items/device=b/date=2025-09-02/00000004.parquet"
C6 = "items/device=c/date=2025-09-04/00000006.parquet"


def found(report: Report) -> list[tuple[Kind, str]]:
    """
    What was found, without the reasons.
    """
    return [(each.kind, each.key) for each in report.findings]


def flip(folder: Path, key: str, at: int = -20) -> None:
    """
    One bit of an object.
    """
    body = bytearray((folder / key).read_bytes())
    body[at] ^= 1
    (folder / key).write_bytes(body)


@pytest.mark.parametrize("mode", VerifyMode)
def test_in_a_whole_archive_nothing_is_found(
    whole: Path, verified: Verify, mode: VerifyMode
) -> None:
    """
    Whatever it holds: compacted files, doubles, quarantine, an entry of nothing.
    """
    report = verified(whole, mode)

    assert found(report) == []
    assert report.notes == ()
    named = [key for key in keys_in(whole) if key.startswith(("items/", "quarantine/"))]
    assert report.tally.objects == len(named)
    assert report.tally.entries == 6
    assert report.is_whole
    last = (whole / entry_key(6)).read_bytes()
    assert report.head == Head(6, chain_hash(last))
    if mode is VerifyMode.DEEP:
        assert report.tally.rows == 7 + 4 + 3 + 2 + 6 + 3 + 2
        # Entry 4 holds the four readings of entry 1 again, deleted otherwise late.
        assert report.tally.doubles_kept == 4


@pytest.mark.parametrize("mode", VerifyMode)
@pytest.mark.parametrize("key", [A1, B4, "quarantine/00000001.jsonl.gz"])
def test_a_missing_object_is_found(
    copy: Path, verified: Verify, key: str, mode: VerifyMode
) -> None:
    """
    By its name, and nothing else is.
    """
    (copy / key).unlink()

    assert found(verified(copy, mode)) == [(Kind.MISSING, key)]


@pytest.mark.parametrize("mode", VerifyMode)
@pytest.mark.parametrize(
    "key", [A1, C6, "quarantine/00000001-1.bin", "ledger/files/00000002.parquet"]
)
def test_one_bit_of_an_object_is_found(
    copy: Path, verified: Verify, key: str, mode: VerifyMode
) -> None:
    """
    Its size is the same, its bytes are not.
    """
    flip(copy, key, 2)

    assert found(verified(copy, mode)) == [(Kind.ALTERED, key)]


def test_a_longer_object_is_found_by_its_size(copy: Path, verified: Verify) -> None:
    """
    Both sizes are told.
    """
    with (copy / A1).open("ab") as file:
        file.write(b"x")
    (finding,) = verified(copy).findings

    assert (finding.kind, finding.key) == (Kind.ALTERED, A1)
    size = (copy / A1).stat().st_size
    assert finding.reason == f"{size:,} bytes, and entry 3 names {size - 1:,}"


@pytest.mark.parametrize(
    "key",
    [
        "items/device=a/date=2025-09-02/00000003-9.parquet",
        "items/device=z/date=2025-09-02/00000002.parquet",
        "items/notes.txt",
        "ledger/entries/README",
        "ledger/entries/00000000.json",
        "ledger/entries/00000099.json",
        "ledger/files/7.parquet",
        "ledger/files/00000000.parquet",
        "quarantine/00000002.jsonl.gz",
        "open/readme",
        "open/12.json",
        "somewhere/else",
        "~notes",
    ],
)
def test_an_extra_object_is_found(copy: Path, verified: Verify, key: str) -> None:
    """
    Wherever it lies, and whatever it is called.
    """
    put(copy, key, b"mine")

    assert found(verified(copy)) == [(Kind.EXTRA, key)]


def test_a_copy_in_the_same_partition_is_a_double(copy: Path, verified: Verify) -> None:
    """
    Athena would count its rows twice.
    """
    key = A1.replace("00000003", "00000002")
    shutil.copy(copy / A1, copy / key)
    (finding,) = verified(copy).findings

    assert (finding.kind, finding.key) == (Kind.DOUBLED, key)
    assert A1 in finding.reason


def test_a_copy_in_another_partition_does_not_belong_there(
    copy: Path, verified: Verify
) -> None:
    """
    Its rows are another device's.
    """
    key = "items/device=b/date=2025-09-02/00000003.parquet"
    shutil.copy(copy / A1, copy / key)

    assert found(verified(copy)) == [(Kind.MISPLACED, key)]


def test_a_moved_object_is_missing_in_one_place_and_misplaced_in_the_other(
    copy: Path, verified: Verify
) -> None:
    """
    Both are told, and the one names the other.
    """
    key = "items/device=b/date=2025-09-03/00000003.parquet"
    put(copy, key, (copy / A1).read_bytes())
    (copy / A1).unlink()

    assert found(verified(copy)) == [(Kind.MISSING, A1), (Kind.MISPLACED, key)]


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


def rewrite(folder: Path, n: int, file_list: FileList) -> None:
    """
    Another file list for the last entries, with a chain that holds.
    """
    body = encode_file_list(file_list)
    put(folder, file_list_key(n), body)
    entry = json.loads((folder / entry_key(n)).read_bytes())
    rows = len(file_list.adds) + len(file_list.removes)
    entry["files"] |= {"bytes": len(body), "sha256": chain_hash(body), "rows": rows}
    entry["counts"]["rows"] = sum(each.rows for each in file_list.adds)
    entry["counts"]["lines"] = entry["counts"]["rows"]
    for each in entry["inputs"]:
        each["lines"] = 0
    entry["inputs"][0]["lines"] = entry["counts"]["rows"]
    text = json.dumps(entry, separators=(",", ":"), ensure_ascii=False)
    put(folder, entry_key(n), f"{text}\n".encode())


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


def test_what_a_compaction_replaced_and_left_is_extra(
    copy: Path, verified: Verify
) -> None:
    """
    No run will delete it any more.
    """
    third = decode_file_list("", (copy / file_list_key(3)).read_bytes())
    key = third.removes[0].key
    put(copy, key, b"back again")
    (finding,) = verified(copy).findings

    assert (finding.kind, finding.key) == (Kind.EXTRA, key)
    assert "entry 3 removed it" in finding.reason


def test_rows_in_a_partition_that_they_do_not_belong_to_are_found_by_a_deep_look(
    copy: Path, verified: Verify
) -> None:
    """
    The ledger says the same as the file; only its rows tell.
    """
    last = decode_file_list("", (copy / file_list_key(6)).read_bytes())
    (c6,) = (each for each in last.adds if each.key == C6)
    wrong = C6.replace("device=c", "device=d")
    put(copy, wrong, (copy / C6).read_bytes())
    (copy / C6).unlink()
    moved = replace(c6, key=wrong, partition=item_partition(wrong))
    adds = tuple(moved if each == c6 else each for each in last.adds)
    rewrite(copy, 6, FileList(adds=adds))

    assert found(verified(copy)) == []
    (finding,) = verified(copy, VerifyMode.DEEP).findings
    assert (finding.kind, finding.key) == (Kind.MISPLACED, wrong)
    assert finding.reason == "holds rows of the device 'c'"


def test_only_the_files_of_a_month_are_compared_but_all_of_the_ledger(
    copy: Path, verified: Verify
) -> None:
    """
    By when their rows were deleted, in the archive's time zone.
    """
    for key in (A1, B4):
        (copy / key).unlink()
    (copy / entry_key(2)).unlink()

    broken = (Kind.BROKEN, entry_key(2))
    october = verified(copy, month="2025-10")
    assert found(october) == [(Kind.MISSING, A1), broken]
    november = verified(copy, month="2025-11")
    assert found(november) == [(Kind.MISSING, B4), broken]
    assert november.tally.other_months == 4

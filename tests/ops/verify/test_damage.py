"""
Each kind of damage, done to a copy by hand.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.document import EntryKind
from archive.file_list import decode_file_list
from archive.intent import Intent, Treatment, encode_intent
from archive.keys import entry_key, file_list_key, intent_key, item_partition
from archive.ledger import FileList, chain_hash
from ops.ledger import Head
from ops.verified import VerifyMode
from ops.verify.finding import Kind
from ops.verify.report import Report
from tests.ops.verify.made import (
    A1,
    B4,
    C6,
    CONTRACT,
    flip,
    found,
    keys_in,
    put,
    rewrite,
)

Verify = Callable[..., Report]


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


@pytest.mark.parametrize("mode", VerifyMode)
def test_an_intent_that_was_left_open_excuses_no_damage(
    copy: Path, verified: Verify, mode: VerifyMode
) -> None:
    """
    Its entry is there, and what an entry adds is stored before the entry is.
    """
    intent = Intent(
        n=6,
        kind=EntryKind.BATCH,
        inputs=(),
        treatment=Treatment.CONVERT,
        opened_at=0,
        contract=CONTRACT,
        writer={},
        holder="h",
        attempts=1,
        until=0,
    )
    put(copy, intent_key(6), encode_intent(intent))
    assert found(verified(copy, mode)) == []

    flip(copy, C6, 2)
    assert found(verified(copy, mode)) == [(Kind.ALTERED, C6)]
    (copy / C6).unlink()
    assert found(verified(copy, mode)) == [(Kind.MISSING, C6)]


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

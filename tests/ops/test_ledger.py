import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from archive.errors import ArchiveError, DamagedError, MisconfiguredError
from archive.keys import entry_key, file_list_key
from archive.ledger import chain_hash
from ops.ledger import read_ledger
from ops.objects import FolderObjects
from ops.terminal import Terminal
from tests.ops.verify.made import Maker, keys_in, lines

QUIET = Terminal(Console(quiet=True))


def test_the_files_are_those_that_lie_there(whole: Path) -> None:
    """
    What was added and not removed, each once.
    """
    ledger = read_ledger(FolderObjects(whole), QUIET)
    lying = [key for key in keys_in(whole) if key.startswith("items/")]

    assert sorted(ledger.files) == lying
    assert ledger.head.n == len(ledger.entries) == 6
    assert ledger.head.sha256 == chain_hash((whole / entry_key(6)).read_bytes())
    for key, record in ledger.files.items():
        assert record.bytes == (whole / key).stat().st_size
        assert ledger.contract_of(key) == ledger.entries[0].contract


def test_only_the_wanted_partitions_are_held(whole: Path) -> None:
    """
    And of those all files.
    """
    everything = read_ledger(FolderObjects(whole), QUIET).files
    of_a = read_ledger(FolderObjects(whole), QUIET, lambda it: it.device == "a").files

    assert of_a == {
        key: record
        for key, record in everything.items()
        if record.partition.device == "a"
    }
    assert 0 < len(of_a) < len(everything)


def test_an_archive_without_an_entry_is_an_empty_one(tmp_path: Path) -> None:
    """
    Its head has the number 0.
    """
    ledger = read_ledger(FolderObjects(tmp_path), QUIET)

    assert (ledger.entries, dict(ledger.files), ledger.head.n) == ((), {}, 0)
    assert ledger.head.sha256 is None


def test_what_lies_beside_the_ledger_is_not_part_of_it(copy: Path) -> None:
    """
    Rule 1: the ledger alone says it.
    """
    before = read_ledger(FolderObjects(copy), QUIET).files
    stray = copy / "items/device=a/date=2025-09-01/00000009.parquet"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")

    assert read_ledger(FolderObjects(copy), QUIET).files == before


def first_gone(folder: Path) -> None:
    """
    The first entry.
    """
    (folder / entry_key(1)).unlink()


def one_gone(folder: Path) -> None:
    """
    An entry in the middle.
    """
    (folder / entry_key(3)).unlink()


def stranger(folder: Path) -> None:
    """
    Something else among the entries.
    """
    (folder / "ledger/entries/notes.txt").write_text("mine")


def altered(folder: Path) -> None:
    """
    An entry that says the same in other bytes.
    """
    path = folder / entry_key(2)
    path.write_bytes(path.read_bytes().replace(b'":', b'": ', 1))


def swapped(folder: Path) -> None:
    """
    Two entries in each other's place.
    """
    first, second = folder / entry_key(2), folder / entry_key(4)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def list_gone(folder: Path) -> None:
    """
    A list of files.
    """
    (folder / file_list_key(4)).unlink()


def list_of_another(folder: Path) -> None:
    """
    A list of files that is another entry's.
    """
    shutil.copy(folder / file_list_key(1), folder / file_list_key(4))


def list_altered(folder: Path) -> None:
    """
    A list of files, by a byte.
    """
    path = folder / file_list_key(2)
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (first_gone, "ledger/entries/00000002.json: where entry 1 should be"),
        (one_gone, "ledger/entries/00000004.json: where entry 3 should be"),
        (stranger, "ledger/entries/notes.txt: where entry 7 should be"),
        (altered, "ledger/entries/00000003.json"),
        (swapped, "ledger/entries/00000002.json"),
        (list_gone, "ledger/files/00000004.parquet"),
        (list_of_another, "ledger/files/00000004.parquet: is not the file list"),
        (list_altered, "ledger/files/00000002.parquet: is not the file list"),
    ],
)
def test_a_ledger_that_does_not_follow_is_refused(
    copy: Path, damage: Callable[[Path], None], told: str
) -> None:
    """
    Rule 2: named, and nothing is read from it.
    """
    damage(copy)

    with pytest.raises(DamagedError) as refusal:
        read_ledger(FolderObjects(copy), QUIET)
    assert str(refusal.value).startswith(told)


def test_a_last_entry_that_is_gone_shows_in_nothing_but_its_absence(copy: Path) -> None:
    """
    So `firn verify` keeps the head outside of the bucket.
    """
    (copy / entry_key(6)).unlink()

    assert read_ledger(FolderObjects(copy), QUIET).head.n == 5


def test_an_entry_of_a_newer_format_is_refused_not_guessed(
    tmp_path: Path,
) -> None:
    """
    Exit 2: use the version that wrote it.
    """
    Maker(tmp_path / "archive", tmp_path / "scratch").batch(lines("a", 1, 1))
    path = tmp_path / "archive" / entry_key(1)
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":2'))

    with pytest.raises(MisconfiguredError, match="newer than this version"):
        read_ledger(FolderObjects(tmp_path / "archive"), QUIET)


def test_a_ledger_is_refused_for_one_reason_alone(copy: Path) -> None:
    """
    Whatever else is damaged: the first in the order of the chain.
    """
    list_altered(copy)
    altered(copy)

    with pytest.raises(ArchiveError, match="ledger/entries/00000003"):
        read_ledger(FolderObjects(copy), QUIET)

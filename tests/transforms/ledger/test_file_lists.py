"""
File lists, and the archive as the fold over them.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamagedError
from archive.file_list import FILE_COLUMNS, decode_file_list, encode_file_list
from archive.files import FileRecord
from archive.keys import (
    DEFAULT_PARTITION,
    Partition,
    damage_key,
    item_key,
    quarantine_key,
    written_by,
)
from archive.ledger import FileList, live_files

MILLISECONDS = st.integers(-62_135_596_800_000, 253_402_300_799_999)
records = st.builds(
    lambda device, date, n, rows: FileRecord(
        key=item_key(Partition(device, date), n),
        partition=Partition(device, date),
        rows=rows[0],
        bytes=rows[1],
        sha256="ab",
        md5="cd",
        first_created_at=rows[2],
        last_created_at=rows[2],
        first_deleted_at=rows[1],
        last_deleted_at=rows[1],
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.sampled_from(["2024-01-01", "0001-01-01", DEFAULT_PARTITION]),
    st.integers(1, 99_999_999),
    st.tuples(st.integers(1, 9), st.integers(0, 9), st.none() | MILLISECONDS),
)


@given(st.lists(records), st.lists(records))
def test_a_file_list_is_what_its_bytes_say(
    adds: list[FileRecord], removes: list[FileRecord]
) -> None:
    """
    In whatever order the files come, the same list has the same bytes.
    """
    written = FileList(adds=tuple(adds), removes=tuple(removes))
    stored = encode_file_list(written)
    read = decode_file_list("list", stored)
    assert set(read.adds) == set(adds)
    assert set(read.removes) == set(removes)
    assert len(read.adds) == len(adds)
    turned = FileList(adds=tuple(adds[::-1]), removes=tuple(removes[::-1]))
    if len({record.key for record in adds}) == len(adds):
        assert {*decode_file_list("list", encode_file_list(turned)).adds} == {*adds}
    assert encode_file_list(read) == stored


def test_a_file_list_shows_its_columns_to_athena() -> None:
    """
    The Glue table `archive_files` is made from these names and types.
    """
    assert list(FILE_COLUMNS) == [
        "action",
        "key",
        "device",
        "date",
        "rows",
        "bytes",
        "sha256",
        "md5",
        "first_created_at",
        "last_created_at",
        "first_deleted_at",
        "last_deleted_at",
    ]


def test_a_file_list_that_is_no_parquet_is_damage() -> None:
    """
    So is one whose keys lie under another device than they say.
    """
    with pytest.raises(DamagedError):
        decode_file_list("list", b"PAR1")
    partition = Partition("a", "2024-01-01")
    record = FileRecord(
        key=item_key(Partition("b", "2024-01-01"), 1),
        partition=partition,
        rows=1,
        bytes=1,
        sha256="s",
        md5="m",
        first_created_at=None,
        last_created_at=None,
        first_deleted_at=0,
        last_deleted_at=0,
    )
    with pytest.raises(DamagedError, match="another device"):
        decode_file_list("list", encode_file_list(FileList(adds=(record,))))


@given(st.lists(records, unique_by=lambda record: record.key, max_size=6))
def test_the_archive_is_what_was_added_and_not_removed(
    added: list[FileRecord],
) -> None:
    """
    What a list removes must be there, as it was added; nothing comes twice.
    """
    half = tuple(added[: len(added) // 2])
    lists = [FileList(adds=tuple(added)), FileList(removes=half)]
    rest = added[len(half) :]
    assert live_files(lists) == {record.key: record for record in rest}
    if half:
        with pytest.raises(DamagedError, match="removed"):
            live_files([*lists, FileList(removes=half)])
        with pytest.raises(DamagedError, match="removed"):
            live_files([lists[0], FileList(removes=(replace(half[0], rows=77),))])
    if rest:
        with pytest.raises(DamagedError, match="twice"):
            live_files([*lists, FileList(adds=(rest[0],))])


def test_every_stored_object_names_the_entry_that_made_it() -> None:
    """
    So that only its own entry can ever clear it away.
    """
    partition = Partition("a/b", "2024-01-01")
    for key in (
        item_key(partition, 7),
        item_key(partition, 7, 2),
        quarantine_key(7),
        damage_key(7, 12),
    ):
        assert written_by(key) == 7
    with pytest.raises(DamagedError):
        written_by("ledger/entries/00000007.json")

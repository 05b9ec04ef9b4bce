"""
The stored file list of an entry: one Parquet file.

Rule 1: this is the only file of the archive package that knows pyarrow.
Rule 2: the columns and their order stand here; the Glue table `archive_files`
has the same ones, and a test compares them.
Rule 3: rows are sorted by device, date, action and key, so that the same list
gives the same bytes with the same pyarrow.
"""

import io
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from archive.errors import DamagedError
from archive.files import FileRecord
from archive.keys import Partition
from archive.ledger import FileList

Value = TypeVar("Value")

ADD = "add"
REMOVE = "remove"

# The columns as Glue spells their types.
FILE_COLUMNS = {
    "action": "string",
    "key": "string",
    "device": "string",
    "date": "string",
    "rows": "bigint",
    "bytes": "bigint",
    "sha256": "string",
    "md5": "string",
    "first_created_at": "timestamp",
    "last_created_at": "timestamp",
    "first_deleted_at": "timestamp",
    "last_deleted_at": "timestamp",
}

_ARROW_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "timestamp": pa.timestamp("ms", tz="UTC"),
}
_SCHEMA = pa.schema(
    [pa.field(name, _ARROW_TYPES[type_]) for name, type_ in FILE_COLUMNS.items()]
)
# The same with times as the integers that a FileRecord has.
_PLAIN = pa.schema(
    [
        pa.field(name, pa.string() if type_ == "string" else pa.int64())
        for name, type_ in FILE_COLUMNS.items()
    ]
)


def encode_file_list(file_list: FileList) -> bytes:
    """
    The file list as a Parquet file.
    """
    rows = [
        *((REMOVE, record) for record in file_list.removes),
        *((ADD, record) for record in file_list.adds),
    ]
    rows.sort(
        key=lambda row: (
            row[1].partition.device,
            row[1].partition.date,
            row[0],
            row[1].key,
        )
    )
    plain = pa.Table.from_pylist([_row(*row) for row in rows], schema=_PLAIN)
    sink = io.BytesIO()
    # No Arrow schema inside: Athena has no use for it, and it holds the
    # library's own spelling of what the Parquet types say already.
    pq.write_table(plain.cast(_SCHEMA), sink, compression="zstd", store_schema=False)
    return sink.getvalue()


def decode_file_list(name: str, stored: bytes) -> FileList:
    """
    The file list that these bytes hold; `name` is what an error calls it.
    """
    try:
        table = pq.ParquetFile(pa.BufferReader(stored)).read(use_threads=False)
        plain = table.cast(_PLAIN)
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"{name}: not a file list: {error}"
        raise DamagedError(msg) from error

    adds: list[FileRecord] = []
    removes: list[FileRecord] = []
    for row in plain.to_pylist():
        match row["action"]:
            case "add":
                adds.append(_record(row))
            case "remove":
                removes.append(_record(row))
            case action:
                msg = f"{name}: action {action!r} is neither {ADD} nor {REMOVE}"
                raise DamagedError(msg)
    return FileList(adds=tuple(adds), removes=tuple(removes))


def _row(action: str, record: FileRecord) -> dict[str, object]:
    return {
        "action": action,
        "key": record.key,
        "device": record.partition.device,
        "date": record.partition.date,
        "rows": record.rows,
        "bytes": record.bytes,
        "sha256": record.sha256,
        "md5": record.md5,
        "first_created_at": record.first_created_at,
        "last_created_at": record.last_created_at,
        "first_deleted_at": record.first_deleted_at,
        "last_deleted_at": record.last_deleted_at,
    }


def _record(row: dict[str, object]) -> FileRecord:
    record = FileRecord(
        key=_held(row, "key", str),
        partition=Partition(_held(row, "device", str), _held(row, "date", str)),
        rows=_held(row, "rows", int),
        bytes=_held(row, "bytes", int),
        sha256=_held(row, "sha256", str),
        md5=_held(row, "md5", str),
        first_created_at=_perhaps(row, "first_created_at"),
        last_created_at=_perhaps(row, "last_created_at"),
        first_deleted_at=_held(row, "first_deleted_at", int),
        last_deleted_at=_held(row, "last_deleted_at", int),
    )
    if record.key.rsplit("/", 1)[0] + "/" != record.partition.prefix:
        msg = f"{record.key}: listed under another device or date"
        raise DamagedError(msg)
    return record


def _held(row: dict[str, object], name: str, type_: type[Value]) -> Value:
    value = row[name]
    if not isinstance(value, type_):
        msg = f"{row['key']}: its {name} in the file list is {value!r}"
        raise DamagedError(msg)
    return value


def _perhaps(row: dict[str, object], name: str) -> int | None:
    return None if row[name] is None else _held(row, name, int)

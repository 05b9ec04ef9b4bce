"""
One bucket of rows to finished files.

Rule 1: pure: Arrow in, bytes out; no Lambda, no S3, no clock, no file.
Rule 2: the bytes of a file follow from its rows, the contract and the entry's
number, whatever the chunks and the order in which the rows came.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from archive.columns import CREATED_AT, DELETED_AT
from archive.contract import Contract
from archive.files import FileRecord
from archive.keys import (
    FILE_ROWS_MAX,
    Partition,
    item_key,
    partition_date,
    partition_device,
)
from transforms.order import Ordered, order
from transforms.parquet import ParquetWriter
from transforms.schema import DATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """
    What a bucket came to. The files are made one by one, as they are asked for.
    """

    rows: int
    doubles_dropped: int
    conflicts: int
    files: Iterator[tuple[FileRecord, bytes]]


def gather(rows: pa.Table, contract: Contract, n: int) -> Gathered:
    """
    The finished files of a bucket, for entry n.
    """
    ordered = order(rows)
    return Gathered(
        rows=len(ordered.rows),
        doubles_dropped=len(rows) - len(ordered.rows),
        conflicts=ordered.conflicts,
        files=_files(ordered, contract, n),
    )


def _files(
    ordered: Ordered, contract: Contract, n: int
) -> Iterator[tuple[FileRecord, bytes]]:
    rows = ordered.rows.drop_columns([DATE])
    writer = ParquetWriter(contract)
    begin = 0
    for device_id, day, count in ordered.partitions:
        partition = Partition(partition_device(device_id), partition_date(day))
        several = count > FILE_ROWS_MAX
        for part, skip in enumerate(range(0, count, FILE_ROWS_MAX), start=1):
            some = rows.slice(begin + skip, min(FILE_ROWS_MAX, count - skip))
            key = item_key(partition, n, part if several else None)
            body = writer.write(some)
            yield _record(key, partition, some, body), body
        begin += count


def _record(key: str, partition: Partition, rows: pa.Table, body: bytes) -> FileRecord:
    created_at = _first_and_last(rows[CREATED_AT])
    deleted_at = _first_and_last(rows[DELETED_AT])
    return FileRecord(
        key=key,
        partition=partition,
        rows=len(rows),
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        # Not for security: S3 shows it as the ETag.
        md5=hashlib.md5(body, usedforsecurity=False).hexdigest(),
        first_created_at=created_at["min"].value,
        last_created_at=created_at["max"].value,
        first_deleted_at=deleted_at["min"].value,
        last_deleted_at=deleted_at["max"].value,
    )


def _first_and_last(moments: pa.ChunkedArray) -> pa.StructScalar:
    return pc.min_max(moments)

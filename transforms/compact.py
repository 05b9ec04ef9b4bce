"""
Files of a partition, or of several, to one.

Rule 1: rows go the way of every other row: the same order, writer and proof.
Rule 2: rows that were written under other columns become lines and rows again,
so that a column declared since is filled from `rest`.
Rule 3: a row that was archived never becomes nothing: what cannot be read as
it was written is damage, and stops everything.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from archive.columns import CREATED_AT, DELETED_AT, SEQUENCE_NUMBER
from archive.contract import Contract
from archive.errors import DamagedError
from archive.files import FileRecord
from archive.line import encode_line
from archive.row import MILLISECONDS, epoch_milliseconds, rebuild
from transforms.allocator import settle_allocator
from transforms.conversion import Archived, Conversion, Counts, Job
from transforms.convert import bucket_count, finish
from transforms.days import Calendar
from transforms.parquet import read_rows
from transforms.scatter import Scatter
from transforms.schema import DATE, row_schema
from transforms.spill import Spill

# Rows in memory that are read at a time, as far as their file's size tells.
BATCH_BYTES = 16 * 1024 * 1024

# Bytes of rows in memory for one byte of a Parquet file, as seen on telemetry.
ROW_BYTES_PER_FILE_BYTE = 20


def compact(sources: Sequence[Archived], job: Job) -> Conversion:
    """
    All that one entry will hold instead of these files, finished and proved.
    """
    settle_allocator()
    job.scratch.mkdir(parents=True, exist_ok=True)
    file_bytes = sum(source.record.bytes for source in sources)
    buckets = bucket_count(file_bytes * ROW_BYTES_PER_FILE_BYTE)
    spill = Spill(job.scratch, row_schema(job.contract), buckets)
    calendar = Calendar(job.contract)
    scatter = Scatter(job.contract)
    for source in sources:
        for rows in _rows(source):
            job.checkpoint()
            if source.contract.columns == job.contract.columns:
                spill.add(_dated(rows, calendar))
            else:
                spill.add(_converted(rows, source.contract, scatter))

    finished = finish(spill, job)
    return Conversion(
        files=finished.files,
        inputs=(),
        counts=Counts(
            lines=sum(source.record.rows for source in sources),
            rows=finished.rows,
            doubles_dropped=finished.doubles_dropped,
            quarantined=0,
            conflicts=finished.conflicts,
        ),
        quarantine=None,
        damage=(),
    )


def _rows(source: Archived) -> Iterator[pa.Table]:
    """
    All rows of a file; DamagedError where they are not as many as it has.
    """
    count = 0
    at_once = _batch_rows(source.record)
    for rows in read_rows(source.path, source.contract, at_once):
        count += len(rows)
        yield rows
    if count != source.record.rows:
        msg = f"{source.record.key}: {count} rows, not {source.record.rows}"
        raise DamagedError(msg)


def _batch_rows(record: FileRecord) -> int:
    row_bytes = record.bytes * ROW_BYTES_PER_FILE_BYTE // max(record.rows, 1)
    return 1 + BATCH_BYTES // (1 + row_bytes)


def _dated(rows: pa.Table, calendar: Calendar) -> pa.Table:
    dates = calendar.dates(rows[CREATED_AT].combine_chunks())
    return rows.add_column(0, pa.field(DATE, pa.date32()), dates)


def _converted(rows: pa.Table, written_under: Contract, scatter: Scatter) -> pa.Table:
    scattered = scatter(b"".join(_lines(rows, written_under)))
    if scattered.refused:
        msg = f"an archived row is no line: {scattered.refused[0].reason}"
        raise DamagedError(msg)
    return scattered.rows


def _lines(rows: pa.Table, written_under: Contract) -> Iterator[bytes]:
    for row in rows.to_pylist():
        yield encode_line(
            "",
            row[SEQUENCE_NUMBER],
            epoch_milliseconds(row[DELETED_AT]) // MILLISECONDS,
            rebuild(row, written_under),
        )

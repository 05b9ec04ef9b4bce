"""
Files as Arrow reads them, and how much of them a query reads.

Rule 1: a query reaches files through here and in no other way; DuckDB itself may
open none (loading.py).
Rule 2: a file is opened when a query reads it, never to be looked at before: one
partition of ten thousand costs what one costs.
Rule 3: what is read is what Athena would bill: of the files that conditions on
device and date leave, the columns that the query needs.

Amazon Athena pricing: "by the amount of data scanned"; columnar formats.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow import fs

from archive.glue_table import FILES_TABLE
from archive.keys import DEFAULT_PARTITION
from ops.sql.tables import ArchivedFile, Content, Tables

_SCAN = "ARROW_SCAN"
_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("ms"),
}


def archive_dataset(
    files: Sequence[ArchivedFile], columns: Mapping[str, str]
) -> ds.Dataset:
    """
    The files of `archive`, each with the values of its partition.

    A file that lacks a column has NULL there.
    """
    form, local = ds.ParquetFileFormat(), fs.LocalFileSystem()
    fragments = [
        form.make_fragment(
            # Arrow's own reader: one of Python's would wait for this thread.
            pa.BufferReader(file.path)
            if isinstance(file.path, bytes)
            else str(file.path),
            filesystem=None if isinstance(file.path, bytes) else local,
            partition_expression=_partition(file),
        )
        for file in files
    ]
    return ds.FileSystemDataset(fragments, schema(columns), form, local)


def list_table(contents: Sequence[Content], columns: Mapping[str, str]) -> pa.Table:
    """
    The rows of `archive_files`.
    """
    # The ledger's times say that they are UTC (archive/file_list.py).
    held = schema(columns)
    tables = [pq.read_table(_opened(each)).cast(held) for each in contents]
    return pa.concat_tables([held.empty_table(), *tables])


def schema(columns: Mapping[str, str]) -> pa.Schema:
    """
    The columns as Arrow types them.
    """
    return pa.schema([(name, _type(type_)) for name, type_ in columns.items()])


def bytes_scanned(
    connection: duckdb.DuckDBPyConnection, query: str, tables: Tables
) -> int:
    """
    The bytes that a query reads, once for each time that it reads them.
    """
    files = tables.files
    lists = sum(map(_size, tables.file_lists)) if f'"{FILES_TABLE}"' in query else 0
    ((_, plan),) = connection.sql(f"EXPLAIN (FORMAT json) {query}").fetchall()
    partitions = pa.table(
        {
            "number": pa.array(range(len(files)), pa.int64()),
            "device": pa.array([file.device for file in files], pa.string()),
            "date": pa.array([_date(file) for file in files], pa.string()),
        }
    )
    # One of its own: the other is locked, and knows no such table.
    with duckdb.connect() as aside:
        aside.register("partitions", partitions)
        return lists + sum(
            _stored(files[number].path, columns)
            for columns, conditions in _scans(json.loads(plan))
            for number in _touched(aside, conditions)
        )


def _scans(plan: Any) -> Iterator[tuple[frozenset[str], list[str]]]:  # noqa: ANN401 - JSON
    nodes = plan if isinstance(plan, list) else [plan]
    for node in nodes:
        told = node.get("extra_info", {})
        if _SCAN in node.get("name", "") and "Projections" in told:
            columns, conditions = (
                [each] if isinstance(each, str) else each
                for each in (told["Projections"], told.get("Filters", []))
            )
            yield frozenset(columns), conditions
        yield from _scans(node.get("children", []))


def _touched(aside: duckdb.DuckDBPyConnection, conditions: Sequence[str]) -> list[int]:
    kept: list[str] = []
    for condition in conditions:
        try:
            aside.sql(f"SELECT 1 FROM partitions WHERE {condition}")  # noqa: S608 - DuckDB's own words of its plan
        except duckdb.Error:
            # One on a column within the files leaves out none of them.
            continue
        kept.append(condition)
    where = " AND ".join(f"({condition})" for condition in kept) or "true"
    found = aside.sql(f"SELECT number FROM partitions WHERE {where}")  # noqa: S608 - as above
    return [number for (number,) in found.fetchall()]


def _stored(content: Content, columns: frozenset[str]) -> int:
    metadata = pq.read_metadata(_opened(content))
    groups = (metadata.row_group(each) for each in range(metadata.num_row_groups))
    return sum(
        column.total_compressed_size
        for group in groups
        for column in (group.column(each) for each in range(group.num_columns))
        if column.path_in_schema in columns
    )


def _size(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _opened(content: Content) -> object:
    return content if isinstance(content, Path) else pa.BufferReader(content)


def _partition(file: ArchivedFile) -> ds.Expression:
    date = ds.field("date")
    value = _date(file)
    return (ds.field("device") == file.device) & (
        date.is_null() if value is None else date == value
    )


def _date(file: ArchivedFile) -> str | None:
    return None if file.date == DEFAULT_PARTITION else file.date


def _type(type_: str) -> pa.DataType:
    if type_.startswith("decimal"):
        precision, scale = type_.removeprefix("decimal(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return _TYPES[type_]

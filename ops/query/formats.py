"""
An answer as CSV, JSON or Parquet.

Rule 1: a row at a time; what a reader of the format could not tell apart is not
written (NULL and an empty text in CSV: only NULL is without quotes).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ops.query.flags import Format
from ops.query.values import Value, json_of, text_of

BATCH_ROWS = 10_000


def rows_of(table: pa.Table) -> Iterator[tuple[Value, ...]]:
    """
    The rows, as Python has their values.
    """
    for batch in table.to_batches(max_chunksize=BATCH_ROWS):
        columns = [values_of(column) for column in batch.columns]
        yield from zip(*columns, strict=True)


def units_of(table: pa.Table) -> list[str]:
    """
    The unit of each column's timestamps; milliseconds where it has none.
    """
    return [getattr(field.type, "unit", "ms") for field in table.schema]


def write_csv(table: pa.Table, out: IO[bytes]) -> None:
    """
    Every value in quotes, NULL without, as Athena's own result files.
    """
    units = units_of(table)
    out.write(_line([_quoted(name) for name in table.column_names]))
    for row in rows_of(table):
        cells = (
            "" if value is None else _quoted(text_of(value, unit))
            for value, unit in zip(row, units, strict=True)
        )
        out.write(_line(list(cells)))


def write_json(table: pa.Table, out: IO[bytes]) -> None:
    """
    One array, an object to a row and a line.
    """
    begin = b"[\n"
    for row in json_rows(table):
        out.write(begin + orjson.dumps(row))
        begin = b",\n"
    out.write(b"\n]\n" if begin != b"[\n" else b"[]\n")


def json_rows(table: pa.Table) -> Iterator[dict[str, Value]]:
    """
    The rows as JSON objects.
    """
    units, names = units_of(table), table.column_names
    for row in rows_of(table):
        yield {
            name: json_of(value, unit)
            for name, value, unit in zip(names, row, units, strict=True)
        }


def write_parquet(table: pa.Table, out: IO[bytes]) -> None:
    """
    The columns with their types.
    """
    pq.write_table(table, out, compression="zstd")


def write_file(table: pa.Table, format_: Format, path: Path) -> None:
    """
    The whole answer in a file, which is there only when it is whole.

    A device or a pipe is no file to be replaced: it takes the answer as it comes.
    """
    if not may_replace(path):
        with path.open("wb") as out:
            WRITERS[format_](table, out)
        return
    # Where a link leads is replaced, not the link.
    path = path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as out:
            WRITERS[format_](table, out)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def may_replace(path: Path) -> bool:
    """
    Whether another file may take this one's place.
    """
    return path.is_file() or not path.exists()


def values_of(column: pa.Array) -> list[Value]:
    """
    The values of a column. Nanoseconds are text: Python's times have none.
    """
    type_ = column.type
    if pa.types.is_timestamp(type_) and type_.unit == "ns":
        column = column.cast(pa.string())
    values: list[Value] = column.to_pylist()
    return values


def _line(cells: list[str]) -> bytes:
    return f"{','.join(cells)}\n".encode()


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


WRITERS = {
    Format.CSV: write_csv,
    Format.JSON: write_json,
    Format.PARQUET: write_parquet,
}

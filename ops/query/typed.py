"""
Athena's text as Arrow.

Rule 1: this is the only file that knows how Athena spells its types and values.
Rule 2: nothing is rounded: a decimal keeps its digits, a timestamp its own, and
what has no exact place in Arrow stays the text that Athena wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from archive.errors import DamagedError

# Characters of a timestamp, up to which a unit holds it.
_UNITS = ((23, "ms"), (26, "us"), (29, "ns"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AthenaColumn:
    """
    A column of a result as GetQueryResults describes it.
    """

    name: str
    type: str
    precision: int = 0
    scale: int = 0


def table_of_csv(stored: bytes, columns: Sequence[AthenaColumn]) -> pa.Table:
    """
    The rows of a result file.

    Athena quotes every value, an empty text too; NULL alone is not quoted.
    """
    names = [f"c{n}" for n in range(len(columns))]
    text = pa.large_string()
    # With one column, a row of NULL is an empty line.
    parsing = pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    try:
        plain = pa_csv.read_csv(
            pa.BufferReader(stored),
            # Not by lines: a column's name may hold one.
            read_options=pa_csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=1,
                block_size=max(len(stored), 1 << 20),
            ),
            parse_options=parsing,
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, text),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        msg = f"the result of Athena cannot be read: {' '.join(str(error).split())}"
        raise DamagedError(msg) from error
    return table_of_texts([plain.column(name) for name in names], columns)


def table_of_texts(
    texts: Sequence[pa.ChunkedArray], columns: Sequence[AthenaColumn]
) -> pa.Table:
    """
    Texts as the types that Athena says they are; names are made different.
    """
    names = unique([column.name for column in columns])
    typed = [_typed(text, column) for text, column in zip(texts, columns, strict=True)]
    return pa.table(typed, names=names)


def unique(names: Sequence[str]) -> list[str]:
    """
    The names, each once: the second `device` is device_2.
    """
    found: list[str] = []
    for name in names:
        free, n = name, 1
        while free in found or (n > 1 and free in names):
            n += 1
            free = f"{name}_{n}"
        found.append(free)
    return found


def _typed(text: pa.ChunkedArray, column: AthenaColumn) -> pa.ChunkedArray:
    kind = column.type.lower()
    if kind in _CASTS:
        return pc.cast(text, _CASTS[kind])
    if kind == "decimal":
        return pc.cast(text, pa.decimal128(column.precision, column.scale))
    if kind == "timestamp":
        return _timestamps(text)
    return pc.cast(text, pa.string())


def _timestamps(text: pa.ChunkedArray) -> pa.ChunkedArray:
    longest = pc.max(pc.utf8_length(text)).as_py() or 0
    unit = next((it for most, it in _UNITS if longest <= most), None)
    try:
        return pc.cast(text, pa.timestamp(unit)) if unit else text
    except pa.ArrowInvalid:
        # A year that this unit cannot count to stays text.
        return text


_CASTS: Mapping[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "real": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
}

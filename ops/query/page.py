"""
An answer as a table on a terminal.

Rule 1: no line is wider than the terminal. What is cut has a mark at its end, and
rows that are not shown are counted below.
Rule 2: what a value holds cannot move the cursor: control characters are shown.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from rich.cells import cell_len, set_cell_size

from ops.query.formats import rows_of, units_of
from ops.query.values import text_of

ROWS_MAX = 100
TEXT_MIN = 10
TEXT_MAX = 40
NUMBER_MAX = 41  # 38 digits, a sign, a point, and a zero before it
GAP = "  "
MARK = "…"
NULL = "NULL"


def lines(table: pa.Table, width: int) -> Iterator[str]:
    """
    The lines of a table that is `width` characters wide at most.

    A row below the other where they fit, else a value below the other.
    """
    shown = table.slice(0, ROWS_MAX)
    units = units_of(shown)
    cells = [
        [
            NULL if value is None else _visible(text_of(value, unit))
            for value, unit in zip(row, units, strict=True)
        ]
        for row in rows_of(shown)
    ]
    names = [_visible(name) for name in shown.column_names]
    widths = _widths(shown.schema, [names, *cells], width)
    if widths is not None:
        yield from _rows(
            shown.schema, [names, ["-" * it for it in widths], *cells], widths
        )
    else:
        yield from _values(names, cells, width)
    if table.num_rows > ROWS_MAX:
        yield f"(the first {ROWS_MAX} of {table.num_rows:,} rows; all: --output FILE)"


def _rows(
    schema: pa.Schema, rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Iterator[str]:
    right = [_is_number(field.type) for field in schema]
    for row in rows:
        padded = (
            _fitted(cell, size, right=to_right)
            for cell, size, to_right in zip(row, widths, right, strict=True)
        )
        yield GAP.join(padded).rstrip()


def _values(
    names: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> Iterator[str]:
    room = max(width - len(GAP) - NUMBER_MAX, TEXT_MIN)
    label = min(max(map(cell_len, names)), room)
    for n, row in enumerate(cells, start=1):
        yield f"-- row {n} ".ljust(min(width, TEXT_MAX), "-")
        for name, value in zip(names, row, strict=True):
            left = _fitted(name, label, right=False)
            size = min(cell_len(value), width - label - len(GAP))
            yield f"{left}{GAP}{_fitted(value, size, right=False)}".rstrip()


def _widths(
    schema: pa.Schema, rows: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """
    How wide each column is; None where they do not fit.

    Only text is cut: the beginning of a number is another number.
    """
    full = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    cut = [pa.types.is_string(it.type) or pa.types.is_nested(it.type) for it in schema]
    wanted = [min(n, TEXT_MAX) if it else n for n, it in zip(full, cut, strict=True)]
    least = [min(n, TEXT_MIN) if it else n for n, it in zip(wanted, cut, strict=True)]
    if _total(least) > width:
        return None
    while _total(wanted) > width:
        spare = [n - m for n, m in zip(wanted, least, strict=True)]
        wanted[spare.index(max(spare))] -= 1
    return wanted


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _fitted(text: str, size: int, *, right: bool) -> str:
    if cell_len(text) > size:
        return f"{set_cell_size(text, max(size - 1, 0))}{MARK}"
    padding = " " * (size - cell_len(text))
    return f"{padding}{text}" if right else f"{text}{padding}"


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(it if it.isprintable() else ascii(it)[1:-1] for it in text)


def _is_number(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_)
        or pa.types.is_floating(type_)
        or pa.types.is_decimal(type_)
    )

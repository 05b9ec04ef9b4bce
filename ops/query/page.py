"""
An answer as a table on a terminal.

Rule 1: no line is wider than the terminal. What is cut has a mark at its end, and
rows or columns that are not shown are counted below.
Rule 2: what a value holds cannot move the cursor: control characters are shown.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from rich.cells import cell_len, set_cell_size

from ops.query.formats import rows_of, units_of
from ops.query.values import text_of

ROWS_MAX = 100
WIDTH_MIN = 6
WIDTH_MAX = 40
GAP = "  "
MARK = "…"
NULL = "NULL"


def lines(table: pa.Table, width: int) -> Iterator[str]:
    """
    The lines of a table that is `width` characters wide at most.
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
    widths = _widths([names, *cells], width)
    right = [_is_number(field.type) for field in shown.schema][: len(widths)]
    for row in (names, ["-" * it for it in widths], *cells):
        padded = (
            _fitted(cell, size, right=to_right)
            for cell, size, to_right in zip(row, widths, right, strict=False)
        )
        yield GAP.join(padded).rstrip()
    yield from _left_out(table, len(widths))


def _left_out(table: pa.Table, columns: int) -> Iterator[str]:
    hidden = table.column_names[columns:]
    if hidden:
        named = ", ".join(hidden)
        yield f"({len(hidden)} columns do not fit: {named})"
    if table.num_rows > ROWS_MAX:
        yield f"(the first {ROWS_MAX} of {table.num_rows:,} rows)"
    if hidden or table.num_rows > ROWS_MAX:
        yield "(all of it: --format csv, or --output FILE)"


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """
    How wide each column is; as many columns as there is room for.
    """
    wanted = [
        min(max(map(cell_len, column)), WIDTH_MAX) for column in zip(*rows, strict=True)
    ]
    while len(wanted) > 1 and _total([min(it, WIDTH_MIN) for it in wanted]) > width:
        wanted.pop()
    while _total(wanted) > width:
        widest = wanted.index(max(wanted))
        wanted[widest] -= 1
    return wanted


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _fitted(text: str, size: int, *, right: bool) -> str:
    if cell_len(text) > size:
        return f"{set_cell_size(text, size - 1)}{MARK}"
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

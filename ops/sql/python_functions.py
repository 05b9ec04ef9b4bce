"""
Functions of Athena that DuckDB lacks, as Python's over columns.

Rule 1: this is the only file that tells DuckDB of a Python function.
Rule 2: NULL in, NULL out: what is called here never sees one.
Rule 3: a message never holds the value that it complains of.
"""

import decimal
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from ops.sql.java_format import java_format
from ops.sql.java_patterns import compiled, replacement
from ops.sql.json_text import canonical, compact, java_double, scientific
from ops.sql.refusal import RefusedError

DIGITS_MAX = 38
_BIG = decimal.Context(prec=600, rounding=ROUND_HALF_UP)
# What Java's BigDecimal and Double read.
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?")
_DOUBLE = re.compile(rf"(?:{_DECIMAL.pattern})[dDfF]?|[+-]?(?:NaN|Infinity)")


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Make all of them known to a connection.
    """
    text, texts, whole, real = "VARCHAR", "VARCHAR[]", "INTEGER", "DOUBLE"
    for name, function, takes, gives in (
        ("firn_decimal", _decimal, [text, whole, whole], text),
        ("firn_divide", _divided, [text, text, whole], text),
        ("firn_double", _double, [text], real),
        ("firn_double_text", scientific, [real], text),
        ("firn_format", java_format, [text, texts], text),
        ("firn_java_double", java_double, [real], text),
        ("firn_json", _json, [text], text),
        ("firn_json_part", compact, [text], text),
        ("firn_regexp_extract", _extracted, [text, text, whole], text),
        ("firn_regexp_extract_all", _all_extracted, [text, text, whole], texts),
        ("firn_regexp_like", _like, [text, text], "BOOLEAN"),
        ("firn_regexp_position", _position, [text, text], whole),
        ("firn_regexp_replace", _replaced, [text, text, text], text),
        ("firn_regexp_split", _split, [text, text], texts),
    ):
        connection.create_function(
            name,
            _of_columns(name, function, len(takes), _ARROW[gives]),
            [*takes],
            gives,
            # Or it would take a NULL from a function for a mistake.
            null_handling=FunctionNullHandling.SPECIAL,
            type=PythonUDFType.ARROW,
        )


_ARROW = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
}


def _of_columns(
    name: str, function: Callable[..., object], takes: int, gives: pa.DataType
) -> Callable[..., pa.Array]:
    """
    A function of values as one of columns.
    """

    def made(*columns: pa.ChunkedArray) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        try:
            return pa.array(
                [None if None in row else function(*row) for row in rows], gives
            )
        except ValueError as error:
            # DuckDB tells an exception with its traceback; ours marks the words.
            raise RefusedError(name, error) from error

    def one(text: pa.ChunkedArray) -> pa.Array:
        return made(text)

    def two(text: pa.ChunkedArray, pattern: pa.ChunkedArray) -> pa.Array:
        return made(text, pattern)

    def three(
        text: pa.ChunkedArray, pattern: pa.ChunkedArray, more: pa.ChunkedArray
    ) -> pa.Array:
        return made(text, pattern, more)

    # DuckDB counts a function's parameters, and takes no *columns.
    return (one, two, three)[takes - 1]


def _json(text: str) -> str:
    try:
        return canonical(text)
    except ValueError as error:
        msg = "a value is not JSON"
        raise ValueError(msg) from error


def _decimal(text: str, precision: int, scale: int) -> str | None:
    if not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text)
    if number and number.adjusted() > DIGITS_MAX:
        return None
    rounded = number.quantize(Decimal(1).scaleb(-scale), context=_BIG)
    digits = len(rounded.as_tuple().digits) if rounded else 1
    return format(rounded, "f") if digits <= precision else None


def _double(text: str) -> float | None:
    if not _DOUBLE.fullmatch(text.strip()):
        return None
    return float(text.strip().rstrip("dDfF") or "nan")


def _divided(left: str, right: str, scale: int) -> str:
    if not Decimal(right):
        msg = "division by zero"
        raise ValueError(msg)
    quotient = _BIG.divide(Decimal(left), Decimal(right))
    return format(quotient.quantize(Decimal(1).scaleb(-scale), context=_BIG), "f")


def _like(text: str, pattern: str) -> bool:
    return compiled(pattern).search(text) is not None


def _extracted(text: str, pattern: str, group: int) -> str | None:
    found = compiled(pattern).search(text)
    return None if found is None else found[group]


def _all_extracted(text: str, pattern: str, group: int) -> list[str | None]:
    return [found[group] for found in compiled(pattern).finditer(text)]


def _position(text: str, pattern: str) -> int:
    found = compiled(pattern).search(text)
    return -1 if found is None else found.start() + 1


def _replaced(text: str, pattern: str, template: str) -> str:
    return compiled(pattern).sub(replacement(template), text)


def _split(text: str, pattern: str) -> list[str]:
    return compiled(pattern).split(text)

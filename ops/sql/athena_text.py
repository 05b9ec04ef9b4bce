"""
Values and types as Athena writes them into results.

Rule 1: a value is spelled by its Arrow type alone.

Amazon Athena: API_ColumnInfo; Data types in Amazon Athena.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from ops.sql.json_text import java_double

VARCHAR_CHARACTERS_MAX = 2**31 - 1

# Athena's word, and the precision that it tells.
_TYPES: Sequence[tuple[Callable[[pa.DataType], bool], str, int]] = (
    (pa.types.is_boolean, "boolean", 0),
    (pa.types.is_int64, "bigint", 19),
    (pa.types.is_integer, "integer", 10),
    (pa.types.is_float32, "float", 17),
    (pa.types.is_float64, "double", 17),
    (pa.types.is_date, "date", 0),
    (pa.types.is_binary, "varbinary", 1_073_741_824),
    (pa.types.is_large_binary, "varbinary", 1_073_741_824),
    (pa.types.is_list, "array", 0),
    (pa.types.is_map, "map", 0),
    (pa.types.is_struct, "row", 0),
)


def athena_type(type_: pa.DataType) -> tuple[str, int, int]:
    """
    Athena's word for a type, its precision and its scale.
    """
    if pa.types.is_decimal(type_):
        return "decimal", type_.precision, type_.scale
    if pa.types.is_timestamp(type_):
        return ("timestamp with time zone" if type_.tz else "timestamp"), 3, 0
    for is_type, word, precision in _TYPES:
        if is_type(type_):
            return word, precision, 0
    return "varchar", VARCHAR_CHARACTERS_MAX, 0


def texts(rows: pa.Table) -> list[tuple[str | None, ...]]:
    """
    The rows, each value as text; None is NULL.
    """
    columns = [
        [text(value, field.type) for value in column.to_pylist()]
        for field, column in zip(rows.schema, rows.columns, strict=True)
    ]
    return list(zip(*columns, strict=True))


def text(value: object, type_: pa.DataType) -> str | None:
    """
    A value as the text that stands in Athena's results.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | Mapping):
        return _container(value, type_)
    for kind, spell in _SPELLINGS.items():
        if isinstance(value, kind):
            return spell(value, type_)
    return str(value)


def _time(value: datetime, type_: pa.DataType) -> str:
    plain = value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
    return f"{plain} {type_.tz}" if type_.tz else plain


def _container(value: Any, type_: pa.DataType) -> str:  # noqa: ANN401 - a list or a mapping, by its type
    if pa.types.is_struct(type_):
        parts = (
            f"{field.name}={text(value[field.name], field.type) or 'null'}"
            for field in type_
        )
        return "{" + ", ".join(parts) + "}"
    if pa.types.is_map(type_):
        pairs = (
            f"{text(key, type_.key_type)}={_or_null(each, type_.item_type)}"
            for key, each in value
        )
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(_or_null(each, type_.value_type) for each in value) + "]"


def _or_null(value: object, type_: pa.DataType) -> str:
    made = text(value, type_)
    return "null" if made is None else made


# A bool is a number for Python, and a datetime a date: they come first.
_SPELLINGS: dict[type, Callable[[Any, pa.DataType], str]] = {
    bool: lambda value, _: str(value).lower(),
    float: lambda value, _: java_double(value),
    Decimal: lambda value, _: format(value, "f"),
    bytes: lambda value, _: value.hex(" "),
    datetime: _time,
    date: lambda value, _: value.isoformat(),
}

"""
An answer of DuckDB as Trino would write it into JSON.

Rule 1: a value is spelled by its type and by nothing else, so that a value of
another type is a difference: 1 is not 1.0, and 2020-01-01 no time.
"""

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

_WORDS = {math.inf: "Infinity", -math.inf: "-Infinity"}


def spelled(table: pa.Table) -> list[tuple[object, ...]]:
    """
    The rows of an answer, each value as Trino's protocol writes it.
    """
    columns = [
        [_spelled(value, field.type) for value in column.to_pylist()]
        for field, column in zip(table.schema, table.columns, strict=True)
    ]
    return list(zip(*columns, strict=True)) if columns else []


def told(rows: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """
    Trino's rows without their names.
    """
    return [tuple(row.values()) for row in rows]


def in_any_order(rows: Sequence[tuple[object, ...]]) -> list[str]:
    """
    Rows so that two lists of them can be compared as sets that count.

    Of a double the digits that do not depend on the order of an addition.
    """
    return sorted(json.dumps(_steady(row), sort_keys=True) for row in rows)


def _steady(value: object) -> object:
    if isinstance(value, float):
        # And a zero has no sign: which of two equal copies is shown decides it.
        return float(f"{value:.12g}") + 0.0
    return [_steady(each) for each in value] if isinstance(value, tuple) else value


def _spelled(value: object, type_: pa.DataType) -> object:
    if value is None:
        return None
    if pa.types.is_list(type_):
        return [_spelled(each, type_.value_type) for each in _listed(value)]
    if pa.types.is_map(type_):
        return {
            str(_key(key)): _spelled(each, type_.item_type)
            for key, each in _listed(value)
        }
    if pa.types.is_struct(type_):
        assert isinstance(value, Mapping)
        return [_spelled(value[field.name], field.type) for field in type_]
    for kind, spell in _SPELLINGS.items():
        if isinstance(value, kind):
            return spell(value, type_)
    return value


def _listed(value: object) -> Sequence[Any]:
    assert isinstance(value, list)
    return value


def _key(key: object) -> object:
    return str(key).lower() if isinstance(key, bool) else key


def _double(value: float, _: pa.DataType) -> object:
    return value if math.isfinite(value) else _WORDS.get(value, "NaN")


def _time(value: datetime, type_: pa.DataType) -> str:
    text = value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
    return f"{text} {type_.tz}" if type_.tz else text


# A datetime is a date for Python, so it comes first.
_SPELLINGS: dict[type, Callable[[Any, pa.DataType], object]] = {
    float: _double,
    Decimal: lambda value, _: format(value, "f"),
    bytes: lambda value, _: base64.b64encode(value).decode(),
    datetime: _time,
    date: lambda value, _: value.isoformat(),
}

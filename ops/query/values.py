"""
Values of an answer as text, and as JSON.

Rule 1: the same value is the same text in every format, and nothing is rounded:
a decimal has all its digits, a timestamp the fraction of its type.
Rule 2: what JSON has no exact value for (decimals, NaN, bytes) is text in it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

import orjson

Value = object

_FRACTIONS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
# JSON readers take 64 bits, and orjson writes no more.
_INTEGER_END = 2**63


def text_of(value: Value, unit: str = "ms") -> str:  # noqa: PLR0911 - a table of types
    """
    A value that is not NULL, as text; `unit` is the timestamp's.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Decimal():
            return f"{value:f}"
        case datetime():
            return _moment(value, unit)
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex(" ")
        case float() if math.isnan(value):
            return "NaN"
        case float() if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        case list() | dict() | tuple():
            return orjson.dumps(json_of(value, unit)).decode()
        case _:
            return str(value)


def json_of(value: Value, unit: str = "ms") -> Value:
    """
    A value as JSON has it.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < _INTEGER_END else str(value)
        case float():
            return value if math.isfinite(value) else text_of(value)
        case Mapping():
            return {text_of(k, unit): json_of(v, unit) for k, v in value.items()}
        case list() | tuple():
            return _list(value, unit)
        case _:
            return text_of(value, unit)


def _list(value: Sequence[Value], unit: str) -> Value:
    # Arrow gives a map as a list of its pairs.
    pairs = [it for it in value if isinstance(it, tuple)]
    if pairs and len(pairs) == len(value):
        return json_of(dict(pairs), unit)
    return [json_of(it, unit) for it in value]


def _moment(value: datetime, unit: str) -> str:
    digits = _FRACTIONS[unit]
    text = value.replace(tzinfo=None).isoformat(" ", "microseconds")
    text = text[: 20 + digits] if digits else text[:19]
    return text if value.tzinfo is None else f"{text} {value.tzname()}"

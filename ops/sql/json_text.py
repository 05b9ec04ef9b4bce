"""
JSON as Trino writes it: one spelling for each value.

Rule 1: keys in order, no blanks, the last of two equal keys; characters beyond the
basic plane as escapes; numbers with a fraction as Java prints a double.

Measured on Trino 476, json_format(json_parse(…)).
"""

import json
import math
import re
from decimal import Decimal
from typing import Any

import orjson

# Java prints a double plainly between these, and with an exponent beyond.
PLAIN_MIN, PLAIN_MAX = 1e-3, 1e7
_BEYOND_BASIC = re.compile("[\U00010000-\U0010ffff]")
# What orjson would not keep: a number with a fraction, or beyond 64 bits.
_BARE_NUMBER = re.compile(r"[\[:,\s](?:-?\d+[.eE]|-?\d{19,})|^\s*-?\d")


def canonical(text: str) -> str:
    """
    A JSON text in its one spelling; ValueError where it is none.
    """
    if _BARE_NUMBER.search(text):
        written = _written(json.loads(text, parse_float=_double, parse_constant=_never))
    else:
        value = orjson.loads(text)
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        if _BEYOND_BASIC.search(written):
            # Java compares halves of such characters, orjson whole ones.
            written = _written(value)
    return _BEYOND_BASIC.sub(_escaped, written)


def compact(text: str) -> str:
    """
    A part of a JSON text as Trino takes it out: its members keep their order.
    """
    value = json.loads(text, parse_float=_double, parse_constant=_never)
    return _BEYOND_BASIC.sub(_escaped, _written(value, ordered=False))


def java_double(number: float) -> str:
    """
    A double as Java's Double.toString prints it.
    """
    if not math.isfinite(number):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, "NaN")
    if number == 0 or PLAIN_MIN <= abs(number) < PLAIN_MAX:
        text = format(Decimal(repr(number)), "f")
        return text if "." in text else f"{text}.0"
    return scientific(number)


def scientific(number: float) -> str:
    """
    A double with one digit before the point and an exponent: 1.5E10.
    """
    if not math.isfinite(number):
        return java_double(number)
    if number == 0:
        return "-0E0" if math.copysign(1, number) < 0 else "0E0"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    shifted = int(exponent) + len(digits) - 1
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{shifted}"


class _Written(str):
    """
    A number as it is to be written.
    """

    __slots__ = ()


def _double(text: str) -> _Written:
    return _Written(java_double(float(text)))


def _never(text: str) -> float:
    msg = f"{text} is not JSON"
    raise ValueError(msg)


def _written(value: Any, *, ordered: bool = True) -> str:  # noqa: ANN401 - any JSON value
    match value:
        case _Written():
            return str(value)
        case dict():
            members = list(value.items())
            if ordered:
                members.sort(key=lambda item: _java_order(item[0]))
            return (
                "{"
                + ",".join(
                    f"{_text(key)}:{_written(each, ordered=ordered)}"
                    for key, each in members
                )
                + "}"
            )
        case list():
            return (
                "[" + ",".join(_written(each, ordered=ordered) for each in value) + "]"
            )
        case str():
            return _text(value)
        case _:
            return json.dumps(value)


def _java_order(key: str) -> bytes:
    return key.encode("utf-16-be")


def _text(value: str) -> str:
    return orjson.dumps(value).decode()


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1].upper().replace("\\U", "\\u")

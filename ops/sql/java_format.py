"""
format('%s: %.2f', …): Java's.

Rule 1: values come as JSON, so that a decimal keeps its digits; a conversion that
is not here is refused.

Java documentation: java.util.Formatter. Trino documentation: format.
"""

import json
import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

_CONVERSION = re.compile(
    r"%(?:(?P<number>\d+)\$)?(?P<flags>[-#+ 0,(]*)(?P<width>\d+)?"
    r"(?:\.(?P<precision>\d+))?(?P<letter>[a-zA-Z%])"
)


def java_format(pattern: str, values: Sequence[str | None]) -> str:
    """
    The text; `values` are JSON.
    """
    ordinary = iter(values)

    def one(found: re.Match[str]) -> str:
        letter = found["letter"]
        if letter in "%n":
            return _padded(found, "%" if letter == "%" else "\n")
        return _padded(found, _converted(found, _value(found, ordinary, values)))

    return _CONVERSION.sub(one, pattern)


def _value(
    found: re.Match[str], ordinary: Iterator[str | None], values: Sequence[str | None]
) -> object:
    try:
        number = found["number"]
        text = values[int(number) - 1] if number else next(ordinary)
    except (IndexError, StopIteration) as error:
        msg = f"no value for {found[0]}"
        raise ValueError(msg) from error
    return None if text is None else json.loads(text, parse_float=Decimal)


def _converted(found: re.Match[str], value: object) -> str:
    letter = found["letter"]
    match letter.lower(), value:
        case _, None:
            text = "null"
        case (("s" | "b"), bool()):
            text = str(value).lower()
        case "s", _:
            whole = value if isinstance(value, str) else json.dumps(value, default=str)
            precision = found["precision"]
            text = whole if precision is None else whole[: int(precision)]
        case "d", int():
            text = _signed(found, format(abs(value), _grouping(found)), value < 0)
        case "x", int():
            text = format(value, "x")
        case "f", int() | Decimal():
            text = _fixed(found, Decimal(value))
        case "e", int() | Decimal():
            text = _scientific(found, Decimal(value))
        case _:
            msg = f"%{letter} is not known here for such a value"
            raise ValueError(msg)
    return text.upper() if letter.isupper() else text


def _scientific(found: re.Match[str], value: Decimal) -> str:
    mantissa, _, exponent = format(value, f".{found['precision'] or 6}e").partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"


def _fixed(found: re.Match[str], value: Decimal) -> str:
    places = Decimal(1).scaleb(-int(found["precision"] or 6))
    # One that is shorter is filled with zeros, as Java does: never more digits
    # than the number is printed with.
    exact = value.quantize(places, rounding=ROUND_HALF_UP, context=_context())
    return _signed(found, format(abs(exact), f"{_grouping(found)}f"), exact.is_signed())


def _context() -> Context:
    return Context(prec=1000)


def _grouping(found: re.Match[str]) -> str:
    return "," if "," in found["flags"] else ""


def _signed(found: re.Match[str], digits: str, negative: bool) -> str:  # noqa: FBT001 - read beside its digits
    sign = "-" if negative else "+" if "+" in found["flags"] else ""
    sign = sign or (" " if " " in found["flags"] else "")
    if "0" in found["flags"] and found["width"]:
        digits = digits.zfill(int(found["width"]) - len(sign))
    return f"{sign}{digits}"


def _padded(found: re.Match[str], text: str) -> str:
    width = int(found["width"] or 0)
    return text.ljust(width) if "-" in found["flags"] else text.rjust(width)

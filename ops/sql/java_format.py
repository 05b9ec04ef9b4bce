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
        msg = f"format: no value for {found[0]}"
        raise ValueError(msg) from error
    return None if text is None else json.loads(text, parse_float=Decimal)


def _converted(found: re.Match[str], value: object) -> str:
    match found["letter"], value:
        case _, None:
            return "null"
        case "s", bool():
            return str(value).lower()
        case "s" | "S", _:
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            cut = (
                text if found["precision"] is None else text[: int(found["precision"])]
            )
            return cut.upper() if found["letter"] == "S" else cut
        case "d", int():
            return _signed(found, format(abs(value), _grouping(found)), value < 0)
        case "x" | "X", int():
            return format(value, found["letter"])
        case "f", int() | Decimal():
            return _fixed(found, Decimal(value))
        case "e" | "E", int() | Decimal():
            precision = found["precision"] or "6"
            text = format(Decimal(value), f".{precision}e")
            mantissa, _, exponent = text.partition("e")
            padded = f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"
            return padded.upper() if found["letter"] == "E" else padded
        case "b", bool():
            return str(value).lower()
        case letter, _:
            msg = f"format: %{letter} is not known here for such a value"
            raise ValueError(msg)


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

"""
What a typed column shows of a number, and whether that is all of it.

Rule 1: a column gets the nearest value that its type can hold, halves to the
even neighbour, and nothing where the number is out of the type's range.
Rule 2: times are cut, never rounded: a reading belongs to the millisecond in
which it was taken.
Rule 3: whether a column holds a number exactly is asked of its spelling
(archive.row.spell), not decided here.
"""

import math
import re
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from archive.columns import Column, Kind

# What is read as a number. DynamoDB's own are plainer; a longer text than any
# of them stays text.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
NUMBER_CHARACTERS_MAX = 256

# Nothing that a column can hold has more digits before its point.
_INTEGER_DIGITS_MAX = 38

# Wide enough for every number that passes the two limits above: no rounding
# but the one that is asked for.
_EXACT = Context(prec=1024)

BIGINT_MIN, BIGINT_MAX = -(2**63), 2**63 - 1


def parse_number(text: str) -> Decimal | None:
    """
    The number that a DynamoDB number spells, or None where it spells none.
    """
    if len(text) > NUMBER_CHARACTERS_MAX or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def nearest(text: str, column: Column) -> int | float | Decimal | None:
    """
    What the column holds of a number; None where it is out of the column's range.
    """
    number = parse_number(text)
    if number is None:
        return None
    match column.kind:
        case Kind.BIGINT:
            whole = _round(number, Decimal(1))
            in_range = whole is not None and BIGINT_MIN <= whole <= BIGINT_MAX
            return int(whole) if whole is not None and in_range else None
        case Kind.DOUBLE:
            nearby = float(text)
            return nearby if math.isfinite(nearby) else None
        case Kind.DECIMAL:
            rounded = _round(number, Decimal((0, (1,), -column.scale)))
            if rounded is None or len(rounded.as_tuple().digits) > column.precision:
                return None
            return abs(rounded) if rounded.is_zero() else rounded
        case _:
            return None


def milliseconds(text: str, per_unit: int) -> int | None:
    """
    The millisecond that a number of units lies in; None where it is no number.

    A number far beyond any calendar is None too.
    """
    number = parse_number(text)
    if number is None or number.adjusted() > _INTEGER_DIGITS_MAX:
        return None
    product = _EXACT.multiply(number, Decimal(per_unit))
    return int(product.to_integral_value(ROUND_FLOOR, _EXACT))


def _round(number: Decimal, unit: Decimal) -> Decimal | None:
    if number.adjusted() > _INTEGER_DIGITS_MAX:
        return None
    return number.quantize(unit, ROUND_HALF_EVEN, _EXACT)

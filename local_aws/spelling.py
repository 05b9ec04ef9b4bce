"""
How DynamoDB spells a number, and which ones it refuses.

Rule 1: every number that a table stores has passed through `spell`.
Rule 2: numbers are text; none becomes a float here.

Measured by others: 1e100 comes back as a 1 and 100 zeros (boto/boto3 issue
2500), 1.00000000000000007629769841092E+50 as 51 digits (issue 4636); leading
and trailing zeros are trimmed (DynamoDB: Supported data types and naming rules).
"""

import re
from decimal import Decimal
from functools import lru_cache

from moto.dynamodb.exceptions import MockValidationException

# DynamoDB: Supported data types and naming rules in Amazon DynamoDB, "Number".
DIGITS_MAX = 38
EXPONENT_MAX = 125
EXPONENT_MIN = -130

_NUMERAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@lru_cache(maxsize=65_536)
def spell(number: str) -> str:
    """
    The number as DynamoDB gives it back: plain notation, no zero to spare.
    """
    if not _NUMERAL.fullmatch(number):
        msg = f"The parameter cannot be converted to a numeric value: {number}"
        raise MockValidationException(msg)

    value = Decimal(number)
    if not value:
        return "0"
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise MockValidationException(number)
    significant = "".join(map(str, digits)).strip("0")
    if len(significant) > DIGITS_MAX:
        msg = "Attempting to store more than 38 significant digits in a Number"
        raise MockValidationException(msg)
    if value.adjusted() > EXPONENT_MAX:
        msg = (
            "Number overflow. Attempting to store a number with magnitude larger "
            "than supported range"
        )
        raise MockValidationException(msg)
    if value.adjusted() < EXPONENT_MIN:
        msg = (
            "Number underflow. Attempting to store a number with magnitude smaller "
            "than supported range"
        )
        raise MockValidationException(msg)

    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

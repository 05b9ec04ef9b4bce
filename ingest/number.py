"""
Numbers as DynamoDB holds them.

Rule 1: this is the only file that knows how DynamoDB spells a number, which
ones it refuses, and what one weighs.
Rule 2: a number is exact: it is spelled as it is or refused, never rounded.

DynamoDB trims zeros that say nothing and expands exponents. Spelling numbers so
before they are sent makes equal keys equal as text.
"""

from decimal import Decimal

from archive.errors import PoisonError

# DynamoDB, "Data types": 38 digits, 1E-130 to 9.99...E+125. Refuses the call.
DIGITS_MAX = 38
EXPONENT_MIN = -130
EXPONENT_MAX = 125


def spell(number: Decimal) -> str:
    """
    The number as DynamoDB gives it back; PoisonError where it takes none such.
    """
    text = str(number)
    # Almost every number: no exponent (so at least 1E-6), and short enough to
    # be within all limits. NaN and Infinity end in letters.
    if len(text) > DIGITS_MAX or "E" in text or not text[-1].isdigit():
        return _spell_unusual(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def weigh(text: str) -> int:
    """
    What a number, as spelled above, adds to its item's size, in bytes.

    The developer guide ("Item sizes and formats") says approximately one byte
    per two digits and one more. Measured against the service, digits before and
    after the point are halved apart and a minus sign costs a byte
    (github.com/paritysuite/dynamodb-conformance, tests/tier3/limits).
    """
    whole, _, fraction = text.lstrip("-").partition(".")
    whole = whole.lstrip("0")
    if fraction and not whole:
        fraction = fraction.lstrip("0")
    elif not fraction:
        whole = whole.rstrip("0")
    sign = 1 if text[0] == "-" else 0
    return 1 + (len(whole) + 1) // 2 + (len(fraction) + 1) // 2 + sign


def _spell_unusual(number: Decimal) -> str:
    if not number.is_finite():
        msg = "a number is NaN or infinite"
        raise PoisonError(msg)

    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or not any(digits):
        return "0"  # with any exponent: a zero has no magnitude to lose

    # By hand, because decimal's own operations round to a context.
    significant = "".join(map(str, digits)).rstrip("0")
    if len(significant) > DIGITS_MAX:
        msg = f"a number has {len(significant)} digits, above {DIGITS_MAX}"
        raise PoisonError(msg)
    if not EXPONENT_MIN <= number.adjusted() <= EXPONENT_MAX:
        msg = f"a number is beyond 1E{EXPONENT_MIN} to 9.99E+{EXPONENT_MAX}"
        raise PoisonError(msg)

    trimmed = Decimal(
        (
            sign,
            tuple(map(int, significant)),
            exponent + len(digits) - len(significant),
        )
    )
    return format(trimmed, "f")

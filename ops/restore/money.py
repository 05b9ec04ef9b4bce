"""
Money, as it is written for people.

Rule 1: a sum of money is rounded up: nobody pays more than was told. Its parts
are not, so that they add up to it.
"""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
FINE = Decimal("0.0001")

# From here on nobody looks at what is less than a cent.
FINE_USD_MAX = 100


def step_of(usd: Decimal) -> Decimal:
    """
    How finely an amount is told, and others beside it.
    """
    return FINE if usd < FINE_USD_MAX else CENT


def total(usd: Decimal, step: Decimal | None = None) -> str:
    """
    A sum of US dollars, without a sign for them.
    """
    return f"{usd.quantize(step or step_of(usd), rounding=ROUND_CEILING):,}"


def part(usd: Decimal, step: Decimal) -> str:
    """
    A part of a sum.
    """
    return f"{usd.quantize(step, rounding=ROUND_HALF_UP):,}"

"""
Money, times, sizes and numbers, as they are written for people.

Rule 1: a sum of money is rounded up: nobody pays more than was told. Its parts
are not, so that they add up to it.
"""

from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
FINE = Decimal("0.0001")

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def step_of(usd: Decimal) -> Decimal:
    """
    How finely an amount is told, and others beside it.
    """
    return FINE if usd < 1 else CENT


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


def moment(at: int) -> str:
    """
    A time, given in epoch seconds.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def amount(size_bytes: float) -> str:
    """
    A number of bytes in the unit that suits it.
    """
    for unit in _UNITS[:-1]:
        if size_bytes < 1000:  # noqa: PLR2004 - three digits before the point
            digits = 0 if unit == "bytes" else 1
            return f"{size_bytes:,.{digits}f} {unit}"
        size_bytes /= 1024
    return f"{size_bytes:,.1f} {_UNITS[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """
    A number of things.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"

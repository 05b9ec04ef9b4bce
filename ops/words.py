"""
Times, sizes and numbers, as every command writes them for people.

Rule 1: sizes are in powers of two, as AWS bills them and as its console shows them.
"""

from datetime import UTC, datetime

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


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

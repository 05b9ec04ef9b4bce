"""
Times, sizes and numbers, as every command writes them for people.

Rule 1: sizes are in powers of two, as AWS bills them and as its console shows them.
"""

from datetime import UTC, datetime

_DAY = 86_400
_HOUR = 3600
_MINUTE = 60

# Below two of a unit the next smaller one says more.
_AGES = ((_DAY, "days"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def moment(at: int) -> str:
    """
    A time, given in epoch seconds.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def age(seconds: int) -> str:
    """
    How long that is, in one unit.
    """
    for unit, name in _AGES:
        if seconds >= 2 * unit:
            return f"{seconds // unit:,} {name}"
    return f"{max(seconds, 0)} s"


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

"""
Times and sizes as a person reads them at night.

Rule 1: all times are UTC, which the title says once.
"""

from datetime import UTC, datetime

_DAY = 86_400
_HOUR = 3600
_MINUTE = 60

# Below two of a unit the next smaller one says more.
_UNITS = ((_DAY, "days"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))

_SIZES = ("kB", "MB", "GB", "TB", "PB")


def age(seconds: int) -> str:
    """
    How long that is, in one unit.
    """
    for unit, name in _UNITS:
        if seconds >= 2 * unit:
            return f"{seconds // unit:,} {name}"
    return f"{max(seconds, 0)} s"


def moment(at: int) -> str:
    """
    A time to the minute, in UTC.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def size(total: int) -> str:
    """
    Bytes, in thousands.
    """
    value = float(total)
    if value < 1000:  # noqa: PLR2004 - a kB
        return f"{total} B"
    for unit in _SIZES:
        value /= 1000
        if value < 999.95:  # noqa: PLR2004 - what still prints as less than 1,000
            return f"{value:.1f} {unit}"
    return f"{value:,.1f} {_SIZES[-1]}"

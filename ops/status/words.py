"""
Ages as a person reads them at night. Other words are in ops/words.py.
"""

_DAY = 86_400
_HOUR = 3600
_MINUTE = 60

# Below two of a unit the next smaller one says more.
_UNITS = ((_DAY, "days"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))


def age(seconds: int) -> str:
    """
    How long that is, in one unit.
    """
    for unit, name in _UNITS:
        if seconds >= 2 * unit:
            return f"{seconds // unit:,} {name}"
    return f"{max(seconds, 0)} s"

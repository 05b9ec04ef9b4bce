"""
When a schedule fires next.

Rule 1: this is the only file that reads a schedule's expression.
"""

import re

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


def due_at(expression: str, created_at: int, now: int) -> int | None:
    """
    The first tick after `now`; None for an expression that is no rate.

    A rate counts from the schedule's creation (EventBridge Scheduler: "Schedule
    types"). One that was changed since may be off by less than its period.
    """
    found = _RATE.fullmatch(expression)
    if found is None:
        return None
    period = int(found[1]) * _UNIT_SECONDS[found[2]]
    return created_at + ((now - created_at) // period + 1) * period

"""
How readable an archive object is: cold, warming, lukewarm or warm.

Rule 1: this is the only file that decides it, from what a listing shows and the
time, without asking AWS.
"""

from enum import Enum

from ops.objects import ARCHIVED_CLASSES, Stored


class Warmth(Enum):
    """
    The four states of an object, after restic's.
    """

    COLD = "cold"  # archived; nobody has asked for it
    WARMING = "warming"  # asked for, and not there yet
    LUKEWARM = "lukewarm"  # readable, but gone before it is wanted no more
    WARM = "warm"  # readable for as long as it is wanted


def warmth(stored: Stored, *, now: int, until: int) -> Warmth:
    """
    The state of an object at `now`, which is wanted until `until` (epoch seconds).
    """
    if stored.storage_class not in ARCHIVED_CLASSES:
        return Warmth.WARM
    if stored.restored is None:
        return Warmth.COLD
    expires_at = stored.restored.expires_at
    if expires_at is None:
        return Warmth.WARMING
    # A listing may show a copy that is gone in this moment.
    if expires_at <= now:
        return Warmth.COLD
    return Warmth.WARM if expires_at >= until else Warmth.LUKEWARM

"""
How fast S3 brings an object back, and when the copy goes.

Rule 1: this is the only file of ops that knows the tiers and their times.
Rule 2: a time is the longest that AWS names for a tier; it is usual, and promised
by nobody.

Amazon S3: Understanding archive retrieval options; API_RestoreObject.
"""

from dataclasses import dataclass
from enum import Enum

DAY_SECONDS = 86_400
_HOUR = 3600


class Tier(Enum):
    """
    The retrieval options, the slowest and cheapest first.
    """

    BULK = "Bulk"
    STANDARD = "Standard"
    EXPEDITED = "Expedited"


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    How long a restore takes, as a number and as AWS says it.
    """

    seconds: int
    words: str


NO_WAITING = Waiting(0, "at once")

_WAITINGS = {
    ("GLACIER", Tier.BULK): Waiting(12 * _HOUR, "5-12 h"),
    ("GLACIER", Tier.STANDARD): Waiting(5 * _HOUR, "3-5 h"),
    ("GLACIER", Tier.EXPEDITED): Waiting(5 * 60, "1-5 min"),
    ("DEEP_ARCHIVE", Tier.BULK): Waiting(48 * _HOUR, "up to 48 h"),
    ("DEEP_ARCHIVE", Tier.STANDARD): Waiting(12 * _HOUR, "up to 12 h"),
}


def waiting_of(storage_class: str, tier: Tier) -> Waiting | None:
    """
    How long objects of a class take; None where the class has no such tier.
    """
    return _WAITINGS.get((storage_class, tier))


def longest_waiting(storage_class: str) -> Waiting:
    """
    How long an object takes that was asked for with a tier that nobody knows.
    """
    return _WAITINGS[storage_class, Tier.BULK]


def copy_ends_at(begin: int, days: int) -> int:
    """
    When a copy goes that is there from `begin` for so many days.

    "Adding the number of days ... and rounding the resulting time to the next day
    midnight UTC."
    """
    return ((begin + days * DAY_SECONDS) // DAY_SECONDS + 1) * DAY_SECONDS

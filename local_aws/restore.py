"""
Archived objects coming back for a time.

Rule 1: an object's state follows from when its restore was asked for and the
clock; no one moves it along.
Rule 2: the longest time that AWS names for a tier is the time it takes.

Amazon S3: Understanding archive retrieval options; API_RestoreObject.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from local_aws.lifecycle_rules import midnight_after

_HOUR = 3600
TIER_SECONDS = {
    ("GLACIER", "Expedited"): 5 * 60,
    ("GLACIER", "Standard"): 5 * _HOUR,
    ("GLACIER", "Bulk"): 12 * _HOUR,
    ("DEEP_ARCHIVE", "Standard"): 12 * _HOUR,
    ("DEEP_ARCHIVE", "Bulk"): 48 * _HOUR,
}


@dataclass(frozen=True, slots=True)
class Restore:
    """
    A restored copy: there from `ready_at` until `expires_at`.
    """

    ready_at: int
    expires_at: int

    @property
    def expiry(self) -> datetime:
        """
        The end of the copy, as moto writes times: UTC, without saying so.
        """
        return datetime.fromtimestamp(self.expires_at, tz=UTC).replace(tzinfo=None)


def asked(now: int, seconds: int, days: int) -> Restore:
    """
    A restore that is asked for now and takes so long.

    The days count from when the copy is there, and end at a midnight.
    """
    ready_at = now + seconds
    return Restore(ready_at, midnight_after(ready_at, days))


def renewed(former: Restore, now: int, days: int) -> Restore:
    """
    A copy that is there and shall stay so many days from now.
    """
    return Restore(former.ready_at, midnight_after(now, days))

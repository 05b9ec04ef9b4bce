"""
Archived objects coming back for a time.

Rule 1: an object's state follows from when its restore was asked for and the
clock; no one moves it along.
Rule 2: the longest time that AWS names for a tier is the time it takes.

Amazon S3: Understanding archive retrieval options; API_RestoreObject.
"""

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """
    A restored copy: there from `ready_at` until `expires_at`.

    It was asked for with a tier that takes `seconds`, and for so many `days`.
    """

    ready_at: int
    expires_at: int
    seconds: int
    days: int

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
    expires_at = midnight_after(ready_at, days)
    return Restore(ready_at=ready_at, expires_at=expires_at, seconds=seconds, days=days)


def renewed(former: Restore, now: int, days: int) -> Restore:
    """
    A copy that is there and shall stay so many days from now.
    """
    return replace(former, expires_at=midnight_after(now, days), days=days)


def hastened(former: Restore, now: int, seconds: int, days: int) -> Restore | None:
    """
    A restore that is on its way and is asked for once more; None: S3 refuses.

    It takes a faster tier, which is paid for too, and changes nothing else
    (Amazon S3: Upgrading the speed of an in-progress restore).
    """
    if seconds >= former.seconds or days != former.days:
        return None
    sooner = asked(now, seconds, days)
    return (
        sooner
        if sooner.ready_at < former.ready_at
        else replace(former, seconds=seconds)
    )

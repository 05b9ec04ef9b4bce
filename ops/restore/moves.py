"""
What the bucket's lifecycle does to objects while somebody wants to read them.

Rule 1: a restore stops no lifecycle: an object that is hot today can be archived
before it is wanted no more, and an expiry ends a restored copy too ("the object
expiration overrides the life span that you specify", API_RestoreObject).
Rule 2: ages are counted from when an object was stored, and end at a midnight.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ops.objects import ARCHIVED_CLASSES, Stored
from ops.restore.tiers import copy_ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """
    The archive's rules, as the module was told them (infra/archive.tf).
    """

    storage_class: str
    after_days: int
    size_min_bytes: int
    expiry_days: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """
    How many objects it befalls before a time, and when the first of them.
    """

    objects: int
    first_at: int


def archived_before(until: int, hot: Iterable[Stored], rules: Lifecycle) -> Due | None:
    """
    The hot objects that the lifecycle archives before `until`, if it finds them.

    Compaction may replace one first, and its successor is new again.
    """
    if rules.storage_class not in ARCHIVED_CLASSES:
        return None
    # 0 is no rule about sizes; any other one is "greater than".
    return _due(
        until,
        (
            copy_ends_at(stored.modified_at, rules.after_days)
            for stored in hot
            if stored.storage_class not in ARCHIVED_CLASSES
            and (not rules.size_min_bytes or stored.bytes > rules.size_min_bytes)
        ),
    )


def expired_before(
    until: int, objects: Iterable[Stored], rules: Lifecycle
) -> Due | None:
    """
    The objects whose time in the archive is over before `until`.
    """
    days = rules.expiry_days
    if days is None:
        return None
    return _due(until, (copy_ends_at(it.modified_at, days) for it in objects))


def _due(until: int, times: Iterable[int]) -> Due | None:
    due = [at for at in times if at < until]
    return Due(len(due), min(due)) if due else None

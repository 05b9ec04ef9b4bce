"""
Whether a query would see the whole of what it touches, and nothing else.

Rule 1: the ledger says what there is, a listing whether it can be read, Glue what
Athena would look at. This file compares the three and asks nobody.
Rule 2: an engine that is told what to read (DuckDB) needs no Glue, and no
stranger can mislead it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.files import FileRecord
from archive.keys import Partition
from ops.objects import ARCHIVED_CLASSES, Stored
from ops.warmth import Warmth, warmth

# What begins so, Athena does not read (Athena user guide: "Create tables in
# Athena": files that begin with an underscore or a dot).
_NOT_READ = ("_", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    What there is at one time, of the partitions that a query touches.

    `locations` are the registered partitions that it touches, with the prefix at
    which Glue says that they lie; None where Glue does not matter.
    """

    now: int
    until: int
    files: Mapping[str, FileRecord]
    stored: Mapping[str, Stored]
    locations: Mapping[Partition, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """
    What stands between a query and a whole answer, by key.

    `missing` are named by the ledger and not there, or not as it says: damage.
    `strangers` are there, and no entry names them. `gone_at` is when the first of
    the restored copies goes, None where there is none.
    """

    files: Mapping[str, FileRecord]
    unreadable: Mapping[str, Warmth]
    missing: tuple[str, ...]
    strangers: tuple[str, ...]
    unregistered: tuple[Partition, ...]
    archived: int
    gone_at: int | None

    @property
    def bytes(self) -> int:
        """
        The bytes of all objects that are touched.
        """
        return sum(record.bytes for record in self.files.values())

    @property
    def whole(self) -> bool:
        """
        Whether nothing stands in between.
        """
        return not (
            self.unreadable or self.missing or self.strangers or self.unregistered
        )

    def is_no_worse_than(self, before: "Survey") -> bool:
        """
        Whether nothing stands in between that did not before.
        """
        return (
            self.unreadable.keys() <= before.unreadable.keys()
            and set(self.missing) <= set(before.missing)
            and set(self.strangers) <= set(before.strangers)
            and set(self.unregistered) <= set(before.unregistered)
        )

    @property
    def readable(self) -> dict[str, FileRecord]:
        """
        The objects that can be read.
        """
        gone = {*self.unreadable, *self.missing}
        return {key: record for key, record in self.files.items() if key not in gone}


def survey(seen: Seen) -> Survey:
    """
    Compare what the ledger names with what is there.
    """
    states = {
        key: warmth(stored, now=seen.now, until=seen.until)
        for key, stored in seen.stored.items()
        if key in seen.files
    }
    archived = [
        stored
        for key, stored in seen.stored.items()
        if key in seen.files and stored.storage_class in ARCHIVED_CLASSES
    ]
    expiries = [
        stored.restored.expires_at
        for stored in archived
        if stored.restored and stored.restored.expires_at is not None
    ]
    return Survey(
        files=seen.files,
        unreadable={
            key: state for key, state in sorted(states.items()) if state != Warmth.WARM
        },
        missing=tuple(
            key
            for key, record in sorted(seen.files.items())
            if key not in seen.stored or seen.stored[key].bytes != record.bytes
        ),
        strangers=() if seen.locations is None else _strangers(seen),
        unregistered=() if seen.locations is None else _unregistered(seen),
        archived=len(archived),
        gone_at=min(expiries, default=None),
    )


def prefix_of(key: str) -> str:
    """
    The partition's prefix that a key lies under, however deep.
    """
    return "/".join(key.split("/", 3)[:3]) + "/"


def _strangers(seen: Seen) -> tuple[str, ...]:
    """
    Objects that Athena would read as rows of a registered partition.
    """
    registered = {partition.prefix for partition in seen.locations or ()}
    return tuple(
        key
        for key, stored in sorted(seen.stored.items())
        if key not in seen.files
        and stored.bytes
        and not key.rsplit("/", 1)[-1].startswith(_NOT_READ)
        and prefix_of(key) in registered
    )


def _unregistered(seen: Seen) -> tuple[Partition, ...]:
    """
    Partitions that Athena would not look at, or would look for elsewhere.

    Also those that hold no object: at another place it finds other rows.
    """
    held = {record.partition for record in seen.files.values()}
    locations = seen.locations or {}
    return tuple(
        partition
        for partition in sorted(
            {*held, *locations}, key=lambda it: (it.device, it.date)
        )
        if locations.get(partition, "").rstrip("/") != partition.prefix.rstrip("/")
    )

"""
What a look at a deployment saw, part by part.

Rule 1: values only. What they mean for a person is judge.py's.
Rule 2: a part that could not be looked at says why, and is never taken for one
where nothing was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, TypeVar

from archive.document import EntryKind
from ops.deployment import Deployment
from ops.ledger import Ledger
from ops.verified import Verified
from ops.warmth import Warmth
from transforms.watch import Finding


class Why(Enum):
    """
    Why a part was not seen.
    """

    NOT_ALLOWED = "not allowed"
    BUSY = "busy"
    BROKEN = "broken"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """
    A part that could not be looked at.

    `action` is the permission that is missing, where one is.
    """

    why: Why
    reason: str
    action: str | None = None


Something = TypeVar("Something")
Part: TypeAlias = Something | Unseen


@dataclass(frozen=True, slots=True)
class Ringing:
    """
    An alarm by its name without the deployment's, and since when it rings.
    """

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Alarms:
    """
    How many alarms the deployment has, and those that ring.
    """

    watching: int
    ringing: tuple[Ringing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """
    Messages that wait, those that ingest has in hand, and dead letters.

    `mapping` is the state of ingest's mapping, None where it is gone.
    """

    waiting: int
    in_flight: int
    dead_letters: int
    mapping: str | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """
    What CloudWatch counted last; None where it has counted nothing lately.
    """

    queue_age_seconds: int | None
    run_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    Table, stream and router's mapping: what is wrong with them, and how they are.
    """

    findings: frozenset[Finding]
    ttl_status: str
    ttl_attribute: str
    mapping: str
    last_result: str


@dataclass(frozen=True, slots=True)
class Pile:
    """
    Some objects, and their bytes.
    """

    objects: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Failures:
    """
    What was saved when it was given up.

    Batches of stream records, and calls of the transform that never ran or failed.
    """

    batches: Pile
    calls: Pile


@dataclass(frozen=True, slots=True)
class Landing:
    """
    Landed objects that wait; since when, by the oldest.
    """

    pile: Pile
    oldest_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """
    The open intent.

    `others` counts further ones, which should not be there.
    """

    n: int
    kind: EntryKind
    attempts: int
    opened_at: int
    until: int
    holder: str
    is_planned: bool
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClass:
    """
    The archive's own objects in one storage class.
    """

    name: str
    objects: int
    rows: int
    bytes: int
    overhead_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """
    What lies under items/, against the ledger.

    `missing` is what the ledger names and nobody found, `unnamed` what lies
    there and no entry names; `being_made` is of the entry that is open.
    """

    classes: tuple[StorageClass, ...]
    warmth: Mapping[Warmth, int]
    missing: int
    unnamed: int
    being_made: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    The schedule of the transform.
    """

    state: str
    expression: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """
    The parts that are read from the archive bucket.

    `items` is None where they were not to be listed. `was_open` says whether an
    entry was open before or after the rest was looked at.
    """

    ledger: Part[Ledger]
    items: Part[Items] | None
    opened: Part[Opened | None]
    quarantine: Part[Pile]
    was_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    Everything, at one time.

    `queues` is None where the deployment has none.
    """

    at: int
    deployment: Deployment
    alarms: Part[Alarms]
    queues: Part[Queues] | None
    metrics: Part[Metrics]
    source: Part[Source]
    failures: Part[Failures]
    landing: Part[Landing]
    archive: Archive
    verified: Part[Verified | None]
    schedule: Part[Schedule | None]

    def unseen(self) -> dict[str, Unseen]:
        """
        The parts that could not be looked at, by name.
        """
        parts = {
            "alarms": self.alarms,
            "queues": self.queues,
            "metrics": self.metrics,
            "table": self.source,
            "failures": self.failures,
            "landing": self.landing,
            "ledger": self.archive.ledger,
            "open": self.archive.opened,
            "quarantine": self.archive.quarantine,
            "items": self.archive.items,
            "verified": self.verified,
            "schedule": self.schedule,
        }
        return {name: part for name, part in parts.items() if isinstance(part, Unseen)}

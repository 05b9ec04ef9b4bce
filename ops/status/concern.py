"""
The reasons to act, by name, and the words that they are told in.

Rule 1: a kind leads to its section of docs/RUNBOOK.md; a test finds each there.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """
    Reasons to act. The value is the section of docs/RUNBOOK.md, or its beginning.
    """

    ALARM = "an alarm's own"
    DEAD_LETTERS = "dead-letters"
    INGEST_STOPPED = "queue-age"
    TTL_DISABLED = "ttl-disabled"
    MAPPING_DISABLED = "mapping-disabled"
    MAPPING_FAILING = "mapping-failing"
    STREAM_CHANGED = "stream-changed"
    ON_FAILURE = "on-failure"
    LANDED_AGE = "landed-age"
    INTENT_ATTEMPTS = "intent-attempts"
    NOT_SCHEDULED = "transform-heartbeat"
    ABANDONED = "transform-errors"
    QUARANTINED = "quarantine"
    DAMAGED_RANGES = "damage"
    CONFLICTS = "identity-conflicts"
    ARCHIVE_DAMAGED = "damaged"
    UNEXPLAINED = "unexplained"
    UNVERIFIED = "unverified"
    PARTITIONS = "partitions"


@dataclass(frozen=True, slots=True)
class Concern:
    """
    One reason to act: its kind, the words, and the section of the runbook.
    """

    kind: Kind
    text: str
    section: str

    @property
    def anchor(self) -> str:
        """
        Where to read what to do.
        """
        return f"docs/RUNBOOK.md#{self.section}"


def ordinal(number: int) -> str:
    """
    Second, third, and so on.
    """
    return {2: "second", 3: "third"}.get(number, f"{number}th")

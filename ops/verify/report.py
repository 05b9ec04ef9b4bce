"""
What one run of verify saw.

Rule 1: values only; page.py says them to a person, `json` to a script.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from archive.keys import Partition
from ops.ledger import Head
from ops.verified import VerifyMode
from ops.verify.compare import Evidence
from ops.verify.finding import Finding


@dataclass(slots=True, kw_only=True)
class Tally:
    """
    What was looked at, and how.

    `objects` are those that the ledger names and that were compared; `unread` are
    those of them that a deep look could not read, being cold. `blind` are objects
    of which nothing that can be believed says what they should be.
    """

    entries: int = 0
    objects: int = 0
    bytes: int = 0
    evidence: Counter[Evidence] = field(default_factory=Counter)
    rows: int = 0
    doubles_kept: int = 0
    unread: int = 0
    blind: int = 0
    expired: int = 0
    other_months: int = 0
    under_way: int = 0

    @property
    def uncompared(self) -> int:
        """
        Objects of which only the size was compared.
        """
        return self.evidence[Evidence.SIZE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    All of it: where, how, what was looked at, what was found.

    `is_whole` says that the chain leads to the head without a finding. `restore` is
    the command that makes readable what was cold, which `cold` stands for.
    """

    place: str
    mode: VerifyMode
    month: str | None
    is_copy: bool
    head: Head
    is_whole: bool
    tally: Tally
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    cold: tuple[Partition, ...] = ()
    restore: str | None = None

    def json(self) -> dict[str, Any]:
        """
        The report as one JSON object.
        """
        tally = self.tally
        return {
            "place": self.place,
            "mode": self.mode.value,
            "month": self.month,
            "head": {"n": self.head.n, "sha256": self.head.sha256},
            "chain_is_whole": self.is_whole,
            "entries": tally.entries,
            "objects": tally.objects,
            "bytes": tally.bytes,
            "compared_by": {
                each.name.lower(): tally.evidence[each] for each in Evidence
            },
            "rows": tally.rows,
            "doubles_kept": tally.doubles_kept,
            "cold": tally.unread,
            "restore": self.restore,
            "not_compared": tally.blind,
            "expired_as_configured": tally.expired,
            "of_other_months": tally.other_months,
            "under_way": tally.under_way,
            "notes": list(self.notes),
            "findings": [
                {
                    "kind": each.kind.value,
                    "key": each.key,
                    "reason": each.reason,
                    "advice": each.kind.advice,
                }
                for each in self.findings
            ],
        }

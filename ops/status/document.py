"""
What was seen, as JSON for a script.

Rule 1: every key is always there. A part that was not looked at is null, and
`unseen` says why; docs/RUNBOOK.md#status documents the keys.
Rule 2: times are epoch seconds, sizes bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from ops.ledger import Ledger
from ops.status.concern import Concern
from ops.status.due import due_at
from ops.status.judge import PARTITIONS_MAX, exit_code
from ops.status.seen import (
    Items,
    Landing,
    Opened,
    Part,
    Schedule,
    Seen,
    Source,
    Unseen,
)
from ops.verified import Verified

FORMAT = 1

Something = TypeVar("Something")


def document(seen: Seen, concerns: Sequence[Concern]) -> Mapping[str, Any]:
    """
    All of it, as one object.
    """
    archive, at = seen.archive, seen.at
    return {
        "format": FORMAT,
        "deployment": seen.deployment.name,
        "region": seen.deployment.region,
        "at": at,
        "exit_code": int(exit_code(seen, concerns)),
        "concerns": [
            {"kind": each.kind.name.lower(), "text": each.text, "anchor": each.anchor}
            for each in concerns
        ],
        "unseen": {
            name: {"why": it.why.value, "action": it.action, "reason": it.reason}
            for name, it in seen.unseen().items()
        },
        "alarms": _part(seen.alarms, asdict),
        "queues": _part(seen.queues, asdict),
        "metrics": _part(seen.metrics, asdict),
        "table": _part(seen.source, _source),
        "failures": _part(seen.failures, asdict),
        "landing": _part(seen.landing, lambda it: _landing(it, at)),
        "open": _part(archive.opened, lambda it: _opened(it, at)),
        "last_entry": _part(archive.ledger, _last_entry),
        "quarantine": _part(archive.quarantine, asdict),
        "archive": _part(archive.ledger, _archive),
        "items": _part(archive.items, _items),
        "verified": _part(seen.verified, _verified),
        "schedule": _part(seen.schedule, lambda it: _schedule(it, at)),
    }


def _part(
    part: Part[Something | None], tell: Callable[[Something], Mapping[str, Any] | None]
) -> Mapping[str, Any] | None:
    return None if part is None or isinstance(part, Unseen) else tell(part)


def _source(source: Source) -> Mapping[str, Any]:
    findings = sorted(finding.value for finding in source.findings)
    return {**asdict(source), "findings": findings}


def _landing(landing: Landing, at: int) -> Mapping[str, Any]:
    oldest_at = landing.oldest_at
    return {
        "objects": landing.pile.objects,
        "bytes": landing.pile.bytes,
        "oldest_at": oldest_at,
        "oldest_age_seconds": None if oldest_at is None else at - oldest_at,
    }


def _opened(opened: Opened, at: int) -> Mapping[str, Any]:
    is_alive = at <= opened.until
    return {**asdict(opened), "kind": opened.kind.value, "holder_is_alive": is_alive}


def _last_entry(ledger: Ledger) -> Mapping[str, Any] | None:
    if not ledger.entries:
        return None
    last = ledger.entries[-1]
    return {
        "n": last.n,
        "kind": last.kind.value,
        "opened_at": last.opened_at,
        **asdict(last.counts),
        "damaged_ranges": len(last.damage),
    }


def _archive(ledger: Ledger) -> Mapping[str, Any]:
    files = ledger.files.values()
    entries = ledger.entries
    return {
        "entries": ledger.head.n,
        "head_sha256": ledger.head.sha256,
        "objects": len(files),
        "rows": sum(record.rows for record in files),
        "bytes": sum(record.bytes for record in files),
        "partitions": len({record.partition for record in files}),
        "partitions_max": PARTITIONS_MAX,
        "lines_quarantined": sum(entry.counts.quarantined for entry in entries),
        "damaged_ranges": sum(len(entry.damage) for entry in entries),
    }


def _items(items: Items) -> Mapping[str, Any]:
    return {
        "classes": {
            each.name: {
                "objects": each.objects,
                "rows": each.rows,
                "bytes": each.bytes,
                "overhead_bytes": each.overhead_bytes,
            }
            for each in items.classes
        },
        "warmth": {state.value: number for state, number in items.warmth.items()},
        "missing": items.missing,
        "unnamed": items.unnamed,
        "being_made": items.being_made,
    }


def _verified(verified: Verified) -> Mapping[str, Any]:
    return {**asdict(verified), "mode": verified.mode.value}


def _schedule(schedule: Schedule, at: int) -> Mapping[str, Any]:
    due = due_at(schedule.expression, schedule.created_at, at)
    return {**asdict(schedule), "due_at": due}

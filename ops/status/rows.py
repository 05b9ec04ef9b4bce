"""
Each part in a row or a few, for the page.

Rule 1: a row says what was seen; what it means is judge.py's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ops.status.archived import archived, entries, opened, partitions, verified
from ops.status.due import due_at
from ops.status.seen import (
    Alarms,
    Failures,
    Landing,
    Metrics,
    Part,
    Pile,
    Queues,
    Schedule,
    Seen,
    Source,
    Unseen,
)
from ops.words import age, amount, counted, moment

Something = TypeVar("Something")


@dataclass(frozen=True, slots=True)
class Row:
    """
    A label, empty where it is the one above, and a text.
    """

    label: str
    text: str
    style: str = ""


def rows(seen: Seen) -> Iterator[Row]:
    """
    All parts, in the order of an item's way.
    """
    archive, at = seen.archive, seen.at
    yield from _part("alarms", seen.alarms, _alarms)
    if seen.queues is not None:
        yield from _part("queue", seen.queues, lambda it: _queues(it, seen.metrics))
    yield from _part("table", seen.source, _source)
    yield from _part("failures", seen.failures, _failures)
    yield from _part("landed", seen.landing, lambda it: _landing(it, seen))
    yield from _part("open", archive.opened, lambda it: opened(it, seen))
    yield from _part("last entry", archive.ledger, lambda it: entries(it, at))
    yield from _part("quarantine", archive.quarantine, lambda it: _pile(it, seen))
    if not isinstance(archive.ledger, Unseen):
        yield from _part("archive", archive.items, lambda it: archived(it, seen))
        yield from _part("partitions", archive.ledger, lambda it: partitions(it, seen))
    yield from _part("verified", seen.verified, lambda it: verified(it, seen))
    yield from _part("schedule", seen.schedule, lambda it: _schedule(it, seen))


def _part(
    label: str,
    part: Part[Something],
    tell: Callable[[Something], Iterator[str]],
) -> Iterator[Row]:
    if isinstance(part, Unseen):
        yield Row(label, f"{part.why.value}: {part.action or part.reason}", "yellow")
        return
    for text in tell(part):
        yield Row(label, text)
        label = ""


def _alarms(alarms: Alarms) -> Iterator[str]:
    if not alarms.watching:
        yield "there are none here: nobody is woken"
        return
    if not alarms.ringing:
        yield f"none of {alarms.watching} rings"
        return
    ring = "rings" if len(alarms.ringing) == 1 else "ring"
    yield f"{len(alarms.ringing)} of {alarms.watching} {ring}"
    for ringing in alarms.ringing:
        yield f"{ringing.name} since {moment(ringing.since)}"


def _queues(queues: Queues, metrics: Part[Metrics]) -> Iterator[str]:
    oldest = None if isinstance(metrics, Unseen) else metrics.queue_age_seconds
    since = "" if oldest is None else f" for {age(oldest)}"
    yield (
        f"{queues.waiting:,} waiting{since}, {queues.in_flight:,} in flight, "
        f"{counted(queues.dead_letters, 'dead letter')}; "
        f"mapping {queues.mapping or 'gone'}"
    )


def _source(source: Source) -> Iterator[str]:
    attribute = f" on {source.ttl_attribute}" if source.ttl_attribute else ""
    result = f": {source.last_result}" if source.last_result else ""
    yield (
        f"time to live {source.ttl_status}{attribute}; "
        f"stream's mapping {source.mapping}{result}"
    )


def _failures(failures: Failures) -> Iterator[str]:
    batches = counted(failures.batches.objects, "batch", "batches")
    calls = counted(failures.calls.objects, "call")
    yield f"{batches} of stream records; {calls} of the transform"


def _landing(landing: Landing, seen: Seen) -> Iterator[str]:
    if landing.oldest_at is None:
        yield "nothing waits"
        return
    objects = counted(landing.pile.objects, "object")
    old = age(seen.at - landing.oldest_at)
    yield (
        f"{objects}, {amount(landing.pile.bytes)}, oldest {old}; "
        f"a batch closes at {seen.deployment.batch_hours} h"
    )


def _pile(pile: Pile, seen: Seen) -> Iterator[str]:
    objects = f"{counted(pile.objects, 'object')}, {amount(pile.bytes)}"
    if not pile.objects:
        objects = "nothing lies there"
    ledger = seen.archive.ledger
    if isinstance(ledger, Unseen):
        yield objects
        return
    lines = sum(entry.counts.quarantined for entry in ledger.entries)
    ranges = sum(len(entry.damage) for entry in ledger.entries)
    yield (
        f"{objects}; entries name {counted(lines, 'line')}, "
        f"{counted(ranges, 'damaged range')}"
    )


def _schedule(schedule: Schedule | None, seen: Seen) -> Iterator[str]:
    if schedule is None:
        yield "gone"
        return
    due = due_at(schedule.expression, schedule.created_at, seen.at)
    following = "" if due is None else f", next at about {moment(due)}"
    yield f"{schedule.state}, {schedule.expression}{following}"
    if not isinstance(seen.metrics, Unseen) and seen.metrics.run_at is not None:
        yield f"the last run that ended well: {moment(seen.metrics.run_at)}"

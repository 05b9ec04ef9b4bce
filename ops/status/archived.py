"""
What is archived, in rows for the page.

Rule 1: as in rows.py, whose second half this is.
"""

from collections.abc import Iterator

from archive.contract import Granularity
from ops.ledger import Ledger
from ops.objects import ARCHIVED_CLASSES
from ops.status.items import OVERHEAD_BYTES
from ops.status.judge import PARTITIONS_MAX, is_prefix
from ops.status.seen import Items, Opened, Seen, Unseen
from ops.verified import Verified
from ops.warmth import Warmth
from ops.words import age, amount, counted, moment

# Glue bills its metadata above a million objects (AWS Glue pricing, "Data
# Catalog storage").
PARTITIONS_FREE = 1_000_000


def opened(intent: Opened | None, seen: Seen) -> Iterator[str]:
    """
    What is being made, by whom, and whether that is still alive.
    """
    if intent is None:
        yield "nothing"
        return
    yield (
        f"entry {intent.n}, {intent.kind.value}, try {intent.attempts}, since "
        f"{moment(intent.opened_at)}"
    )
    planned = "planned" if intent.is_planned else "no plan yet"
    if seen.at <= intent.until:
        yield f"{planned}; its holder has until {moment(intent.until)}"
    else:
        dead = age(seen.at - intent.until)
        yield f"{planned}; its holder is dead for {dead}, the next run takes over"
    if intent.others:
        yield f"{counted(intent.others, 'other intent')} beside it"


def entries(ledger: Ledger, now: int) -> Iterator[str]:
    """
    The last entry and its counts.
    """
    if not ledger.entries:
        yield "the archive has none yet"
        return
    last = ledger.entries[-1]
    yield (
        f"{last.n}, {last.kind.value}, {age(now - last.opened_at)} ago "
        f"({moment(last.opened_at)})"
    )
    counts = last.counts
    yield (
        f"{counted(counts.lines, 'line')} = {counted(counts.rows, 'row')} + "
        f"{counted(counts.doubles_dropped, 'double')} + "
        f"{counts.quarantined:,} quarantined"
    )
    conflicts = counted(counts.conflicts, "conflict")
    yield f"{conflicts}, {counted(len(last.damage), 'damaged range')}"


def archived(items: Items | None, seen: Seen) -> Iterator[str]:
    """
    Objects, rows and bytes: all, and by storage class where they were listed.
    """
    ledger = seen.archive.ledger
    if isinstance(ledger, Unseen):
        return
    files = ledger.files.values()
    rows = counted(sum(record.rows for record in files), "row")
    total = amount(sum(record.bytes for record in files))
    yield f"{counted(len(files), 'object')}, {rows}, {total}"
    if items is None:
        yield "not listed: --quick"
        return
    for each in items.classes:
        overhead = f" + {amount(each.overhead_bytes)} overhead"
        yield (
            f"{each.name}: {counted(each.objects, 'object')}, "
            f"{counted(each.rows, 'row')}, {amount(each.bytes)}"
            f"{overhead if each.overhead_bytes else ''}"
        )
    if items.warmth:
        yield ", ".join(
            f"{items.warmth[state]:,} {state.value}"
            for state in Warmth
            if state in items.warmth
        )
    yield from _unexplained(items)


def _unexplained(items: Items) -> Iterator[str]:
    if items.being_made:
        yield f"{counted(items.being_made, 'object')} of an entry that is not made yet"
    if items.unnamed:
        yield f"{counted(items.unnamed, 'object')} that no entry names"
    if items.missing:
        yield f"{counted(items.missing, 'object')} of the ledger not found"


def partitions(ledger: Ledger, seen: Seen) -> Iterator[str]:
    """
    Against Glue's limit, and whether months would be cheaper than days.
    """
    files = ledger.files.values()
    number = len({record.partition for record in files})
    billed = ", billed above 1,000,000" if number > PARTITIONS_FREE else ""
    facts = seen.deployment
    yield f"{number:,} by {facts.granularity}, of Glue's {PARTITIONS_MAX:,}{billed}"
    mean = sum(record.bytes for record in files) // max(len(files), 1)
    if (
        files
        and facts.granularity == Granularity.DAY.value
        and facts.storage_class in ARCHIVED_CLASSES
        and mean < OVERHEAD_BYTES
    ):
        yield (
            f"{amount(mean)} an object, billed as {amount(mean + OVERHEAD_BYTES)}: "
            "by month costs less"
        )


def verified(record: Verified | None, seen: Seen) -> Iterator[str]:
    """
    When, how, and up to which entry.
    """
    if record is None:
        yield "never: firn verify"
        return
    yield (
        f"{age(seen.at - record.at)} ago, {record.mode.value}: "
        f"{counted(record.findings, 'finding')}, {counted(record.objects, 'object')}"
    )
    ledger = seen.archive.ledger
    if isinstance(ledger, Unseen):
        return
    if is_prefix(record, ledger):
        yield f"up to entry {record.head.n:,} of {ledger.head.n:,}"
    else:
        yield f"entry {record.head.n:,} is not there, or another one"

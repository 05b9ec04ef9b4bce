"""
The archive bucket: the ledger, the items against it, what is open, quarantine.

Rule 1: the bucket is at work meanwhile. A look that an entry came in between of
is made again, or its objects would look missing or unexplained.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from archive.errors import DamagedError
from archive.intent import decode_intent
from archive.keys import (
    ENTRIES,
    ITEMS,
    OPEN,
    QUARANTINE,
    entry_key,
    entry_number,
    intent_key,
    plan_key,
)
from ops.ledger import Ledger, read_ledger
from ops.objects import BucketObjects, Stored
from ops.status.items import count_items
from ops.status.part import part
from ops.status.pipeline import pile_under
from ops.status.seen import Archive, Items, Opened, Part, Unseen
from ops.terminal import Bar, Terminal

# Entries are made hourly at most, and often in a backlog.
LOOKS_MAX = 3

_PLAN = ".plan.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLook:
    """
    How to look: where, what to show meanwhile, and whether at all objects.
    """

    bucket: BucketObjects
    terminal: Terminal
    now: int
    lists_items: bool


def look_at_archive(look: ArchiveLook) -> Archive:
    """
    All parts that the archive bucket shows.
    """
    before = part(lambda: _opened(look.bucket))
    ledger, items = _ledger_and_items(look)
    # What could not be seen once is not asked for again.
    opened = before
    if not isinstance(before, Unseen):
        opened = part(lambda: _opened(look.bucket))
    return Archive(
        ledger=ledger,
        items=items,
        opened=opened,
        quarantine=part(lambda: pile_under(look.bucket, QUARANTINE)),
        was_open=any(isinstance(each, Opened) for each in (before, opened)),
    )


def _ledger_and_items(look: ArchiveLook) -> tuple[Part[Ledger], Part[Items] | None]:
    ledger = part(partial(read_ledger, look.bucket, look.terminal))
    if isinstance(ledger, Unseen) or not look.lists_items:
        return ledger, None
    found = part(partial(_items, look, ledger))
    for _ in range(LOOKS_MAX - 1):
        if isinstance(found, Unseen) or not found[1]:
            break
        again = part(partial(read_ledger, look.bucket, look.terminal))
        if isinstance(again, Unseen):
            return again, None
        ledger = again
        found = part(partial(_items, look, ledger))
    return ledger, found if isinstance(found, Unseen) else found[0]


def _items(look: ArchiveLook, ledger: Ledger) -> tuple[Items, bool]:
    """
    The items, and whether an entry was made while they were listed.
    """
    with look.terminal.bar("listing items", len(ledger.files)) as bar:
        items = count_items(
            _advancing(look.bucket.listed(ITEMS), bar), ledger, look.now
        )
    head = entry_key(ledger.head.n) if ledger.head.n else ""
    return items, any(True for _ in look.bucket.listed(ENTRIES, head))


def _advancing(listed: Iterable[Stored], bar: Bar) -> Iterator[Stored]:
    for stored in listed:
        yield stored
        bar.advance()


def _opened(bucket: BucketObjects) -> Opened | None:
    keys = {stored.key for stored in bucket.listed(OPEN)}
    numbers = sorted(entry_number(key) for key in keys if not key.endswith(_PLAN))
    for n in numbers:
        try:
            body = bucket.read(intent_key(n))
        except DamagedError:
            # Its entry was finished between the listing and now.
            continue
        intent = decode_intent(intent_key(n), body)
        return Opened(
            n=n,
            kind=intent.kind,
            attempts=intent.attempts,
            opened_at=intent.opened_at,
            until=intent.until,
            holder=intent.holder,
            is_planned=plan_key(n) in keys,
            others=len(numbers) - 1,
        )
    return None

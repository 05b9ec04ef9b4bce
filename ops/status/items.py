"""
What a listing of the archive's items comes to, against the ledger.

Rule 1: no AWS and no clock: what was listed comes in, and so does the time.
"""

from collections import Counter
from collections.abc import Iterable

from archive.errors import DamagedError
from archive.keys import written_by
from ops.ledger import Ledger
from ops.objects import ARCHIVED_CLASSES, Stored
from ops.status.seen import Items, StorageClass
from ops.warmth import Warmth, warmth

# S3 bills 8 KB for the name at STANDARD and 32 KB for the index in the class
# itself (S3 pricing: "Storage", notes on Glacier Flexible Retrieval).
OVERHEAD_BYTES = (8 + 32) * 1024


def count_items(listed: Iterable[Stored], ledger: Ledger, now: int) -> Items:
    """
    Objects, rows and bytes by storage class, and what does not belong together.
    """
    objects: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    total: Counter[str] = Counter()
    warm: Counter[Warmth] = Counter()
    unnamed = being_made = 0
    for stored in listed:
        record = ledger.files.get(stored.key)
        if record is None:
            is_new = _number(stored.key) > ledger.head.n
            being_made += is_new
            unnamed += not is_new
            continue
        objects[stored.storage_class] += 1
        rows[stored.storage_class] += record.rows
        total[stored.storage_class] += stored.bytes
        warm[warmth(stored, now=now, until=now)] += 1
    return Items(
        classes=tuple(
            StorageClass(
                name=name,
                objects=objects[name],
                rows=rows[name],
                bytes=total[name],
                overhead_bytes=_overhead(name) * objects[name],
            )
            for name in sorted(objects)
        ),
        warmth=dict(warm),
        # Each was seen once: a listing shows a key once.
        missing=len(ledger.files) - objects.total(),
        unnamed=unnamed,
        being_made=being_made,
    )


def _overhead(storage_class: str) -> int:
    return OVERHEAD_BYTES if storage_class in ARCHIVED_CLASSES else 0


def _number(key: str) -> int:
    """
    The entry whose object it would be; 0 where its key is none of ours.
    """
    try:
        return written_by(key)
    except DamagedError:
        return 0

"""
A deployment where nothing is wrong, as values.
"""

import hashlib
from dataclasses import replace

from archive.contract import Contract
from archive.counts import Counts
from archive.document import EntryKind, Input, Kept
from archive.files import FileRecord
from archive.keys import Partition, entry_key, file_list_key, item_key
from archive.ledger import Damage, Entry, Listing, Taken
from ops.deployment import decode_deployment
from ops.ledger import Head, Ledger
from ops.status.seen import (
    Alarms,
    Archive,
    Failures,
    Items,
    Landing,
    Metrics,
    Opened,
    Pile,
    Queues,
    Schedule,
    Seen,
    Source,
    StorageClass,
)
from ops.verified import Verified, VerifyMode
from ops.warmth import Warmth
from tests.ops.facts import parameter

HOUR = 3600
DAY = 24 * HOUR
NOW = 1_736_000_000
FIRST_AT = NOW - 10 * DAY
ROWS = 1_440


def entry(n: int, *, kind: EntryKind = EntryKind.BATCH, **counts: int) -> Entry:
    """
    Entry n, with counts that add up.
    """
    lines = ROWS + counts.get("quarantined", 0)
    made = {"quarantined": 0, "conflicts": 0, **counts}
    landed = Input(key=f"landing/{n}.jsonl.gz", version="v", etag="e", bytes=9)
    return Entry(
        n=n,
        kind=kind,
        opened_at=FIRST_AT + n * DAY,
        previous=None if n == 1 else sha256(entry_key(n - 1)),
        contract=Contract(),
        writer={},
        inputs=(Taken(source=landed, frames=1, lines=lines),),
        counts=Counts(lines=lines, rows=ROWS, doubles_dropped=0, **made),
        files=Listing(kept=kept(file_list_key(n)), rows=1),
        quarantine=None,
        damage=(),
    )


def damage(n: int) -> Damage:
    """
    A damaged range that entry n found.
    """
    return Damage(
        kept=kept(f"quarantine/{n:08d}-1.bin"),
        key=f"landing/{n}.jsonl.gz",
        version="v",
        offset=0,
        length=9,
        reason="no frame",
    )


def file(n: int, *, device: str = "a") -> FileRecord:
    """
    The file of entry n.
    """
    key = item_key(Partition(device, f"2025-01-{n:02d}"), n)
    return FileRecord(
        key=key,
        partition=Partition(device, f"2025-01-{n:02d}"),
        rows=ROWS,
        bytes=18_000,
        sha256=sha256(key),
        md5="",
        first_created_at=0,
        last_created_at=0,
        first_deleted_at=0,
        last_deleted_at=0,
    )


def ledger(*entries: Entry) -> Ledger:
    """
    The ledger of these entries, each with its file.
    """
    files = [file(it.n) for it in entries]
    head = Head(len(entries), sha256(entry_key(len(entries))) if entries else None)
    return Ledger(
        entries=entries, head=head, files={record.key: record for record in files}
    )


def kept(key: str) -> Kept:
    """
    An object by its key.
    """
    return Kept(key=key, bytes=9, sha256=sha256(key))


def sha256(text: str) -> str:
    """
    In hex.
    """
    return hashlib.sha256(text.encode()).hexdigest()


OPENED = Opened(
    n=3,
    kind=EntryKind.BATCH,
    attempts=1,
    opened_at=NOW - 60,
    until=NOW + 840,
    holder="a run",
    is_planned=False,
    others=0,
)

VERIFIED = Verified(
    at=NOW - 3 * DAY,
    by="arn:aws:iam::123456789012:user/auditor",
    mode=VerifyMode.LISTING,
    head=Head(1, sha256(entry_key(1))),
    objects=1,
    findings=0,
)

HEALTHY = Seen(
    at=NOW,
    deployment=decode_deployment("firn", parameter()),
    alarms=Alarms(24, ()),
    queues=Queues(waiting=3, in_flight=20, dead_letters=0, mapping="Enabled"),
    metrics=Metrics(queue_age_seconds=12, run_at=NOW - 1_200),
    source=Source(
        findings=frozenset(),
        ttl_status="ENABLED",
        ttl_attribute="expiredAt",
        mapping="Enabled",
        last_result="OK",
    ),
    failures=Failures(Pile(), Pile()),
    landing=Landing(Pile(48, 12_000_000), NOW - 12 * HOUR),
    archive=Archive(
        ledger=ledger(entry(1), entry(2)),
        items=Items(
            classes=(
                StorageClass(
                    name="STANDARD",
                    objects=2,
                    rows=2 * ROWS,
                    bytes=36_000,
                    overhead_bytes=0,
                ),
            ),
            warmth={Warmth.WARM: 2},
            missing=0,
            unnamed=0,
            being_made=0,
        ),
        opened=None,
        quarantine=Pile(),
        was_open=False,
    ),
    verified=VERIFIED,
    schedule=Schedule("ENABLED", "rate(1 hour)", FIRST_AT),
)


def with_archive(**changed: object) -> Seen:
    """
    All healthy, but something in the archive bucket.
    """
    return replace(HEALTHY, archive=replace(HEALTHY.archive, **changed))  # type: ignore[arg-type]


def with_items(**changed: int) -> Seen:
    """
    All healthy, but something under items/.
    """
    items = HEALTHY.archive.items
    assert isinstance(items, Items)
    return with_archive(items=replace(items, **changed))  # type: ignore[arg-type]

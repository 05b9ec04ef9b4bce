"""
One thing wrong at a time, and what looks wrong but is not, as values.
"""

from dataclasses import replace

from archive.document import EntryKind
from ops.ledger import Head
from ops.status.concern import Kind
from ops.status.judge import ABANDONED_SECONDS, hash_of
from ops.status.seen import (
    Alarms,
    Failures,
    Landing,
    Pile,
    Queues,
    Ringing,
    Schedule,
    Seen,
    Source,
    Unseen,
    Why,
)
from tests.ops.status.healthy import (
    DAY,
    HEALTHY,
    HOUR,
    NOW,
    OPENED,
    VERIFIED,
    damage,
    entry,
    ledger,
    with_archive,
    with_items,
)
from transforms.watch import Finding

DENIED = Unseen(why=Why.NOT_ALLOWED, reason="s3:ListBucket: no", action="s3:ListBucket")


def source(*findings: Finding) -> Seen:
    """
    All healthy but the source.
    """
    assert isinstance(HEALTHY.source, Source)
    return replace(
        HEALTHY, source=replace(HEALTHY.source, findings=frozenset(findings))
    )


def queues(**changed: object) -> Seen:
    """
    All healthy but the queues.
    """
    assert isinstance(HEALTHY.queues, Queues)
    return replace(HEALTHY, queues=replace(HEALTHY.queues, **changed))  # type: ignore[arg-type]


def landed(seconds: int) -> Seen:
    """
    All healthy, with a landed object of this age.
    """
    return replace(HEALTHY, landing=Landing(Pile(1, 9), NOW - seconds))


def verified(**changed: object) -> Seen:
    """
    All healthy but the last verification.
    """
    return replace(HEALTHY, verified=replace(VERIFIED, **changed))  # type: ignore[arg-type]


COLD_LEDGER = Unseen(why=Why.DAMAGED, reason="ledger/entries/00000002.json: not 2")

# One thing wrong, and the section of the runbook that it must lead to.
WRONG = {
    "alarm": (
        replace(HEALTHY, alarms=Alarms(24, (Ringing("router-errors", NOW),))),
        Kind.ALARM,
        "router-errors",
    ),
    "dead letters": (queues(dead_letters=1), Kind.DEAD_LETTERS, "dead-letters"),
    "ingest off": (queues(mapping="Disabled"), Kind.INGEST_STOPPED, "queue-age"),
    "ingest gone": (queues(mapping=None), Kind.INGEST_STOPPED, "queue-age"),
    "no ttl": (source(Finding.TTL_DISABLED), Kind.TTL_DISABLED, "ttl-disabled"),
    "mapping off": (
        source(Finding.MAPPING_DISABLED),
        Kind.MAPPING_DISABLED,
        "mapping-disabled",
    ),
    "mapping fails": (
        source(Finding.MAPPING_FAILING),
        Kind.MAPPING_FAILING,
        "mapping-failing",
    ),
    "another stream": (
        source(Finding.STREAM_CHANGED),
        Kind.STREAM_CHANGED,
        "stream-changed",
    ),
    "given up": (
        replace(HEALTHY, failures=Failures(Pile(1, 9), Pile())),
        Kind.ON_FAILURE,
        "on-failure",
    ),
    "landed long ago": (landed(27 * HOUR + 1), Kind.LANDED_AGE, "landed-age"),
    "second try": (
        with_archive(opened=replace(OPENED, attempts=2), was_open=True),
        Kind.INTENT_ATTEMPTS,
        "intent-attempts",
    ),
    "abandoned": (
        with_archive(
            opened=replace(OPENED, until=NOW - ABANDONED_SECONDS - 1), was_open=True
        ),
        Kind.ABANDONED,
        "transform-errors",
    ),
    "no schedule": (
        replace(HEALTHY, schedule=None),
        Kind.NOT_SCHEDULED,
        "transform-heartbeat",
    ),
    "schedule off": (
        replace(HEALTHY, schedule=Schedule("DISABLED", "rate(1 hour)", NOW)),
        Kind.NOT_SCHEDULED,
        "transform-heartbeat",
    ),
    "quarantined": (
        with_archive(ledger=ledger(entry(1), entry(2, quarantined=1))),
        Kind.QUARANTINED,
        "quarantine",
    ),
    "quarantined before a compaction": (
        with_archive(
            ledger=ledger(
                entry(1), entry(2, quarantined=1), entry(3, kind=EntryKind.COMPACTION)
            )
        ),
        Kind.QUARANTINED,
        "quarantine",
    ),
    "damaged range": (
        with_archive(ledger=ledger(entry(1), replace(entry(2), damage=(damage(2),)))),
        Kind.DAMAGED_RANGES,
        "damage",
    ),
    "conflict": (
        with_archive(ledger=ledger(entry(1), entry(2, conflicts=1))),
        Kind.CONFLICTS,
        "identity-conflicts",
    ),
    "conflict that a compaction met": (
        with_archive(
            ledger=ledger(entry(1), entry(2, kind=EntryKind.COMPACTION, conflicts=1))
        ),
        Kind.CONFLICTS,
        "identity-conflicts",
    ),
    "broken chain": (with_archive(ledger=COLD_LEDGER), Kind.ARCHIVE_DAMAGED, "damaged"),
    "unreadable intent": (
        with_archive(opened=COLD_LEDGER),
        Kind.ARCHIVE_DAMAGED,
        "damaged",
    ),
    "missing object": (with_items(missing=1), Kind.ARCHIVE_DAMAGED, "damaged"),
    "object too many": (with_items(unnamed=1), Kind.UNEXPLAINED, "unexplained"),
    "made by nobody": (with_items(being_made=1), Kind.UNEXPLAINED, "unexplained"),
    "verified long ago": (
        verified(at=NOW - 36 * DAY),
        Kind.UNVERIFIED,
        "unverified",
    ),
    "never verified": (
        replace(
            HEALTHY, verified=None, at=NOW + 36 * DAY, landing=Landing(Pile(), None)
        ),
        Kind.UNVERIFIED,
        "unverified",
    ),
    "verified with findings": (verified(findings=1), Kind.UNEXPLAINED, "unexplained"),
    "chain cut": (
        verified(head=Head(3, "of an entry that is gone")),
        Kind.ARCHIVE_DAMAGED,
        "damaged",
    ),
    "chain cut, of an unknown hash": (
        verified(head=Head(3, None)),
        Kind.ARCHIVE_DAMAGED,
        "damaged",
    ),
    "chain rewritten": (
        verified(head=Head(1, "of another entry")),
        Kind.ARCHIVE_DAMAGED,
        "damaged",
    ),
    "head rewritten": (
        verified(head=Head(2, "of another entry")),
        Kind.ARCHIVE_DAMAGED,
        "damaged",
    ),
}


QUIET = {
    "healthy": HEALTHY,
    "no ingest": replace(HEALTHY, queues=None),
    "nothing landed": replace(HEALTHY, landing=Landing(Pile(), None)),
    "landed just in time": landed(27 * HOUR),
    "no entry yet": replace(with_archive(ledger=ledger()), verified=None),
    "never verified in a month": replace(
        HEALTHY, verified=None, at=NOW + 20 * DAY, landing=Landing(Pile(), None)
    ),
    "verified a month ago": verified(at=NOW - 35 * DAY),
    "verified up to the head": verified(
        head=Head(2, hash_of(ledger(entry(1), entry(2)), 2))
    ),
    "verified before the first entry": verified(head=Head(0, None)),
    "being made": with_archive(opened=OPENED, was_open=True),
    "a holder that just died": with_archive(
        opened=replace(OPENED, until=NOW - HOUR), was_open=True
    ),
    "given up, and not for too long": with_archive(
        opened=replace(OPENED, until=NOW - ABANDONED_SECONDS), was_open=True
    ),
    "objects of an entry under way": replace(
        with_items(being_made=3, unnamed=2),
        archive=replace(
            with_items(being_made=3, unnamed=2).archive, opened=None, was_open=True
        ),
    ),
    "quarantined earlier": with_archive(
        ledger=ledger(entry(1, quarantined=1, conflicts=1), entry(2))
    ),
    "calls that failed": replace(HEALTHY, failures=Failures(Pile(), Pile(3, 9))),
    "no alarms at all": replace(HEALTHY, alarms=Alarms(0, ())),
    "not listed": with_archive(items=None),
}

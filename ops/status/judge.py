"""
What of all that was seen a person must act on.

Rule 1: this is the only file that decides it. It knows no AWS and no clock.
Rule 2: where an alarm looks at the same thing, the number is the alarm's own
(infra/alarms_*.tf; a test compares them), so that the two never disagree but in
time.
Rule 3: a part that was not seen is no reason to act and none to rest: exit_code.
"""

from collections.abc import Iterator, Sequence

from archive.document import EntryKind
from archive.ledger import Entry
from ops.exit_code import ExitCode
from ops.ledger import Ledger
from ops.status.concern import Concern, Kind, ordinal
from ops.status.seen import Alarms, Archive, Items, Opened, Queues, Seen, Unseen, Why
from ops.verified import Verified
from ops.words import counted
from transforms.watch import Finding

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS

# A batch is closed by the first run after batch_hours; three more mean that two
# runs did not close it (infra/alarms_transform.tf, landed_age).
LANDED_HOURS_MORE = 3

# A run that died is taken over a minute after its `until`, by the next tick; what
# nobody took over in as long as the heartbeat may be silent, nobody will
# (infra/alarms_transform.tf, transform_heartbeat).
ABANDONED_SECONDS = 60 + 3 * HOUR_SECONDS

# The first try is 1 (infra/alarms_transform.tf, intent_attempts).
ATTEMPTS_MAX = 1

# A month, and some days to find the time for it: the noncurrent versions, from
# which an object can be put back, stay for 30 days.
VERIFIED_DAYS_MAX = 35

# Glue: "Service quotas", partitions per table. It can be raised, by hand.
PARTITIONS_MAX = 10_000_000
PARTITIONS_SHARE = 0.8

_MAPPING_ON = frozenset({"Creating", "Enabling", "Enabled", "Updating"})


_FINDINGS = {
    Finding.TTL_DISABLED: (
        Kind.TTL_DISABLED,
        "time to live is off, or on another attribute",
    ),
    Finding.MAPPING_DISABLED: (
        Kind.MAPPING_DISABLED,
        "the router's mapping is off or gone: 24 hours",
    ),
    Finding.MAPPING_FAILING: (
        Kind.MAPPING_FAILING,
        "the router's mapping reads or calls in vain: 24 hours",
    ),
    Finding.STREAM_CHANGED: (
        Kind.STREAM_CHANGED,
        "the stream is off, another, or without old images",
    ),
}

_EXIT_CODES = {
    Why.NOT_ALLOWED: ExitCode.USAGE,
    Why.BROKEN: ExitCode.USAGE,
    Why.BUSY: ExitCode.AGAIN,
    Why.DAMAGED: ExitCode.ACT,
}


def judge(seen: Seen) -> list[Concern]:
    """
    The reasons to act: first the alarms that ring, then in the order of the way.

    An alarm is left out where something else that was seen says the same.
    """
    own = [
        *_source(seen),
        *_queues(seen.queues),
        *_way(seen),
        *_damaged(seen),
        *_archive(seen.archive, seen.at),
        *_verified(seen),
        *_partitions(seen.archive.ledger),
    ]
    told = {concern.section for concern in own}
    return [*_alarms(seen.alarms, told), *own]


def exit_code(seen: Seen, concerns: Sequence[Concern]) -> ExitCode:
    """
    What is to be done: who could not look does not say that all is well.
    """
    if concerns:
        return ExitCode.ACT
    codes = [_EXIT_CODES[unseen.why] for unseen in seen.unseen().values()]
    return min(codes, default=ExitCode.DONE)


def hash_of(ledger: Ledger, n: int) -> str | None:
    """
    The SHA-256 of entry n as the chain has it; None where there is no such entry.
    """
    if n == ledger.head.n:
        return ledger.head.sha256
    # What entry n + 1 says of the one before it.
    return ledger.entries[n].previous if 0 < n < ledger.head.n else None


def last_intake(entries: Sequence[Entry]) -> Entry | None:
    """
    The last entry that brought new rows: a compaction only moves them.
    """
    for entry in reversed(entries):
        if entry.kind is not EntryKind.COMPACTION:
            return entry
    return None


def _alarms(alarms: Alarms | Unseen, told: set[str]) -> Iterator[Concern]:
    if isinstance(alarms, Unseen):
        return
    for ringing in alarms.ringing:
        if ringing.name not in told:
            text = f"the alarm {ringing.name} rings"
            yield Concern(Kind.ALARM, text, ringing.name)


def _source(seen: Seen) -> Iterator[Concern]:
    if isinstance(seen.source, Unseen):
        return
    for finding, (kind, text) in _FINDINGS.items():
        if finding in seen.source.findings:
            yield _concern(kind, text)


def _queues(queues: Queues | Unseen | None) -> Iterator[Concern]:
    if queues is None or isinstance(queues, Unseen):
        return
    if queues.mapping not in _MAPPING_ON:
        yield _concern(Kind.INGEST_STOPPED, "ingest's mapping is off or gone")
    if queues.dead_letters:
        waiting = counted(queues.dead_letters, "dead letter")
        yield _concern(Kind.DEAD_LETTERS, f"{waiting}, kept for 14 days")


def _way(seen: Seen) -> Iterator[Concern]:
    """
    From the stream to the landing bucket, and what empties that.
    """
    failures, landing, schedule = seen.failures, seen.landing, seen.schedule
    if not isinstance(failures, Unseen) and failures.batches.objects:
        saved = counted(failures.batches.objects, "batch", "batches")
        yield _concern(
            Kind.ON_FAILURE, f"{saved} of stream records, saved and not archived"
        )
    if schedule is None:
        yield _concern(Kind.NOT_SCHEDULED, "there is no schedule: nothing is archived")
    elif not isinstance(schedule, Unseen) and schedule.state != "ENABLED":
        text = f"the schedule is {schedule.state}: nothing is archived"
        yield _concern(Kind.NOT_SCHEDULED, text)
    if isinstance(landing, Unseen) or landing.oldest_at is None:
        return
    hours_max = seen.deployment.batch_hours + LANDED_HOURS_MORE
    if seen.at - landing.oldest_at > hours_max * HOUR_SECONDS:
        hours = (seen.at - landing.oldest_at) // HOUR_SECONDS
        text = f"the oldest landed object is {hours} h old, more than {hours_max}"
        yield _concern(Kind.LANDED_AGE, text)


def _damaged(seen: Seen) -> Iterator[Concern]:
    for unseen in seen.unseen().values():
        if unseen.why is Why.DAMAGED:
            yield _concern(Kind.ARCHIVE_DAMAGED, unseen.reason)


def _archive(archive: Archive, now: int) -> Iterator[Concern]:
    if archive.opened is not None and not isinstance(archive.opened, Unseen):
        yield from _opened(archive.opened, now)
    if isinstance(archive.ledger, Unseen):
        return
    yield from _entries(archive.ledger.entries)
    if archive.items is not None and not isinstance(archive.items, Unseen):
        yield from _items(archive.items, archive)


def _opened(opened: Opened, now: int) -> Iterator[Concern]:
    if opened.attempts > ATTEMPTS_MAX:
        text = (
            f"entry {opened.n} is being tried for the {ordinal(opened.attempts)} time"
        )
        yield _concern(Kind.INTENT_ATTEMPTS, text)
    if now > opened.until + ABANDONED_SECONDS:
        hours = (now - opened.until) // HOUR_SECONDS
        text = f"entry {opened.n} was given up {hours} h ago, and nobody took it over"
        yield _concern(Kind.ABANDONED, text)


def _entries(entries: Sequence[Entry]) -> Iterator[Concern]:
    last = last_intake(entries)
    if last is None:
        return
    if last.counts.quarantined:
        lines = counted(last.counts.quarantined, "line")
        yield _concern(Kind.QUARANTINED, f"{lines} of entry {last.n} in quarantine")
    if last.damage:
        ranges = counted(len(last.damage), "damaged range")
        yield _concern(Kind.DAMAGED_RANGES, f"{ranges} in what entry {last.n} took")
    # A compaction meets the doubles of two entries for the first time.
    for entry in entries[last.n - 1 :]:
        if entry.counts.conflicts:
            conflicts = counted(entry.counts.conflicts, "identity", "identities")
            text = f"{conflicts} with two images, in entry {entry.n}"
            yield _concern(Kind.CONFLICTS, text)


def _items(items: Items, archive: Archive) -> Iterator[Concern]:
    if items.missing:
        objects = counted(items.missing, "object")
        text = f"{objects} that the ledger names not found; firn verify"
        yield _concern(Kind.ARCHIVE_DAMAGED, text)
    # While an entry is open, what it replaces is on its way out. Who may not see
    # whether one is cannot say that something should not be there.
    if archive.was_open or isinstance(archive.opened, Unseen):
        return
    unnamed = items.unnamed + items.being_made
    if unnamed:
        objects = counted(unnamed, "object")
        yield _concern(Kind.UNEXPLAINED, f"{objects} that no entry names; firn verify")


def _verified(seen: Seen) -> Iterator[Concern]:
    verified, ledger = seen.verified, seen.archive.ledger
    if isinstance(verified, Unseen) or isinstance(ledger, Unseen):
        return
    if verified is None:
        yield from _never_verified(ledger, seen.at)
        return
    days = (seen.at - verified.at) // DAY_SECONDS
    if days > VERIFIED_DAYS_MAX:
        yield _concern(Kind.UNVERIFIED, f"last verified {days} days ago")
    if verified.findings:
        findings = counted(verified.findings, "finding")
        yield _concern(Kind.UNEXPLAINED, f"the last firn verify had {findings}")
    if not is_prefix(verified, ledger):
        text = f"the chain is not the one that was verified up to {verified.head.n}"
        yield _concern(Kind.ARCHIVE_DAMAGED, text)


def is_prefix(verified: Verified, ledger: Ledger) -> bool:
    """
    Whether the chain that was verified is the beginning of this one.
    """
    n, sha256 = verified.head.n, verified.head.sha256
    return n == 0 or (n <= ledger.head.n and hash_of(ledger, n) == sha256)


def _never_verified(ledger: Ledger, now: int) -> Iterator[Concern]:
    if not ledger.entries:
        return
    days = (now - ledger.entries[0].opened_at) // DAY_SECONDS
    if days > VERIFIED_DAYS_MAX:
        yield _concern(Kind.UNVERIFIED, f"never verified in {days} days")


def _partitions(ledger: Ledger | Unseen) -> Iterator[Concern]:
    if isinstance(ledger, Unseen):
        return
    partitions = len({record.partition for record in ledger.files.values()})
    if partitions >= PARTITIONS_SHARE * PARTITIONS_MAX:
        text = f"{partitions:,} partitions of Glue's {PARTITIONS_MAX:,}"
        yield _concern(Kind.PARTITIONS, text)


def _concern(kind: Kind, text: str) -> Concern:
    return Concern(kind, text, kind.value)

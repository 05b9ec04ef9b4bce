import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.document import EntryKind
from ops.exit_code import ExitCode
from ops.ledger import Head
from ops.status.alarms import NAMES
from ops.status.concern import Kind
from ops.status.judge import (
    ABANDONED_SECONDS,
    ATTEMPTS_MAX,
    LANDED_HOURS_MORE,
    exit_code,
    hash_of,
    judge,
)
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

ROOT = Path(__file__).parents[3]
INFRA = "".join(it.read_text() for it in sorted((ROOT / "infra").glob("alarms*.tf")))
RUNBOOK = (ROOT / "docs/RUNBOOK.md").read_text()
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


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_wrong_is_one_concern(name: str) -> None:
    """
    Exit 1, its own kind, and a section that the runbook has.
    """
    seen, kind, section = WRONG[name]
    concerns = judge(seen)

    assert [(it.kind, it.section) for it in concerns] == [(kind, section)]
    assert concerns[0].anchor == f"docs/RUNBOOK.md#{section}"
    assert exit_code(seen, concerns) is ExitCode.ACT
    heading = section.replace("-", " ")
    assert re.search(rf"^## {heading}$", RUNBOOK, re.MULTILINE | re.IGNORECASE)


def test_every_kind_is_tried_alone() -> None:
    """
    Partitions have a test of their own: they are not one thing wrong, but many.
    """
    assert {kind for _, kind, _ in WRONG.values()} == set(Kind) - {Kind.PARTITIONS}


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


@pytest.mark.parametrize("name", QUIET)
def test_what_needs_nobody_wakes_nobody(name: str) -> None:
    """
    Exit 0: what mends itself, what is new, and what was acted upon.
    """
    concerns = judge(QUIET[name])

    assert concerns == []
    assert exit_code(QUIET[name], concerns) is ExitCode.DONE


def test_an_alarm_that_says_what_was_seen_is_told_once() -> None:
    """
    The words of what was seen say more.
    """
    ringing = (Ringing("landed-age", NOW), Ringing("iterator-age", NOW))
    seen = replace(landed(30 * HOUR), alarms=Alarms(24, ringing))

    assert [it.kind for it in judge(seen)] == [Kind.ALARM, Kind.LANDED_AGE]


def test_partitions_near_the_limit_are_told_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    From four fifths of the limit on, here of a smaller one.
    """
    monkeypatch.setattr("ops.status.judge.PARTITIONS_MAX", 5)
    few, many = (
        with_archive(ledger=ledger(*(entry(n) for n in range(1, number + 1))))
        for number in (3, 4)
    )
    few, many = (replace(it, verified=None) for it in (few, many))

    assert judge(few) == []
    assert [it.kind for it in judge(many)] == [Kind.PARTITIONS]


UNSEEN_CODES = {
    Why.NOT_ALLOWED: ExitCode.USAGE,
    Why.BROKEN: ExitCode.USAGE,
    Why.BUSY: ExitCode.AGAIN,
}


@pytest.mark.parametrize("why", UNSEEN_CODES)
@pytest.mark.parametrize(
    "part",
    [
        "alarms",
        "queues",
        "metrics",
        "source",
        "failures",
        "landing",
        "verified",
        "schedule",
    ],
)
def test_who_could_not_look_does_not_say_that_all_is_well(part: str, why: Why) -> None:
    """
    Not 0, and not 1 either: nothing was found.
    """
    seen = replace(HEALTHY, **{part: replace(DENIED, why=why)})
    concerns = judge(seen)

    assert concerns == []
    assert exit_code(seen, concerns) is UNSEEN_CODES[why]


@pytest.mark.parametrize("part", ["ledger", "items", "opened", "quarantine"])
def test_nor_does_who_could_not_look_into_the_archive(part: str) -> None:
    """
    As an analyst, who may not list what is open.
    """
    seen = with_archive(**{part: DENIED})
    concerns = judge(seen)

    assert concerns == []
    assert exit_code(seen, concerns) is ExitCode.USAGE


def test_what_was_found_counts_more_than_what_was_not_seen() -> None:
    """
    Exit 1: there is something to do already.
    """
    seen = replace(landed(30 * HOUR), alarms=DENIED, schedule=DENIED)

    assert exit_code(seen, judge(seen)) is ExitCode.ACT


def test_who_may_not_see_what_is_open_calls_no_object_unexplained() -> None:
    """
    It may be of the entry that is being made.
    """
    seen = with_items(unnamed=1, being_made=1)
    seen = replace(seen, archive=replace(seen.archive, opened=DENIED))

    assert judge(seen) == []


@given(
    hours=st.integers(1, 720),
    age=st.integers(0, 800 * HOUR),
)
def test_landed_objects_ring_here_when_the_alarm_does(hours: int, age: int) -> None:
    """
    Above batch_hours and three, for any batch_hours.
    """
    seen = replace(
        landed(age), deployment=replace(HEALTHY.deployment, batch_hours=hours)
    )

    assert bool(judge(seen)) == (age > (hours + LANDED_HOURS_MORE) * HOUR)


@pytest.mark.parametrize("entries", [0, 1, 2, 5])
def test_the_hash_of_each_entry_is_what_the_next_one_says(entries: int) -> None:
    """
    Of the last one it is the head; of none there is none.
    """
    chain = ledger(*(entry(n) for n in range(1, entries + 1)))

    for n in range(1, entries):
        assert hash_of(chain, n) == chain.entries[n].previous
    assert hash_of(chain, entries) == chain.head.sha256
    assert hash_of(chain, entries + 1) is None


def test_the_numbers_are_those_of_the_alarms() -> None:
    """
    One fact, and its copy here held to it.
    """
    assert (
        f"threshold = (var.batch_hours + {LANDED_HOURS_MORE}) * local.hour_seconds"
        in INFRA
    )
    heartbeat = block("transform_heartbeat")
    assert 60 + int(value(heartbeat, "to_alarm")) * HOUR == ABANDONED_SECONDS
    assert value(block("intent_attempts"), "threshold") == str(ATTEMPTS_MAX)
    # Those that ring above nothing are judged above nothing.
    for name in ("dead_letters", "quarantine", "damage", "identity_conflicts"):
        assert "threshold" not in block(name)


def test_the_alarms_that_are_known_are_those_of_the_module() -> None:
    """
    By name, for the names of a longer deployment begin alike.
    """
    names = re.findall(r"^    (\w+) = merge\(local\.", INFRA, re.MULTILINE)

    assert {name.replace("_", "-") for name in names} == NAMES


def block(name: str) -> str:
    """
    What the module says of one alarm.
    """
    found = re.search(
        rf"^    {name} = merge\((.*?)^    \}}\)", INFRA, re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[1]


def value(text: str, key: str) -> str:
    """
    What a key of it is.
    """
    found = re.search(rf"^ +{key} += (.+)$", text, re.MULTILINE)
    assert found is not None
    return found[1]

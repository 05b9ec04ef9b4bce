import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.exit_code import ExitCode
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
    Ringing,
    Why,
)
from tests.ops.status.cases import DENIED, QUIET, WRONG, landed
from tests.ops.status.healthy import (
    HEALTHY,
    HOUR,
    NOW,
    entry,
    ledger,
    with_archive,
    with_items,
)

ROOT = Path(__file__).parents[3]
INFRA = "".join(it.read_text() for it in sorted((ROOT / "infra").glob("alarms*.tf")))
RUNBOOK = (ROOT / "docs/RUNBOOK.md").read_text()


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

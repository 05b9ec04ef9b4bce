"""
When a batch closes, who is dead, and what another try is given.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archive.contract import Contract
from archive.document import EntryKind, Input
from archive.intent import Intent, Treatment
from archive.keys import Partition, item_key, item_partition
from transforms.decisions import (
    ATTEMPTS_MAX,
    ATTEMPTS_PLANNED_MAX,
    BATCH_OBJECTS_MAX,
    TAKEOVER_SECONDS,
    ClosingRule,
    Holder,
    Standing,
    close,
    next_try,
    standing,
)
from transforms.landing import LandedObject

RULE = ClosingRule(age_seconds=100, bytes_max=1000)
HOLDER = Holder(name="heir", until=9000, writer={"firn": "2"})

landed_objects = st.lists(
    st.builds(
        LandedObject,
        key=st.text("abc", min_size=1, max_size=4),
        etag=st.just("e"),
        bytes=st.integers(0, 1500),
        landed_at=st.integers(0, 300),
    ),
    unique_by=lambda each: each.key,
)


def intent(*keys: str, kind: EntryKind = EntryKind.BATCH, attempts: int = 1) -> Intent:
    """
    An intent with these inputs.
    """
    return Intent(
        n=7,
        kind=kind,
        inputs=tuple(Input(key=key, version="v", etag="e", bytes=1) for key in keys),
        treatment=Treatment.CONVERT,
        opened_at=1000,
        contract=Contract(),
        writer={"firn": "1"},
        holder="first",
        attempts=attempts,
        until=2000,
    )


@given(landed_objects, st.integers(0, 500))
def test_a_batch_closes_by_age_or_by_bytes_and_never_else(
    landed: list[LandedObject], now: int
) -> None:
    """
    The oldest object decides by its age, all of them by their bytes.
    """
    oldest = min((each.landed_at for each in landed), default=now)
    is_due = bool(landed) and (
        now - oldest >= RULE.age_seconds
        or sum(each.bytes for each in landed) >= RULE.bytes_max
    )
    assert bool(close(landed, now, RULE)) == is_due


@given(landed_objects, st.integers(0, 500))
def test_a_batch_is_the_oldest_objects_up_to_its_bytes(
    landed: list[LandedObject], now: int
) -> None:
    """
    One object is taken whatever it weighs, or it would wait for ever.
    """
    batch = close(landed, now, RULE)
    ordered = sorted(landed, key=lambda each: (each.landed_at, each.key))
    assert list(batch) == ordered[: len(batch)]
    assert len(batch) <= 1 or sum(each.bytes for each in batch) <= RULE.bytes_max
    if batch and len(batch) < len(ordered):
        following = ordered[len(batch)]
        total = sum(each.bytes for each in batch) + following.bytes
        assert total > RULE.bytes_max


def test_a_batch_of_empty_objects_is_bounded_too() -> None:
    """
    An intent that names a million objects could not be written.
    """
    landed = [
        LandedObject(key=f"{i:07}", etag="e", bytes=0, landed_at=0)
        for i in range(BATCH_OBJECTS_MAX + 5)
    ]
    assert len(close(landed, 100, RULE)) == BATCH_OBJECTS_MAX


def test_a_holder_is_dead_a_minute_after_its_time() -> None:
    """
    Up to and with that second it may still be writing.
    """
    found = intent("a")
    assert standing(found, found.until + TAKEOVER_SECONDS) is Standing.HELD
    assert standing(found, found.until + TAKEOVER_SECONDS + 1) is Standing.ABANDONED


@given(st.integers(1, 20), st.booleans())
def test_a_takeover_keeps_what_the_entry_is_made_of(
    attempts: int, is_planned: bool
) -> None:
    """
    Time, contract, kind and number stay; holder, deadline and writer are new.
    """
    found = intent("a", "b", "c", attempts=attempts)
    taken = next_try(found, HOLDER, is_planned=is_planned)
    assert (taken.holder, taken.until, taken.writer) == ("heir", 9000, {"firn": "2"})
    assert (
        replace(
            taken,
            holder=found.holder,
            until=found.until,
            writer=found.writer,
            attempts=found.attempts,
            inputs=found.inputs,
        )
        == found
    )


def test_a_batch_that_failed_three_times_without_a_plan_is_halved() -> None:
    """
    The first half is tried anew; the other is found in landing again.
    """
    found = intent("a", "b", "c", attempts=ATTEMPTS_MAX)
    taken = next_try(found, HOLDER, is_planned=False)
    assert [each.key for each in taken.inputs] == ["a"]
    assert taken.attempts == 1
    assert taken.treatment is Treatment.CONVERT
    again = next_try(
        replace(found, attempts=ATTEMPTS_MAX - 1), HOLDER, is_planned=False
    )
    assert again.inputs == found.inputs
    assert again.attempts == ATTEMPTS_MAX


def test_a_planned_batch_gets_more_tries_but_not_for_ever() -> None:
    """
    With a plan the conversion is known to work, and what fails is storing.
    """
    found = intent("a", "b", attempts=ATTEMPTS_PLANNED_MAX - 1)
    assert next_try(found, HOLDER, is_planned=True).inputs == found.inputs
    found = replace(found, attempts=ATTEMPTS_PLANNED_MAX)
    assert len(next_try(found, HOLDER, is_planned=True).inputs) == 1


def test_the_last_object_that_fails_is_set_aside() -> None:
    """
    And stays so, however often that is tried.
    """
    found = intent("a", attempts=ATTEMPTS_MAX)
    taken = next_try(found, HOLDER, is_planned=False)
    assert taken.treatment is Treatment.SET_ASIDE
    for _ in range(10):
        taken = next_try(taken, HOLDER, is_planned=False)
        assert taken.treatment is Treatment.SET_ASIDE
        assert taken.inputs == found.inputs


@given(st.lists(st.integers(1, 3), min_size=1, max_size=6))
def test_a_compaction_is_halved_between_partitions(sizes: list[int]) -> None:
    """
    Files of one partition become one, or none of them does.
    """
    keys = [
        item_key(Partition(f"d{device}", "2024-01-01"), n + 1)
        for device, size in enumerate(sizes)
        for n in range(size)
    ]
    found = intent(*keys, kind=EntryKind.COMPACTION, attempts=ATTEMPTS_MAX)
    taken = next_try(found, HOLDER, is_planned=False)
    left = {item_partition(each.key) for each in taken.inputs}
    whole = [each for each in found.inputs if item_partition(each.key) in left]
    assert list(taken.inputs) == whole
    if len(sizes) > 1:
        assert len(left) == len(sizes) // 2
    else:
        assert taken.treatment is Treatment.SET_ASIDE

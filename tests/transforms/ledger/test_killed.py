"""
A run that is killed between any two writes, and the next one.

Faults come in pairs: the write did not happen, or it happened and nobody was
told; and in a third, the client was not told and tried the same call again.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from archive.document import EntryKind
from tests.transforms.ledger.beginnings import (
    LATE_SECONDS,
    WRITERS,
    Calls,
    compactable,
    entry_bytes,
    fresh,
    killed,
    second_batch,
    stored,
)
from tests.transforms.ledger.schedule import Fault, KilledError
from tests.transforms.ledger.stand_in import StandIn
from tests.transforms.ledger.world import HOUR_SECONDS, World, check_archive

BEGINNINGS = {"batch": fresh, "second batch": second_batch, "compaction": compactable}
FAULTS = (Fault.BEFORE, Fault.AFTER, Fault.LOST)


def undisturbed(prepare: Callable[[World], None]) -> World:
    """
    How it ends when nothing goes wrong.
    """
    world = World()
    prepare(world)
    world.run().work()
    check_archive(world)
    return world


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_run_killed_at_any_write_changes_nothing(beginning: str, kind: str) -> None:
    """
    The next run makes the same archive, to the byte.
    """
    expected = undisturbed(BEGINNINGS[beginning])
    write = 0
    while True:
        world = World()
        BEGINNINGS[beginning](world)
        if not killed(world, Fault(kind, write)):
            break
        # A lost answer costs nothing at all; a killed run waits for the next.
        check_archive(world, is_quiet=kind == Fault.LOST)
        world.pass_time(HOUR_SECONDS)
        world.run().work()
        check_archive(world)
        assert stored(world) == stored(expected), write
        # Before the intent stands nothing fixes the time of the entry.
        if (kind, write) != (Fault.BEFORE, 0):
            assert entry_bytes(world) == entry_bytes(expected), write
        write += 1
    assert write >= 8  # intent, plan, files, list, entry, deletes, plan, intent


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_an_upgrade_between_two_tries_ends_in_one_entry(
    beginning: str, writer: str
) -> None:
    """
    Whoever commits, the rows are the same and nothing of the other remains.
    """
    expected = undisturbed(BEGINNINGS[beginning])
    for kind in (Fault.BEFORE, Fault.AFTER):
        write = 0
        while True:
            world = World()
            BEGINNINGS[beginning](world)
            if not killed(world, Fault(kind, write)):
                break
            world.pass_time(HOUR_SECONDS)
            world.run(stand_in=WRITERS[writer]).work()
            entries = check_archive(world)
            assert len(entries) == len(entry_bytes(expected))
            write += 1


def test_killed_run_after_killed_run_still_ends_in_one_entry() -> None:
    """
    Three versions in a row, the first two killed at any two writes.
    """
    for first in range(10):
        for second in range(10):
            world = World()
            fresh(world)
            killed(world, Fault(Fault.AFTER, first))
            world.pass_time(HOUR_SECONDS)
            gate = Fault(Fault.AFTER, second)
            run = world.run(gate, StandIn("two", is_split=True))
            with suppress(KilledError):
                run.work()
            world.pass_time(HOUR_SECONDS)
            world.run().work()
            entries = check_archive(world)
            assert [entry.kind for entry in entries] == [EntryKind.BATCH]


def test_an_intent_is_left_alone_until_its_holder_is_certainly_dead() -> None:
    """
    Before `until` and a minute nothing of it is touched, nor begun beside it.
    """
    world = World()
    fresh(world)
    killed(world, Fault(Fault.AFTER, 2))
    world.pass_time(LATE_SECONDS - 1)
    calls = Calls()
    report = world.run(calls).work()
    assert calls.writes == 0
    assert report.stopped
    assert report.heartbeat

    world.pass_time(1)
    world.run().work()
    check_archive(world)


def test_a_run_invoked_again_finds_nothing_to_do() -> None:
    """
    Twice, or late: a run that finds nothing due makes three listings.
    """
    world = World()
    fresh(world)
    world.run().work()
    before = entry_bytes(world)
    again = world.run(calls := Calls())
    again.work()
    first = len(calls.made)
    again.work()
    assert calls.writes == 0
    assert entry_bytes(world) == before
    # The first one of a process also looks for what is due for compaction.
    assert len(calls.made) - first == 3

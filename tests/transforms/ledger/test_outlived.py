"""
A run that wakes up after its lock was taken over, at any of its calls.

Its own clock stands still: Lambda would have ended it, its checkpoints would
have stopped it, and here nothing has. What keeps the archive whole is that each
of its writes is conditional.
"""

import pytest

from tests.transforms.ledger.beginnings import (
    LATE_SECONDS,
    WRITERS,
    compactable,
    endured,
    fresh,
)
from tests.transforms.ledger.schedule import (
    Fault,
    KilledError,
    Turnstile,
    interleave,
    pause_first,
)
from tests.transforms.ledger.stand_in import StandIn
from tests.transforms.ledger.store import Gate
from tests.transforms.ledger.world import HOUR_SECONDS, World, check_archive

CALLS_MAX = 60
BEGINNINGS = {"batch": fresh, "compaction": compactable}


def wake_late(
    beginning: str, writer: StandIn, step: int, fault: Gate | None = None
) -> bool:
    """
    The first run up to a call, the heir, a later batch, then the first again.

    False where the first run has no such call.
    """
    world = World()
    BEGINNINGS[beginning](world)
    late = world.run(gate := Turnstile(), frozen=True)
    is_late = [False]

    def inherit() -> None:
        is_late[0] = not gate.is_done
        world.pass_time(LATE_SECONDS)
        try:
            endured(world.run(fault, writer))
        except KilledError:
            return
        world.land("later", "d1 2024-01-01 9")
        world.until_due()
        endured(world.run(stand_in=writer))

    heir = Turnstile()
    interleave([gate, heir], [lambda: endured(late), inherit], pause_first(step))
    world.until_due()
    world.run(stand_in=writer).work()
    world.pass_time(HOUR_SECONDS)
    world.run(stand_in=writer).work()
    check_archive(world)
    return is_late[0]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_run_that_wakes_late_harms_nothing(beginning: str, writer: str) -> None:
    """
    Whether it woke before a look or before a write, and whatever came since.
    """
    steps = 0
    while wake_late(beginning, WRITERS[writer], steps):
        steps += 1
    assert steps > 20


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_a_run_that_wakes_late_after_its_heir_was_killed_harms_nothing(
    writer: str,
) -> None:
    """
    The heir dies at any of its writes, and the late one goes on at any call.
    """
    for step in range(30):
        for write in range(14):
            wake_late("batch", WRITERS[writer], step, Fault(Fault.AFTER, write))


def test_an_intent_on_a_stale_head_costs_no_landed_object() -> None:
    """
    It names an object that no entry holds; only what an entry names is deleted.
    """
    world = World()
    fresh(world)
    # The first write of this run is its intent, and it dies right after it,
    # before it looks a second time.
    stale = world.run(gate := Turnstile(Fault(Fault.AFTER, 0)))

    def meanwhile() -> None:
        world.run().work()
        world.land("b", "d1 2024-01-01 3")
        world.until_due()

    def die() -> None:
        with pytest.raises(KilledError):
            stale.work()

    # It has looked for the head and for intents, and is about to list landing.
    other = Turnstile()
    errors = interleave([gate, other], [die, meanwhile], pause_first(3))
    assert errors == [None, None]
    assert len(world.archive.listed("open/")) == 1

    world.pass_time(HOUR_SECONDS)
    world.run().work()
    assert len(check_archive(world)) == 2

"""
Two runs at once, in every order of their calls that a scheduler can make.

The schedules are not drawn but enumerated, up to a number of preemptions; what
needs more of them is looked for at random, by seeds. A failure names its
schedule, and the schedule repeats it.

Which mutants of the protocol these tests kill: README.md in this folder.
"""

from collections.abc import Callable

import pytest

from archive.errors import ArchiveError
from tests.transforms.ledger.beginnings import (
    LATE_SECONDS,
    WRITERS,
    compactable,
    fresh,
    second_batch,
)
from tests.transforms.ledger.schedule import (
    Choose,
    Fault,
    KilledError,
    Turnstile,
    explore,
    interleave,
    shuffle,
)
from tests.transforms.ledger.stand_in import StandIn
from tests.transforms.ledger.world import (
    HOUR_SECONDS,
    World,
    check_archive,
)


def abandoned_at(write: int) -> Callable[[World], None]:
    """
    A batch whose holder died after so many writes, a while ago.
    """

    def prepare(world: World) -> None:
        fresh(world)
        with pytest.raises(KilledError):
            world.run(Fault(Fault.AFTER, write)).work()
        world.pass_time(HOUR_SECONDS)

    return prepare


BEGINNINGS = {
    "a batch is due": fresh,
    "a second batch is due": second_batch,
    "an intent was left": abandoned_at(0),
    "a plan was left": abandoned_at(1),
    "objects were left": abandoned_at(3),
    "an entry was left": abandoned_at(5),
    "a compaction is due": compactable,
}


def at_once(prepare: Callable[[World], None]) -> Callable[[Choose], None]:
    """
    Two living runs, neither of which may fail.
    """

    def scenario(choose: Choose) -> None:
        world = World()
        prepare(world)
        gates = [Turnstile(), Turnstile()]
        # Some seconds apart, so that an entry tells who opened it.
        works = [world.run(gate, ahead=i * 7).work for i, gate in enumerate(gates)]
        assert interleave(gates, works, choose) == [None, None]
        world.pass_time(HOUR_SECONDS)
        world.run().work()
        check_archive(world)

    return scenario


def outlived(stand_in: StandIn) -> Callable[[Choose], None]:
    """
    A run that goes on after its lock was free, and one that takes it over.

    The first one's clock stands still, so that it never notices by itself.
    """

    def scenario(choose: Choose) -> None:
        world = World()
        fresh(world)
        gates = [Turnstile(), Turnstile()]
        late = world.run(gates[0], frozen=True)
        heir = world.run(gates[1], stand_in, ahead=LATE_SECONDS)
        errors = interleave(gates, [late.work, heir.work], choose)
        assert all(error is None or isinstance(error, ArchiveError) for error in errors)
        # The late one never takes the heir's lock away. Two versions may still
        # be in each other's way, and say so.
        assert errors[1] is None or stand_in.writer != "one"
        # What an entry names is there as soon as both have ended.
        check_archive(world, is_quiet=False)
        world.pass_time(LATE_SECONDS + HOUR_SECONDS)
        world.run(stand_in=stand_in).work()
        entries = check_archive(world)
        assert len(entries) == 1

    return scenario


def crowded(choose: Choose) -> None:
    """
    A run that outlives its lock and two heirs at once, each another version.
    """
    world = World()
    second_batch(world)
    gates = [Turnstile(), Turnstile(), Turnstile()]
    runs = [
        world.run(gates[0], frozen=True),
        world.run(gates[1], WRITERS["another writer"], ahead=LATE_SECONDS),
        world.run(
            gates[2],
            WRITERS["another writer with other files"],
            ahead=LATE_SECONDS + 7,
        ),
    ]
    errors = interleave(gates, [run.work for run in runs], choose)
    assert all(error is None or isinstance(error, ArchiveError) for error in errors)
    check_archive(world, is_quiet=False)
    world.pass_time(2 * LATE_SECONDS + HOUR_SECONDS)
    world.run().work()
    assert len(check_archive(world)) == 2


def test_three_runs_of_three_versions_make_one_entry() -> None:
    """
    Whoever commits, the others notice, and nothing of theirs remains.
    """
    shuffle(crowded, range(80))


@pytest.mark.slow
def test_three_runs_of_three_versions_make_one_entry_under_more_schedules() -> None:
    """
    The same with every single preemption, and more at random.
    """
    explore(crowded, preemptions_max=1)
    shuffle(crowded, range(80, 500))


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_two_runs_at_once_are_one_run(beginning: str) -> None:
    """
    Neither fails, each object is in one entry, and nothing is left over.
    """
    explore(at_once(BEGINNINGS[beginning]), preemptions_max=1)
    shuffle(at_once(BEGINNINGS[beginning]), range(20))


@pytest.mark.slow
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_two_runs_at_once_are_one_run_under_more_schedules(beginning: str) -> None:
    """
    The same with every pair of preemptions.
    """
    explore(at_once(BEGINNINGS[beginning]), preemptions_max=2)
    shuffle(at_once(BEGINNINGS[beginning]), range(20, 150))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_run_that_outlives_its_lock_harms_nothing(writer: str) -> None:
    """
    One entry stands, its files have its bytes, and nothing lies beside them.
    """
    explore(outlived(WRITERS[writer]), preemptions_max=1)
    shuffle(outlived(WRITERS[writer]), range(60))


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_a_run_that_outlives_its_lock_harms_nothing_under_more_schedules(
    writer: str,
) -> None:
    """
    The same with every pair of preemptions.
    """
    explore(outlived(WRITERS[writer]), preemptions_max=2)
    shuffle(outlived(WRITERS[writer]), range(60, 300))

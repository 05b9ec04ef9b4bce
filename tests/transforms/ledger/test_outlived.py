"""
A run that wakes up after its lock was taken over, at any of its calls.

Its own clock stands still: Lambda would have ended it, its checkpoints would
have stopped it, and here nothing has. What keeps the archive whole is that each
of its writes is conditional.
"""

from collections.abc import Callable

import pytest

from archive.errors import DamagedError, UndeliveredError
from archive.keys import entry_key, file_list_key, intent_key, plan_key
from tests.transforms.ledger.beginnings import (
    LATE_SECONDS,
    WRITERS,
    compactable,
    endured,
    fresh,
    killed,
)
from tests.transforms.ledger.schedule import (
    Fault,
    KilledError,
    Turnstile,
    interleave,
    pause_first,
    step_by_step,
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


class Meanwhile(Gate):
    """
    Does something just before one call of a run, and may kill it afterwards.
    """

    def __init__(
        self, at: tuple[str, str], act: Callable[[], object], lives: int = 99
    ) -> None:
        self.at: tuple[str, str] | None = at
        self.act = act
        self.lives = lives
        self.writes_after = 0

    def before(self, verb: str, key: str, *, writes: bool) -> None:
        if (verb, key) == self.at:
            self.at = None
            self.act()

    def after(self, verb: str, key: str, *, writes: bool) -> bool:
        self.writes_after += writes and self.at is None
        if self.writes_after == self.lives:
            raise KilledError
        return False


def test_a_run_that_finds_anothers_entry_stops_and_pages() -> None:
    """
    It was not the holder, which nothing but a clock or a bug explains.
    """
    world = World()
    fresh(world)

    def inherit() -> None:
        world.pass_time(LATE_SECONDS)
        world.run(stand_in=StandIn("two")).work()

    gate = Meanwhile(("create", entry_key(1)), inherit)
    with pytest.raises(DamagedError, match="another plan"):
        world.run(gate, frozen=True).work()
    check_archive(world)


def test_a_run_that_finds_its_own_entry_made_by_its_heir_goes_on() -> None:
    """
    The same writer makes the same entry, and then it does not matter who did.
    """
    world = World()
    fresh(world)

    def inherit() -> None:
        world.pass_time(LATE_SECONDS)
        world.run().work()

    gate = Meanwhile(("create", entry_key(1)), inherit)
    assert world.run(gate, frozen=True).work().entries == 1
    check_archive(world)


@pytest.mark.parametrize(
    "at",
    [("open", "landing/2024/01/01/00/a.jsonl.gz"), ("read", plan_key(1))],
    ids=["before it converts", "before it looks for a plan"],
)
def test_a_run_whose_lock_is_gone_writes_nothing_more(at: tuple[str, str]) -> None:
    """
    Not even a plan: the heir has one, and its files are under way.
    """
    world = World()
    fresh(world)

    def inherit() -> None:
        world.pass_time(LATE_SECONDS)
        killed(world, Fault(Fault.AFTER, 2))

    gate = Meanwhile(at, inherit)
    with pytest.raises(UndeliveredError, match="took it over"):
        world.run(gate, StandIn("two"), frozen=True).work()
    assert gate.writes_after == 0
    world.pass_time(HOUR_SECONDS)
    world.run().work()
    check_archive(world)


def test_a_run_whose_lock_is_gone_does_not_commit() -> None:
    """
    Its files may all be there, and the heir may be about to replace them.
    """
    world = World()
    fresh(world)

    def inherit() -> None:
        world.pass_time(LATE_SECONDS)
        killed(world, Fault(Fault.AFTER, 0))

    gate = Meanwhile(("create", file_list_key(1)), inherit)
    with pytest.raises(UndeliveredError, match="took it over"):
        world.run(gate, frozen=True).work()
    assert check_archive(world, is_quiet=False) == []
    world.pass_time(HOUR_SECONDS)
    world.run().work()
    check_archive(world)


@pytest.mark.parametrize("lives", [1, 2])
def test_a_plan_that_a_dead_run_left_after_all_is_swept(lives: int) -> None:
    """
    Late and then killed as well: its plan still tells what it stored.
    """
    world = World()
    fresh(world)

    def inherit() -> None:
        world.pass_time(LATE_SECONDS)
        world.run(stand_in=StandIn("two")).work()

    gate = Meanwhile(("create", plan_key(1)), inherit, lives)
    late = world.run(gate, StandIn("three", is_split=True), frozen=True)
    with pytest.raises(KilledError):
        late.work()
    assert [key for key, _ in world.archive.listed("open/")] == [plan_key(1)]
    world.pass_time(HOUR_SECONDS)
    world.run().work()
    check_archive(world)


def test_an_heir_that_finds_the_entry_committed_only_finishes_it() -> None:
    """
    Committed between its look and its takeover: there is nothing to convert.
    """
    world = World()
    fresh(world)
    gates = [Turnstile(), Turnstile()]
    late = world.run(gates[0], frozen=True)
    heir = world.run(gates[1], StandIn("two"), ahead=LATE_SECONDS)
    steps = [
        (0, ("create", entry_key(1))),
        (1, ("replace", intent_key(1))),
        (0, ("look", intent_key(1))),
    ]
    choose = step_by_step(gates, steps)
    assert interleave(gates, [late.work, heir.work], choose) == [None, None]
    (entry,) = check_archive(world)
    assert entry.writer["firn"] == "one"

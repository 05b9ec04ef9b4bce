"""
What one run learns of another, call by call.
"""

from collections.abc import Callable

import pytest

from archive.errors import ArchiveError, DamagedError, UndeliveredError
from archive.keys import (
    Partition,
    entry_key,
    file_list_key,
    intent_key,
    item_key,
    plan_key,
)
from tests.transforms.ledger.beginnings import LATE_SECONDS, fresh, killed
from tests.transforms.ledger.schedule import (
    Fault,
    KilledError,
    Turnstile,
    interleave,
    step_by_step,
)
from tests.transforms.ledger.stand_in import StandIn
from tests.transforms.ledger.store import Gate
from tests.transforms.ledger.world import HOUR_SECONDS, World, check_archive

LANDED = "landing/2024/01/01/00/a.jsonl.gz"
ITEM = item_key(Partition("d1", "2024-01-01"), 1)


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
    [("open", LANDED), ("read", plan_key(1))],
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


def test_a_late_run_leaves_its_heirs_lock_alone() -> None:
    """
    Its entry is as good as the heir's, and the heir finishes it undisturbed.
    """
    world = World()
    fresh(world)
    gates = [Turnstile(), Turnstile()]
    late = world.run(gates[0], frozen=True)
    heir = world.run(gates[1], ahead=LATE_SECONDS)
    steps = [
        (0, ("create", entry_key(1))),
        (1, ("open", LANDED)),
        (0, ("never", "")),
    ]
    choose = step_by_step(gates, steps)
    assert interleave(gates, [late.work, heir.work], choose) == [None, None]
    check_archive(world)


def test_what_was_written_over_a_committed_file_is_undone_at_once() -> None:
    """
    The heir replaces a file while the late one commits it.
    """
    world = World()
    fresh(world)
    gates = [Turnstile(), Turnstile()]
    late = world.run(gates[0], frozen=True)
    heir = world.run(gates[1], StandIn("two"), ahead=LATE_SECONDS)
    steps = [
        (0, ("create", entry_key(1))),
        (1, ("replace", ITEM)),
        (0, ("never", "")),
    ]
    choose = step_by_step(gates, steps)
    errors = interleave(gates, [late.work, heir.work], choose)
    assert errors[0] is None
    assert isinstance(errors[1], ArchiveError)
    (entry,) = check_archive(world)
    assert entry.writer["firn"] == "one"


def test_a_late_run_puts_back_what_its_dead_heir_replaced() -> None:
    """
    It commits files that are not its own any more, sees that, and mends it.
    """
    world = World()
    fresh(world)

    def inherit() -> None:
        world.pass_time(LATE_SECONDS)
        # Its lock, its plan, and one file.
        assert killed(world, Fault(Fault.AFTER, 2), StandIn("two"))

    gate = Meanwhile(("create", entry_key(1)), inherit)
    world.run(gate, frozen=True).work()
    check_archive(world, is_quiet=False)
    world.pass_time(HOUR_SECONDS)
    world.run().work()
    check_archive(world)


def test_a_run_that_finds_anothers_entry_finishes_it() -> None:
    """
    Whose maker died on committing it; the archive is whole before anybody pages.
    """
    world = World()
    fresh(world)
    # Intent, plan, file, quarantine, file list; the next write is the entry.
    gates = [Turnstile(Fault(Fault.AFTER, 5)), Turnstile()]
    late = world.run(gates[0], frozen=True)
    heir = world.run(gates[1], StandIn("two"), ahead=LATE_SECONDS)
    steps = [
        (0, ("create", entry_key(1))),
        (1, ("create", entry_key(1))),
        (0, ("never", "")),
    ]
    choose = step_by_step(gates, steps)
    errors = interleave(gates, [late.work, heir.work], choose)
    assert [type(error) for error in errors] == [KilledError, DamagedError]
    (entry,) = check_archive(world)
    assert entry.writer["firn"] == "one"

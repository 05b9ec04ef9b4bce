"""
Where the scenarios of this folder begin.
"""

import hashlib

from archive.errors import ArchiveError
from archive.keys import ENTRIES, ITEMS
from tests.transforms.ledger.schedule import Fault, KilledError
from tests.transforms.ledger.stand_in import StandIn
from tests.transforms.ledger.store import Gate
from tests.transforms.ledger.world import DAY_SECONDS, RUN_SECONDS, Prepared, World

# When a run that began now may be taken over.
LATE_SECONDS = RUN_SECONDS + 61

WRITERS = {
    "the same writer": StandIn("one"),
    "another writer": StandIn("two"),
    "another writer with other files": StandIn("three", is_split=True),
}


def fresh(world: World) -> None:
    """
    A first batch is due.
    """
    world.land("a", "d1 2024-01-01 1", "d1 2024-01-01 2", "bad")
    world.until_due()


def second_batch(world: World) -> None:
    """
    A second batch is due.
    """
    fresh(world)
    world.run().work()
    world.land("b", "d1 2024-01-01 3")
    world.until_due()


def compactable(world: World) -> None:
    """
    A partition has two files and the older one is old enough.
    """
    second_batch(world)
    world.run().work()
    world.pass_time(36 * DAY_SECONDS)


def killed(world: World, fault: Fault, stand_in: StandIn | None = None) -> bool:
    """
    A run that the fault strikes; whether there was a write for it to strike.
    """
    try:
        world.run(fault, stand_in).work()
    except KilledError:
        return True
    return fault.has_struck


def endured(run: Prepared) -> None:
    """
    Work a run through that may learn that it was not the holder.
    """
    try:
        run.work()
    except ArchiveError:
        return


def stored(world: World, prefix: str = ITEMS) -> dict[str, str]:
    """
    What lies under a prefix, by key and hash.
    """
    return {
        key: hashlib.sha256(version.body or b"").hexdigest()
        for key, version in world.archive.listed(prefix)
    }


def entry_bytes(world: World) -> dict[str, str]:
    """
    The entries, by key and hash.
    """
    return stored(world, ENTRIES)


class Calls(Gate):
    """
    Notes the calls of a run.
    """

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []
        self.writes = 0

    def before(self, verb: str, key: str, *, writes: bool) -> None:
        self.made.append((verb, key))
        self.writes += writes

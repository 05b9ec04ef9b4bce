"""
Which files become one, when, and what is never touched.
"""

from dataclasses import replace

import pytest

from archive.document import EntryKind
from archive.errors import DamagedError
from archive.keys import Partition
from tests.transforms.ledger.beginnings import Calls, compactable, second_batch
from tests.transforms.ledger.world import (
    DAY_SECONDS,
    HOUR_SECONDS,
    World,
    check_archive,
)
from transforms.look import CompactionRule, Look

D1 = Partition("d1", "2024-01-01")


def daily(world: World, days: int, *devices: str) -> None:
    """
    A batch a day, each with a row of each device's one month.
    """
    for _ in range(days):
        name = f"day-{world.archive.made:05}"
        world.land(name, *(f"{device} 2024-01-01 {name}" for device in devices))
        world.until_due()
        world.run().work()


def files(world: World) -> list[str]:
    """
    The archive objects, without their prefixes.
    """
    return [key.split("/")[-1] for key, _ in world.archive.listed("items/")]


def chill(world: World, key: str) -> None:
    """
    The lifecycle moves an object.
    """
    versions = world.archive.keys[key]
    versions[-1] = replace(versions[-1], storage_class="GLACIER")


def test_hot_files_become_one_when_the_oldest_is_35_days_old() -> None:
    """
    Not a day before, and all of them, the youngest included.
    """
    world = World()
    daily(world, 34, "d1")
    world.run().work()
    assert len(files(world)) == 34
    world.pass_time(DAY_SECONDS)
    world.run().work()
    assert len(files(world)) == 34
    world.pass_time(DAY_SECONDS)
    report = world.run().work()
    assert report.compactions == 1
    assert report.compacted_rows == 34
    assert report.rows == 0
    assert files(world) == ["00000035.parquet"]
    check_archive(world)


def test_cold_files_are_never_touched() -> None:
    """
    LIST's storage class decides, whatever the age says.
    """
    world = World()
    daily(world, 3, "d1")
    cold = world.archive.listed("items/")[0][0]
    chill(world, cold)
    world.pass_time(36 * DAY_SECONDS)
    # The fake refuses to read a cold object.
    world.run().work()
    assert files(world) == ["00000001.parquet", "00000004.parquet"]
    check_archive(world)


def test_one_file_is_left_as_it_is() -> None:
    """
    Compacting it would only cost a transition's wait again.
    """
    world = World()
    daily(world, 1, "d1", "d2")
    world.pass_time(40 * DAY_SECONDS)
    calls = Calls()
    world.run(calls).work()
    assert calls.writes == 0


def test_a_young_hot_file_beside_a_cold_one_waits_for_its_own_age() -> None:
    """
    The oldest hot file counts, and there must be another hot one.
    """
    world = World()
    daily(world, 1, "d1")
    chill(world, world.archive.listed("items/")[0][0])
    world.pass_time(34 * DAY_SECONDS)
    daily(world, 2, "d1")
    world.pass_time(DAY_SECONDS)
    world.run().work()
    assert len(files(world)) == 3
    world.pass_time(35 * DAY_SECONDS)
    world.run().work()
    assert len(files(world)) == 2
    check_archive(world)


def test_compactions_are_bounded_by_bytes_and_go_on_in_the_same_run() -> None:
    """
    Several partitions to an entry, several entries to a run.
    """
    world = World()
    devices = [f"device-{i:02}" + "x" * 60 for i in range(40)]
    daily(world, 3, *devices)
    world.pass_time(36 * DAY_SECONDS)
    report = world.run().work()
    assert report.compactions >= 2
    assert report.compacted_rows == 120
    assert len(files(world)) == 40
    check_archive(world)


def test_a_month_without_runs_changes_nothing_but_the_day() -> None:
    """
    What is still hot is found by the first look afterwards.
    """
    world = World()
    daily(world, 3, "d1")
    world.pass_time(70 * DAY_SECONDS)
    assert world.run().work().compactions == 1
    check_archive(world)


def test_the_look_is_made_once_a_day_in_one_process() -> None:
    """
    In between the ledger is not read again.
    """
    world = World()
    daily(world, 2, "d1")
    world.pass_time(3 * DAY_SECONDS)
    calls = Calls()
    run = world.run(calls)
    run.work()
    once = len(calls.made)
    for _ in range(22):
        world.pass_time(HOUR_SECONDS)
        run.turn = world.run().turn
        run.work()
    assert len(calls.made) - once == 22 * 3


def test_a_stray_beside_the_files_is_not_compacted() -> None:
    """
    Only what the ledger holds has a place in a new file.
    """
    world = World()
    second_batch(world)
    world.run().work()
    stray = f"{D1.prefix}00000009.parquet"
    world.archive.put(stray, b"one\nd1 2024-01-01 stray")
    world.pass_time(36 * DAY_SECONDS)
    world.run().work()
    assert files(world) == ["00000003.parquet", "00000009.parquet"]
    del world.archive.keys[stray]
    check_archive(world)


def test_another_process_compacting_first_leaves_nothing_to_do() -> None:
    """
    What was found due yesterday is checked against the entries since.
    """
    world = World()
    daily(world, 3, "d1")
    archive = world.transform().archive
    look = Look(CompactionRule(age_days=1, cold_days=45, bytes_max=1))
    world.pass_time(2 * DAY_SECONDS)
    # A bound of one byte takes one partition and leaves the others as due.
    daily(world, 3, "d2", "d3")
    world.pass_time(2 * DAY_SECONDS)
    first = look.inputs(archive, 6, world.now)
    assert {each.key.split("/")[1] for each in first} == {"device=d1"}
    world.pass_time(36 * DAY_SECONDS)
    look._looked_at = world.now  # noqa: SLF001  as if it had looked just now
    world.run().work()
    assert look.inputs(archive, 7, world.now) == ()


def test_a_compaction_entry_names_what_it_replaces() -> None:
    """
    Its inputs are the removed files, its lines their rows.
    """
    world = World()
    compactable(world)
    world.run().work()
    entry = check_archive(world)[-1]
    assert entry.kind is EntryKind.COMPACTION
    assert [taken.lines for taken in entry.inputs] == [2, 1]
    assert entry.counts.rows == 3
    assert entry.files.rows == 3


def test_replaced_files_stay_while_the_new_one_is_not_there() -> None:
    """
    The second guard: what S3 says of the new file, not what we remember.
    """
    world = World()
    compactable(world)
    new = f"{D1.prefix}00000003.parquet"

    class Losing(Calls):
        """
        Loses the new file just before the entry is finished.
        """

        def before(self, verb: str, key: str, *, writes: bool) -> None:
            super().before(verb, key, writes=writes)
            if verb == "register":
                world.archive.put(new, None)

    with pytest.raises(DamagedError, match=new):
        world.run(Losing()).work()
    assert files(world) == ["00000001.parquet", "00000002.parquet"]
    # The intent still stands; the next run puts the version back and goes on.
    world.pass_time(HOUR_SECONDS)
    world.run().work()
    check_archive(world)

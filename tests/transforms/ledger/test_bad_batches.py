"""
What cannot be converted waits for nobody, and nothing of it is lost.
"""

from contextlib import suppress

import pytest

from archive.contract import Contract, Granularity
from archive.document import EntryKind, Input
from archive.errors import MisconfiguredError, UndeliveredError
from archive.intent import Intent, Treatment, decode_intent, encode_intent
from archive.keys import intent_key
from tests.transforms.ledger.beginnings import Calls, fresh
from tests.transforms.ledger.stand_in import ConversionBrokeError
from tests.transforms.ledger.store import Gate
from tests.transforms.ledger.world import (
    DAY_SECONDS,
    HOUR_SECONDS,
    RUN_SECONDS,
    START,
    World,
    check_archive,
)
from transforms.turn import RESERVE_SECONDS


def hours_until_quiet(world: World) -> int:
    """
    Hourly runs, failing ones too, until nothing is open and nothing waits.
    """
    for hour in range(1, 100):
        with suppress(ConversionBrokeError):
            world.run().work()
            if not world.landing.listed("") and not world.archive.listed("open/"):
                return hour
        check_archive(world, is_quiet=False)
        world.pass_time(HOUR_SECONDS)
    pytest.fail("something waits for ever")


def test_one_object_that_cannot_be_converted_is_set_aside_alone() -> None:
    """
    The batch is halved until it stands alone; all others become rows.
    """
    world = World()
    for name in "abcdefg":
        world.land(name, "boom" if name == "e" else f"d1 2024-01-01 {name}")
    world.until_due()
    assert hours_until_quiet(world) < 24

    entries = check_archive(world)
    damage = [each for entry in entries for each in entry.damage]
    assert [each.key.rsplit("/", 1)[-1] for each in damage] == ["e.jsonl.gz"]
    assert (damage[0].offset, damage[0].length) == (0, len(b"boom\n"))
    assert sum(entry.counts.rows for entry in entries) == 6


def test_a_single_bad_object_goes_whole_into_quarantine_and_is_reported() -> None:
    """
    Three tries, then its bytes are kept as a damaged range, which alarms.
    """
    world = World()
    world.land("a", "boom")
    world.until_due()
    for _ in range(3):
        with pytest.raises(ConversionBrokeError):
            world.run().work()
        world.pass_time(HOUR_SECONDS)
    report = world.run().work()
    assert report.damaged_ranges == 1
    assert report.lines == 0
    assert [key for key, _ in world.archive.listed("quarantine/")] == [
        "quarantine/00000001-1.bin"
    ]
    check_archive(world)


def test_a_compaction_that_cannot_be_done_leaves_its_files_and_blocks_nothing() -> None:
    """
    It ends in an entry that changes nothing, and batches go on.
    """
    world = World()
    for name in "ab":
        world.land(name, f"d1 2024-01-01 {name}", f"d2 2024-01-01 {name}boom")
        world.until_due()
        world.run().work()
    live = len(world.archive.listed("items/"))
    world.pass_time(36 * DAY_SECONDS)
    for _ in range(12):
        with suppress(ConversionBrokeError):
            world.run().work()
        world.pass_time(HOUR_SECONDS)
    world.land("c", "d1 2024-01-01 c")
    world.until_due()
    with suppress(ConversionBrokeError):
        world.run().work()
    world.pass_time(HOUR_SECONDS)

    entries = check_archive(world, is_quiet=False)
    assert any(not entry.inputs for entry in entries)
    assert sum(len(entry.inputs) for entry in entries if entry.n > 2) >= 1
    assert len(world.archive.listed("items/")) >= live - 1


def test_a_contract_that_the_archive_cannot_bear_stops_before_anything() -> None:
    """
    A time zone is for ever: no intent, no object, and the old entries stand.
    """
    world = World()
    fresh(world)
    world.run().work()
    world.land("b", "d1 2024-01-01 3")
    world.until_due()
    world.contract = Contract(time_zone="Asia/Tokyo")
    calls = Calls()
    with pytest.raises(MisconfiguredError, match="Asia/Tokyo"):
        world.run(calls).work()
    assert calls.writes == 0

    world.contract = Contract(granularity=Granularity.MONTH)
    world.run().work()
    assert [entry.contract.granularity.value for entry in check_archive(world)] == [
        "day",
        "month",
    ]


class Clock(Gate):
    """
    Moves the world's clock at each call.
    """

    def __init__(self, world: World, seconds: float) -> None:
        self.world = world
        self.seconds = seconds

    def before(self, verb: str, key: str, *, writes: bool) -> None:
        self.world.pass_time(self.seconds)


@pytest.mark.parametrize("seconds", range(40, 75, 5))
def test_a_run_stops_by_itself_before_its_deadline(seconds: int) -> None:
    """
    Wherever its time ends it stops cleanly, and the next one goes on.
    """
    world = World()
    for name in "abc":
        world.land(name, *(f"d{i} 2024-01-01 {name}" for i in range(9)))
    world.until_due()
    run = world.run(Clock(world, seconds))
    deadline_at = run.turn.deadline_at
    report = run.work()
    assert report.heartbeat
    assert "time" in report.stopped
    calls_after = (world.now - deadline_at + RESERVE_SECONDS) / seconds
    assert calls_after <= 6

    for _ in range(4):
        world.pass_time(HOUR_SECONDS)
        world.run().work()
    check_archive(world)


def test_one_run_carries_several_batches() -> None:
    """
    A backlog larger than a batch goes on in the same run while there is time.
    """
    world = World()
    for name in "abcdef":
        world.land(name, f"d1 2024-01-01 {name}" + "x" * 400_000)
    world.until_due()
    report = world.run().work()
    assert report.entries == 3
    assert report.landed_bytes == 0
    check_archive(world)


def test_the_attempts_of_an_intent_are_counted_for_the_alarm() -> None:
    """
    The report of the failing run says for the how-manieth time it failed.
    """
    world = World()
    world.land("a", "boom")
    world.land("b", "boom")
    world.until_due()
    seen = []
    for _ in range(4):
        run = world.run()
        with pytest.raises(ConversionBrokeError):
            run.work()
        seen.append(run.report.attempts)
        stored = world.archive.current(intent_key(1))
        assert stored is not None
        intent = decode_intent(intent_key(1), stored.body or b"")
        assert intent.attempts == seen[-1]
        assert intent.opened_at == START + DAY_SECONDS
        world.pass_time(HOUR_SECONDS)
    assert seen == [1, 2, 3, 1]


def test_a_storage_that_refuses_is_not_taken_for_the_end_of_time() -> None:
    """
    An error of the other side fails the run, so that Lambda counts it.
    """

    class Refusing(Gate):
        def before(self, verb: str, key: str, *, writes: bool) -> None:
            if verb == "register":
                msg = "Glue: not now"
                raise UndeliveredError(msg)

    world = World()
    fresh(world)
    run = world.run(Refusing())
    with pytest.raises(UndeliveredError, match="Glue"):
        run.work()
    assert not run.report.heartbeat
    check_archive(world, is_quiet=False)
    world.pass_time(RUN_SECONDS + HOUR_SECONDS)
    world.run().work()
    check_archive(world)


def test_what_a_command_left_undone_does_not_stop_the_ledger() -> None:
    """
    An abandoned import ends as an entry that changes nothing; batches go on.
    """
    world = World()
    fresh(world)
    intent = Intent(
        n=1,
        kind=EntryKind.IMPORT,
        inputs=(Input(key="s3://elsewhere/a", version="v", etag="e", bytes=1),),
        treatment=Treatment.CONVERT,
        opened_at=int(world.now),
        contract=Contract(),
        writer={"firn": "1"},
        holder="somebody's laptop",
        attempts=1,
        until=int(world.now) + HOUR_SECONDS,
    )
    world.archive.put(intent_key(1), encode_intent(intent))
    assert world.run().work().stopped
    world.pass_time(2 * HOUR_SECONDS)
    world.run().work()
    entries = check_archive(world)
    assert [entry.kind for entry in entries] == [EntryKind.IMPORT, EntryKind.BATCH]
    assert entries[0].inputs == ()

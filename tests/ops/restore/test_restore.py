from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.ops.restore.shelf import COLD, DAY, EACH, HOT, HOUR, START, Thing

if TYPE_CHECKING:
    from tests.ops.restore.shelf import Shelf


def shows(at: int) -> str:
    """
    A time as the page shows it.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def test_cold_ones_are_asked_for_and_lukewarm_ones_are_renewed(shelf: "Shelf") -> None:
    """
    What is warming or warm is left alone.
    """
    shelf.put(EACH)

    ran = shelf.firn("--device", "a", "--yes", "--json")

    assert ran.exit_code == 0
    assert ran.document["outcome"] == "under way"
    assert ran.document["objects"] == {
        "cold": {"objects": 1, "bytes": 1000},
        "warming": {"objects": 1, "bytes": 1000},
        "lukewarm": {"objects": 1, "bytes": 1000},
        "warm": {"objects": 2, "bytes": 2000},
    }
    assert ran.document["asked"] == {
        "begun": 1,
        "renewed": 1,
        "already": 0,
        "unknown": 0,
        "unsent": 0,
    }
    assert shelf.restores == 2
    shelf.account.run_until(START + 5 * HOUR)
    assert all(shelf.readable(thing.key) for thing in EACH)
    shelf.account.run_until(START + 7 * DAY + 5 * HOUR)
    assert all(shelf.readable(thing.key) for thing in EACH)


def test_the_same_command_again_pays_nothing(shelf: "Shelf") -> None:
    """
    Right after it, while it is under way, and when all of it is there.
    """
    shelf.put(EACH)
    command = ("--device", "a", "--yes", "--json")
    shelf.firn(*command)
    assert shelf.restores == 2

    assert shelf.firn(*command).document["outcome"] == "under way"
    shelf.account.run_until(START + 4 * HOUR)
    assert shelf.firn(*command).document["outcome"] == "under way"
    shelf.account.run_until(START + 5 * HOUR)
    assert shelf.firn(*command).document["outcome"] == "readable"
    assert shelf.restores == 2


def test_a_slow_request_is_not_made_faster_silently(shelf: "Shelf") -> None:
    """
    S3 would take a faster tier for what is on its way, and bill both.
    """
    shelf.put([COLD])
    shelf.firn("--tier", "Bulk", "--yes")

    ran = shelf.firn("--tier", "Expedited", "--yes")

    assert ran.exit_code == 0
    assert shelf.restores == 1
    assert "docs/RESTORING.md#faster" in ran.stdout


def test_waiting_ends_when_everything_can_be_read(shelf: "Shelf") -> None:
    """
    The clock of the account is moved, and nothing is paid for while it moves.
    """
    shelf.put(EACH)

    ran = shelf.firn("--yes", "--wait", "--json")

    assert (ran.exit_code, ran.document["outcome"]) == (0, "readable")
    assert START + 5 * HOUR <= shelf.account.clock.now() < START + 6 * HOUR
    assert all(shelf.readable(thing.key) for thing in EACH)
    assert shelf.restores == 2
    assert ran.document["readable_until_at"] == START + 8 * DAY
    assert "3 of 4" not in ran.stderr
    assert f"until {shows(START + 8 * DAY)}" in ran.stderr


def test_waiting_looks_at_what_is_missing_alone(shelf: "Shelf") -> None:
    """
    By LIST, a few times in all, and never by HEAD.
    """
    shelf.put(Thing(date=f"2023-02-{day:02}") for day in range(1, 29))

    shelf.firn("--device", "a", "--yes", "--wait")

    assert "HeadObject" not in shelf.calls
    after = shelf.calls[len(shelf.calls) - shelf.calls[::-1].index("RestoreObject") :]
    assert set(after) == {"ListObjectsV2"}
    assert len(after) <= 12


def test_ctrl_c_while_waiting_costs_nothing(
    shelf: "Shelf", monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It ends with 130, and the same command goes on waiting.
    """
    shelf.put([COLD])

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("time.sleep", interrupted)
        ran = shelf.firn("--yes", "--wait")
    assert ran.exit_code == 130

    again = shelf.firn("--yes", "--wait", "--json")
    assert (again.exit_code, again.document["outcome"]) == (0, "readable")
    assert shelf.restores == 1


def test_nothing_is_spent_where_nobody_can_be_asked(shelf: "Shelf") -> None:
    """
    A script must say --yes; the plan is shown all the same.
    """
    shelf.put(EACH)

    ran = shelf.firn("--json")

    assert ran.exit_code == 2
    assert "--yes" in ran.stderr
    assert ran.document["outcome"] == "refused"
    assert shelf.restores == 0


def test_nothing_is_spent_above_the_cap(shelf: "Shelf") -> None:
    """
    The price is told, and which tier costs less.
    """
    shelf.put([COLD])

    ran = shelf.firn("--max-cost", "0.00001", "--yes", "--json")

    assert ran.exit_code == 2
    assert ran.document["outcome"] == "refused"
    assert "--max-cost 0.00001: this costs up to 0.0001 USD" in ran.stderr
    assert "--tier Bulk costs less" in ran.stderr
    assert shelf.restores == 0

    cheaper = shelf.firn("--max-cost", "0.00001", "--tier", "Bulk", "--yes")
    assert cheaper.exit_code == 0
    assert shelf.restores == 1


def test_a_cap_that_nothing_fits_says_what_to_do(shelf: "Shelf") -> None:
    """
    Fewer things, or more money.
    """
    shelf.put([COLD])

    ran = shelf.firn("--max-cost", "0", "--yes")

    assert ran.exit_code == 2
    assert "choose fewer devices, dates or --days, or allow more" in ran.stderr


def test_deep_archive_has_no_expedited(shelf: "Shelf") -> None:
    """
    The tiers that there are, and how long they take.
    """
    deep = Thing(date="2023-01-06", storage_class="DEEP_ARCHIVE")
    shelf.put([COLD, deep])

    ran = shelf.firn("--tier", "expedited", "--yes")

    assert ran.exit_code == 2
    assert "1 of the cold objects is in DEEP_ARCHIVE" in ran.stderr
    assert "--tier Bulk (up to 48 h) or --tier Standard (up to 12 h)" in ran.stderr
    assert shelf.restores == 0


def test_an_archive_of_two_classes_is_restored_as_one(shelf: "Shelf") -> None:
    """
    What is there after five hours is still there days after the other's twelve.
    """
    deep = Thing(date="2023-01-06", storage_class="DEEP_ARCHIVE")
    shelf.put([COLD, deep])

    ran = shelf.firn("--yes", "--wait", "--days", "2", "--json")

    assert ran.document["tiers"]["Standard"]["waiting_seconds"] == 12 * HOUR
    shelf.account.run_until(START + 12 * HOUR + 2 * DAY)
    assert shelf.readable(COLD.key)
    assert shelf.readable(deep.key)


def test_what_the_lifecycle_will_archive_meanwhile_is_told(shelf: "Shelf") -> None:
    """
    A hot object is readable today and may not be on the last of the days.
    """
    shelf.put([COLD, HOT])

    assert "may go to Glacier" not in shelf.firn().stdout
    ran = shelf.firn("--days", "60", "--json")

    assert ran.document["archived_before_then"] == {
        "objects": 1,
        "first_at": START + 46 * DAY,
    }
    assert "1 object that nobody need restore now may go to Glacier" in ran.stderr
    assert shows(START + 46 * DAY) in ran.stderr

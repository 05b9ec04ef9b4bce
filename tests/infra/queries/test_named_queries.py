"""
The queries that the module ships, asked of an archive of which all is known.

DuckDB answers them here, every day; that Trino gives the same answers is looked at
in tests/infra/engine.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from archive.keys import Partition
from ops.query.statement import parse_statement
from ops.query.touched import touched
from tests.infra.planned import Planned
from tests.infra.queries.known import DAY, MIDNIGHT, Known, expiry, known

# Ten readings, ten minutes apart, and two hours of silence after the sixth.
MINUTES = (0, 10, 20, 30, 40, 50, 170, 180, 190, 200)
# A minute apart, once twice and a half as long, once four times as long.
SECONDS = (0, 60, 120, 270, 330, 390, 630)

TA = {"Ta": {"N": "21.5"}}
TEXT = {"Ta": {"S": "warm"}}


def at(seconds: float) -> datetime:
    """
    A time after the archive's midnight, as rows have it.
    """
    return datetime.fromtimestamp(MIDNIGHT + seconds, UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def archive(planned: Planned, tmp_path_factory: pytest.TempPathFactory) -> Known:
    """
    Two devices, and in a second entry what came again.
    """
    first = [
        expiry("device-1", MIDNIGHT + minute * 60, number, **TA)
        for number, minute in enumerate(MINUTES)
    ]
    second = [
        expiry("device-2", MIDNIGHT + DAY + second, 100 + number, late=3 * DAY, **TEXT)
        for number, second in enumerate(SECONDS)
    ]
    again = [
        *first[:3],
        # The same identity with another image: somebody else wrote it.
        expiry("device-2", MIDNIGHT + DAY, 100, late=3 * DAY, Ta={"S": "cold"}),
        # Deleted by nobody, so neither late nor in time.
        expiry("device-3", MIDNIGHT, 0, sequence_number="import:ff", late=90 * DAY),
    ]
    # Outside of the dates that the queries name.
    outside = [expiry("device-1", MIDNIGHT - 30 * DAY, 999, late=50 * DAY)]
    return known(
        planned,
        tmp_path_factory.mktemp("known"),
        [[*first, *second, *outside], again],
    )


def test_every_query_runs(archive: Known, planned: Planned) -> None:
    """
    A query that is refused would be found by whoever needs it first.
    """
    queries = [
        values["name"] for values in planned.of("aws_athena_named_query").values()
    ]
    assert len(queries) == 12
    for query in queries:
        archive.rows(query)


def test_no_query_touches_more_than_its_conditions_say(planned: Planned) -> None:
    """
    `firn query --named` asks for the objects of these dates alone to be readable.
    """
    for values in planned.of("aws_athena_named_query").values():
        statement = parse_statement(values["query"], ())
        for touch in touched(statement, "firn", {}).touches:
            assert not touch.everything, (values["name"], touch.told())
            assert not touch.takes(Partition("device-1", "2026-02-01"))
            assert touch.takes(Partition("device-1", "2026-01-01"))


def test_a_history_has_each_item_once_in_its_order(archive: Known) -> None:
    """
    Of one device, in the dates that were named, whatever was delivered twice.
    """
    rows = archive.rows("device_history")
    assert [row["created_at"] for row in rows] == [at(60 * each) for each in MINUTES]
    assert {row["device_id"] for row in rows} == {"device-1"}


def test_readings_are_counted_by_device_and_day(archive: Known) -> None:
    """
    Items, not rows; the two images of one identity are two.
    """
    rows = archive.rows("readings_per_day")
    assert [(row["device_id"], row["day"], row["items"]) for row in rows] == [
        ("device-1", date(2026, 1, 5), len(MINUTES)),
        ("device-2", date(2026, 1, 6), len(SECONDS) + 1),
        ("device-3", date(2026, 1, 5), 1),
    ]
    assert (rows[0]["first_created_at"], rows[0]["last_created_at"]) == (
        at(0),
        at(200 * 60),
    )


def test_a_gap_is_longer_than_three_usual_intervals(archive: Known) -> None:
    """
    Usual is what the device itself does: the median, which the gap does not move.
    """
    assert archive.rows("gaps") == [
        {
            "device_id": "device-1",
            "silent_from": at(50 * 60),
            "silent_until": at(170 * 60),
            "silent_seconds": 7_200.0,
            "usual_seconds": 600.0,
        },
        {
            "device_id": "device-2",
            "silent_from": at(DAY + 390),
            "silent_until": at(DAY + 630),
            "silent_seconds": 240.0,
            "usual_seconds": 60.0,
        },
    ]


def test_late_deletions_are_told_by_the_day_of_the_deletion(archive: Known) -> None:
    """
    What was imported was not deleted by time to live, and is in no average.
    """
    first, second = archive.rows("late_deletions")
    assert first == {
        "deleted_on": date(2026, 1, 6),
        "items": len(MINUTES),
        "average_hours": 1.0,
        "worst_hours": 1.0,
        "after_two_days": 0,
    }
    assert second == {
        "deleted_on": date(2026, 1, 10),
        "items": len(SECONDS) + 1,
        "average_hours": 72.0,
        "worst_hours": 72.0,
        "after_two_days": len(SECONDS) + 1,
    }


def test_the_worst_deletions_come_first(archive: Known) -> None:
    """
    By how late they were, then by device and time.
    """
    rows = archive.rows("late_deletions_worst")
    assert [row["late_hours"] for row in rows] == [72.0] * 8 + [1.0] * 10
    assert rows[0]["device_id"] == "device-2"
    assert rows[0]["deleted_at"] - rows[0]["expired_at"] == timedelta(days=3)
    assert {row["created_at"] for row in rows[8:]} == {at(60 * m) for m in MINUTES}


def test_doubles_are_the_rows_that_the_view_leaves_out(archive: Known) -> None:
    """
    Three came twice; one identity with two images is no double.
    """
    assert archive.rows("doubles") == [
        {"device": "device-1", "date": "2026-01-05", "rows": 13, "doubles": 3}
    ]


def test_a_conflict_is_one_identity_with_two_images(archive: Known) -> None:
    """
    Doubles are none.
    """
    assert archive.rows("conflicts") == [
        {
            "device_id": "device-2",
            "created_at": at(DAY),
            "sequence_number": f"{100:021}",
            "images": 2,
        }
    ]


def test_what_is_in_rest_is_told_by_attribute_and_type(archive: Known) -> None:
    """
    One attribute that comes with two types is two lines.
    """
    assert archive.rows("attributes_without_name") == [
        {"attribute": "Ta", "type": "N", "items": len(MINUTES)},
        {"attribute": "Ta", "type": "S", "items": len(SECONDS) + 1},
    ]


def test_the_latest_reading_of_each_device(archive: Known) -> None:
    """
    One row each.
    """
    rows = archive.rows("latest_of_each_device")
    assert {row["device_id"]: row["created_at"] for row in rows} == {
        "device-1": at(200 * 60),
        "device-2": at(DAY + 630),
        "device-3": at(0),
    }


def test_the_files_of_a_device_are_those_of_the_ledger(archive: Known) -> None:
    """
    In the dates that were named: what a restore has to bring back.
    """
    rows = archive.rows("files_of_a_device")
    assert [(row["key"], row["rows"]) for row in rows] == [
        ("items/device=device-1/date=2026-01-05/00000001.parquet", len(MINUTES)),
        ("items/device=device-1/date=2026-01-05/00000002.parquet", 3),
    ]


def test_the_files_add_up_by_age_and_by_month(archive: Known) -> None:
    """
    Every row of the archive once, whatever its dates.
    """
    rows = len(MINUTES) + len(SECONDS) + 1 + 3 + 2
    assert sum(each["items"] for each in archive.rows("files_by_age")) == rows
    months = archive.rows("growth_by_month")
    assert sum(each["items"] for each in months) == rows
    assert [each["deleted_in"] for each in months] == sorted(
        each["deleted_in"] for each in months
    )

"""
The SQL that a device and days stand for.
"""

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from archive.keys import partition_device
from ops.query.ask import Question, sql_of
from ops.query.dates import refuse_impossible
from ops.query.statement import parse_statement
from ops.query.touched import touched
from ops.selection import Selection

COLUMNS = ["device_id", "created_at", "sequence_number", "device", "date", "day"]
DEVICES = ("a", "b", "it's")
DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(0, 100, 9)]
days = st.dates(date(2024, 12, 1), date(2025, 5, 1)) | st.none()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(DEVICES), min_size=1, max_size=2) | st.none(),
    days,
    days,
    st.sampled_from(
        [{Granularity.DAY}, {Granularity.MONTH}, {Granularity.DAY, Granularity.MONTH}]
    ),
)
def test_the_rows_of_these_days_are_found_however_the_archive_lies(
    devices: list[str] | None,
    first: date | None,
    last: date | None,
    granularities: set[Granularity],
) -> None:
    """
    No more and no fewer, in archives of days, of months, and of both.
    """
    if first and last and last < first:
        first, last = last, first
    question = Question(
        selection=Selection(devices=devices and tuple(devices), first=first, last=last),
        view="items",
        columns=("device_id", "day"),
    )
    sql, parameters = sql_of(question, COLUMNS, granularities)
    statement = parse_statement(sql, parameters)
    refuse_impossible(statement, "firn", granularities)
    rows = [
        (device, day, partition_device(device), lies, day)
        for device in DEVICES
        for day in DAYS
        for granularity in sorted(granularities, key=str)
        for lies in [day if granularity is Granularity.DAY else day.replace(day=1)]
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE items (device_id VARCHAR, created_at DATE, sequence_number "
            'VARCHAR, device VARCHAR, "date" VARCHAR, day DATE)'
        )
        # One statement: a hundred take ten times as long.
        marks = ", ".join(["(?, ?, '', ?, ?, ?)"] * len(rows))
        values = [value for row in rows for value in row]
        connection.execute(f"INSERT INTO items VALUES {marks}", values)  # noqa: S608 - question marks
        found = connection.execute(sql, parameters).fetchall()

    assert sorted(found) == sorted(
        (device, day)
        for device, day, *_ in rows
        if (devices is None or device in devices)
        and (first is None or day >= first)
        and (last is None or day <= last)
    )
    assert all(touch.known for touch in touched(statement, "firn").touches)


def test_a_column_is_one_that_the_view_has() -> None:
    """
    In quotes, whatever it is called; and what is no name never reaches SQL.
    """
    selection = Selection(devices=("a",))
    for name in ('device" FROM x; --', "count(*)", "wind"):
        question = Question(selection=selection, view="items", columns=(name,))
        with pytest.raises(MisconfiguredError, match="no such column"):
            sql_of(question, COLUMNS, {Granularity.DAY})
    question = Question(selection=selection, view="items", columns=("DATE",))
    sql, _ = sql_of(question, COLUMNS, {Granularity.DAY})

    assert sql.startswith('SELECT "date" FROM "items" WHERE "device" IN (?)')

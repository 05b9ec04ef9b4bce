# ruff: noqa: S608 - SQL made of our own words, for a test
"""
Comparisons that can match nothing.
"""

import pytest

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from ops.query.dates import refuse_impossible
from ops.query.statement import parse_statement

DAYS = frozenset({Granularity.DAY})
MONTHS = frozenset({Granularity.MONTH})


def refused(
    where: str, granularities: frozenset[Granularity], table: str = "items"
) -> str | None:
    """
    Why a query with this condition is refused; None where it is not.
    """
    statement = parse_statement(f"SELECT * FROM {table} WHERE {where}")
    try:
        refuse_impossible(statement, "firn", granularities)
    except MisconfiguredError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("where", "instead"),
    [
        (
            "date = '2026-10-15'",
            "\"date\" = '2026-10-01' AND \"day\" = DATE '2026-10-15'",
        ),
        (
            "date > '2026-10-15'",
            "\"date\" >= '2026-10-01' AND \"day\" > DATE '2026-10-15'",
        ),
        (
            "'2026-10-15' >= date",
            "\"date\" <= '2026-10-01' AND \"day\" <= DATE '2026-10-15'",
        ),
        (
            "date BETWEEN '2026-10-15' AND '2026-12-31'",
            (
                "\"date\" BETWEEN '2026-10-01' AND '2026-12-01' AND \"day\" BETWEEN "
                "DATE '2026-10-15' AND DATE '2026-12-31'"
            ),
        ),
        (
            "date IN ('2026-10-15', '2026-10-16')",
            (
                "\"date\" IN ('2026-10-01') AND \"day\" IN (DATE '2026-10-15', "
                "DATE '2026-10-16')"
            ),
        ),
        ("date <> '2026-10-15'", "\"day\" <> DATE '2026-10-15'"),
        (
            "k = 1 OR NOT items.date = '2026-10-15 12:00:00'",
            "items.\"date\" = '2026-10-01' AND items.\"day\" = DATE '2026-10-15'",
        ),
    ],
)
def test_a_day_in_an_archive_of_months_is_refused_with_what_to_use(
    where: str, instead: str
) -> None:
    """
    It would find nothing, and look like an empty archive. In one of days it is one.
    """
    told = refused(where, MONTHS)

    assert told is not None
    assert told.endswith(f"use {instead}")
    assert refused(f"\"date\" IN ('2026-10-01') AND ({instead})", MONTHS) is None
    if ":" not in where:
        assert refused(where, DAYS) is None
        assert refused(where, DAYS | MONTHS) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("2026-1-5", "use \"date\" = '2026-01-05'"),
        ("20260105", "use \"date\" = '2026-01-05'"),
        ("2026-01", "use \"date\" = '2026-01-01'"),
        ("2026-01-05T12:00:00Z", "use \"date\" = '2026-01-05'"),
        ("2026-W01-1", "days, as '2026-01-31'"),
        ("2026-02-30", "days, as '2026-01-31'"),
        ("__HIVE_DEFAULT_PARTITION__", "days, as '2026-01-31'"),
        ("", "days, as '2026-01-31'"),
    ],
)
def test_what_is_no_date_is_refused(text: str, instead: str) -> None:
    """
    However close it is to one: text is compared by its letters.
    """
    told = refused(f"date = '{text}'", DAYS)

    assert told is not None
    assert instead in told


@pytest.mark.parametrize(
    "value", ["DATE '2026-01-05'", "20260105", "TIMESTAMP '2026-01-05'"]
)
def test_what_is_no_text_is_refused(value: str) -> None:
    """
    Athena would refuse it as well, after the objects were restored.
    """
    told = refused(f"date = {value}", DAYS)

    assert told is not None
    assert "date is text" in told


def test_an_id_that_is_hashed_in_partitions_is_refused_with_its_hash() -> None:
    """
    Apostrophes stand in no partition (archive/keys.py).
    """
    told = refused("device = 'it''s'", DAYS)

    assert told is not None
    value = told.split("use device = ")[1]
    assert refused(f"device = {value}", DAYS) is None


def test_other_tables_may_have_other_dates() -> None:
    """
    The ledger's lists, what a query makes itself, and what is not surely ours.
    """
    for sql in (
        "SELECT * FROM archive_files WHERE date = 'x'",
        "SELECT * FROM (SELECT 'x' AS date) WHERE date = 'x'",
        "WITH items AS (SELECT 'x' AS date) SELECT * FROM items WHERE date = 'x'",
        "SELECT * FROM items, other WHERE other.date = 'x'",
        "SELECT * FROM items WHERE EXISTS (SELECT 1 FROM other WHERE date = 'x')",
    ):
        refuse_impossible(parse_statement(sql), "firn", DAYS)


def test_the_table_itself_has_no_day() -> None:
    """
    Only the views do, so only the month is told.
    """
    told = refused("date = '2026-10-15'", MONTHS, table="archive")

    assert told is not None
    assert told.endswith("use \"date\" = '2026-10-01'")

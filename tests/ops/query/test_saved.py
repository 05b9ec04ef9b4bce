"""
The text of a saved query, with other devices and dates in it.
"""

from collections.abc import Collection
from datetime import date

import pytest

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from ops.query.conditions import Wanted
from ops.query.parameters import Parameter
from ops.query.saved import asked, understood
from ops.query.statement import parse_statement
from ops.query.touched import touched
from ops.selection import Selection

DAY, MONTH = Granularity.DAY, Granularity.MONTH
A = Selection(devices=("a",))
FEBRUARY = Selection(first=date(2025, 2, 1), last=date(2025, 2, 28))
DAYS = Selection(devices=("a", "b"), first=date(2025, 1, 5), last=date(2025, 2, 3))


def ask(
    sql: str,
    selection: Selection = DAYS,
    granularities: Collection[Granularity] = (DAY,),
    given: tuple[Parameter, ...] = (),
) -> tuple[str, list[Parameter]]:
    """
    The text and parameters of a saved query.
    """
    wanted = Wanted(selection=selection, granularities=frozenset(granularities))
    return asked(understood("own", sql, "firn"), wanted, given)


@pytest.mark.parametrize(
    ("condition", "replaced"),
    [
        ("date = '2026-01-01'", '"date" BETWEEN ? AND ?'),
        ("(\"date\" IN ('x', /* ) */ 'y'))", '("date" BETWEEN ? AND ?)'),
        ("'x' <= i.date AND i.date < 'y'", 'i."date" BETWEEN ? AND ? AND TRUE'),
        ("firn.items.date > 'x' -- why?", 'firn.items."date" BETWEEN ? AND ? -- why?'),
    ],
)
def test_a_condition_is_replaced_where_it_stands(condition: str, replaced: str) -> None:
    """
    However it is written; all else stays to the letter.
    """
    alias = " AS i" if "i." in condition and "firn" not in condition else ""
    text = f"SELECT  *\nFROM firn.items{alias} WHERE {{}}\nAND n > 1"
    days = Selection(first=DAYS.first, last=DAYS.last)
    sql, parameters = ask(text.format(condition), days)

    assert sql == text.format(replaced)
    assert parameters == ["2025-01-05", "2025-02-03"]


def test_what_it_then_touches_is_what_was_asked_for() -> None:
    """
    In each place, in the order of the question marks, with those that it had.
    """
    sql, parameters = ask(
        "SELECT ? AS x FROM items a JOIN items_latest b ON a.n = b.n "
        "AND b.date = 'p' WHERE a.date = 'q' AND a.device = 'c' AND a.n = ?",
        given=("first", 2),
    )
    assert parameters == [
        *("first", "2025-01-05", "2025-02-03", "a", "b"),
        *("2025-01-05", "2025-02-03", "a", "b", 2),
    ]
    statement = parse_statement(sql, parameters)
    told = [touch.told() for touch in touched(statement, "firn").touches]
    assert len(told) == 2
    for line in told:
        assert "IN ('a', 'b')" in line
        assert "BETWEEN '2025-01-05' AND '2025-02-03'" in line


@pytest.mark.parametrize(
    ("granularities", "dates"),
    [
        ({DAY}, ["2025-01-05", "2025-02-03"]),
        ({MONTH}, ["2025-01-01", "2025-02-01", "2025-01-05", "2025-02-03"]),
        ({DAY, MONTH}, ["2025-01-01", "2025-02-03", "2025-01-05", "2025-02-03"]),
    ],
)
def test_days_are_found_however_the_archive_lies(
    granularities: set[Granularity], dates: list[str]
) -> None:
    """
    In months by the day of each row too, as without SQL.
    """
    days = Selection(first=DAYS.first, last=DAYS.last)
    sql, parameters = ask("SELECT * FROM items WHERE date = 'x'", days, granularities)

    assert parameters == dates
    assert ('"day" BETWEEN CAST(? AS date)' in sql) == (MONTH in granularities)


def test_the_table_itself_has_no_days() -> None:
    """
    Whole months alone, in an archive of months.
    """
    sql = "SELECT * FROM archive WHERE date = 'x'"
    assert ask(sql, FEBRUARY, {MONTH})[1] == ["2025-02-01", "2025-02-01"]
    with pytest.raises(MisconfiguredError, match="ask for whole months"):
        ask(sql, DAYS, {MONTH})


@pytest.mark.parametrize(
    ("sql", "selection", "told"),
    [
        ("SELECT 1", A, "run it as it is saved"),
        ("SELECT * FROM items", A, "--device: it has no condition"),
        ("SELECT * FROM items WHERE device = 'x'", FEBRUARY, "asked for --device ID$"),
        ("SELECT * FROM items WHERE date = 'x' OR n = 1", FEBRUARY, "no condition"),
        (
            "SELECT * FROM items WHERE date = 'x' UNION SELECT * FROM archive",
            FEBRUARY,
            "not in each place",
        ),
        (
            "SELECT * FROM items WHERE date = 'x' AND day = DATE '2026-01-01'",
            FEBRUARY,
            "condition day = .* would stay",
        ),
        (
            "SELECT * FROM (SELECT * FROM items WHERE date = 'x') WHERE device_id = 'y'",
            A,
            "condition device_id = 'y' would stay",
        ),
        ("SELECT * FROM items WHERE date = 'x' AND device = ?", A, "would stay"),
        (
            "SELECT * FROM items WHERE date = 'x'",
            Selection(first=date(2025, 1, 1)),
            "give both --from and --to",
        ),
        ("SHOW TABLES", A, "SHOW: only a SELECT"),
    ],
)
def test_what_a_text_cannot_be_asked_for(
    sql: str, selection: Selection, told: str
) -> None:
    """
    One line, which says for what it can be asked.
    """
    with pytest.raises(MisconfiguredError, match=told):
        ask(sql, selection)

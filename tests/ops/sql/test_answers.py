"""
Parameters in, rows out: names, types, and what was read for them.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from archive.columns import parse_column
from archive.contract import Contract
from archive.errors import MisconfiguredError
from ops.sql.athena_text import athena_type, texts
from ops.sql.dialect import parse_literal
from ops.sql.engine import answer, run
from ops.sql.literals import Parameter
from ops.sql.tables import Tables
from tests.ops.sql.conftest import Archived, in_memory
from tests.transforms.conversion.made import line, reading

CONTRACT = Contract(columns=(parse_column("hits", "bigint"),))
DAY = 86_400_000


@pytest.fixture
def tables(archived: Archived) -> Tables:
    """
    Three devices on three days, a reading each.
    """
    lines = [
        line(
            {**reading(device, 1_731_500_000_000 + day * DAY), "hits": {"N": str(day)}},
            f"{day}",
        )
        for device in ("a/b", "o'clock", "日本")
        for day in range(3)
    ]
    return archived(lines, CONTRACT)


@pytest.mark.parametrize(
    "value",
    ["it's", "", "x' OR '1'='1", "?", 5, -5, Decimal("-1.50"), True, date(2026, 1, 31)],
)
def test_a_parameter_is_a_value_and_never_sql(tables: Tables, value: Parameter) -> None:
    """
    It comes back as it went in, whatever is written in it.
    """
    (row,) = run("SELECT ? AS value", [value], tables).to_pylist()
    assert row["value"] == value


def test_parameters_are_bound_in_their_order(tables: Tables) -> None:
    """
    The first `?` of the text takes the first one.
    """
    sql = (
        "SELECT count(*) AS n FROM (SELECT * FROM archive WHERE device_id = ?) "
        'WHERE "date" >= ? AND hits < ?'
    )
    (row,) = run(sql, ["o'clock", "2024-11-14", 2], tables).to_pylist()
    assert row["n"] == 1


@pytest.mark.parametrize(("sql", "count"), [("SELECT ?", 0), ("SELECT 1", 1)])
def test_too_few_and_too_many_parameters_are_told(
    tables: Tables, sql: str, count: int
) -> None:
    """
    None is left over, none is made up.
    """
    with pytest.raises(MisconfiguredError, match="given"):
        run(sql, ["x"] * count, tables)


@pytest.mark.parametrize("text", ["d1", "1 + 1", "device", "'a' OR 'b'", "'a'; x", ""])
def test_an_execution_parameter_is_a_literal(text: str) -> None:
    """
    As Athena takes them: a text in quotes, a number, a date.
    """
    with pytest.raises(MisconfiguredError):
        parse_literal(text)
    for literal in ("'it''s'", "5", "-1.5", "DATE '2026-01-31'", "true", "NULL"):
        parse_literal(literal)


def test_columns_have_the_types_of_athena(tables: Tables) -> None:
    """
    Times of milliseconds, whole numbers of 64 bits, decimals of the right scale.
    """
    found = run(
        "SELECT created_at, sum(hits), count(*), avg(hits), current_timestamp, 1.50, "
        "max(created_at) - min(created_at), json_parse('{}'), NULL FROM items "
        "GROUP BY created_at LIMIT 1",
        (),
        tables,
    )
    types = [athena_type(field.type)[0] for field in found.schema]
    assert types == [
        *("timestamp", "bigint", "bigint", "double", "timestamp with time zone"),
        *("decimal", "varchar", "varchar", "varchar"),
    ]
    assert found.schema.field(0).type == pa.timestamp("ms")
    assert found.column_names == ["created_at", *(f"_col{n}" for n in range(1, 9))]


def test_the_time_of_a_query_is_the_one_that_is_given(tables: Tables) -> None:
    """
    So that a query on an emulated account has the account's time.
    """
    at = Tables(catalog=tables.catalog, now=1_700_000_000)
    (row,) = run("SELECT now() AS a, current_date AS b", (), at).to_pylist()
    assert row == {
        "a": datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        "b": date(2023, 11, 14),
    }


def test_conditions_on_device_and_date_decide_what_is_read(tables: Tables) -> None:
    """
    Through every view, as Athena bills it.
    """
    everything = answer("SELECT * FROM archive", (), tables).bytes_scanned
    assert everything > 0
    for view in ("archive", "items", "items_distinct", "items_latest"):
        one = answer(
            f"SELECT device_id FROM {view} WHERE device = 'a/b' "  # noqa: S608 - our own names
            "AND \"date\" = '2024-11-14'",
            (),
            tables,
        )
        assert one.rows.num_rows == 1
        assert 0 < one.bytes_scanned < everything / 8


def test_files_and_what_is_in_them_give_the_same(tables: Tables) -> None:
    """
    Whoever has the bytes already need not write them down.
    """
    asked = "SELECT * FROM items ORDER BY device, created_at"
    from_files, from_memory = (
        answer(asked, (), each) for each in (tables, in_memory(tables))
    )
    assert from_files.rows.equals(from_memory.rows)
    assert from_files.bytes_scanned == from_memory.bytes_scanned
    assert from_files.rows.num_rows == 9


def test_values_are_spelled_as_athena_spells_them(tables: Tables) -> None:
    """
    NULL is none; an empty text is one.
    """
    found = run(
        "SELECT NULL, '', true, 1.50, 1e0, 1e10, DATE '2026-01-31', "
        "TIMESTAMP '2026-01-31 01:02:03.004', X'6869', ARRAY[1, NULL], "
        "MAP(ARRAY['k'], ARRAY[1]), from_unixtime(0)",
        (),
        tables,
    )
    assert texts(found) == [
        (
            *(None, "", "true", "1.50", "1.0", "1.0E10", "2026-01-31"),
            *("2026-01-31 01:02:03.004", "68 69", "[1, null]", "{k=1}"),
            "1970-01-01 00:00:00.000 UTC",
        )
    ]

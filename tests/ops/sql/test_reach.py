"""
What a query can reach: the tables that were given, and nothing else.
"""

from pathlib import Path

import pytest

from archive.contract import Contract
from archive.errors import MisconfiguredError
from ops.sql.engine import run
from tests.ops.sql.conftest import Archived
from tests.transforms.conversion.made import line, reading


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('{path}')",
        "SELECT * FROM '{path}'",
        'SELECT * FROM "{path}"',
        "SELECT read_text('{path}')",
        "SELECT * FROM duckdb_settings()",
        "SELECT current_setting('home_directory')",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM other.items",
        "SELECT * FROM stored_archive",
        "SELECT * FROM files",
        "COPY (SELECT 1) TO '{path}'",
        "CREATE TABLE t AS SELECT 1 AS a",
        "INSERT INTO archive SELECT 1",
        "DROP VIEW items",
        "SET enable_external_access = true",
        "ATTACH '{path}' AS other",
        "INSTALL httpfs",
        "SELECT 1; DROP VIEW items",
        "EXPLAIN SELECT 1",
        "SHOW TABLES",
        "",
    ],
)
def test_nothing_but_the_tables_can_be_read(
    archived: Archived, tmp_path: Path, sql: str
) -> None:
    """
    No other file, table, setting or statement; refused in one line.
    """
    path = tmp_path / "secret"
    path.write_text("secret")
    tables = archived([line(reading(), "1")], Contract())
    with pytest.raises(MisconfiguredError) as refused:
        run(sql.format(path=path), (), tables)
    assert "secret\n" not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_text() == "secret"


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT nope FROM items", "nope"),
        ("SELECT * FROM item", "items_distinct"),
        ("SELECT soundex(device) FROM items", "soundex"),
        ("SELECT * FROM items WHERE", "line 1"),
        ("SELECT json_parse(device) FROM archive", "json"),
        ("SELECT 1 / 0", "zero"),
        ("SELECT regexp_like('a', '(')", "'('"),
        ("SELECT CAST('x' AS bigint)", "CAST"),
    ],
)
def test_an_error_is_one_line_that_names_the_thing(
    archived: Archived, sql: str, named: str
) -> None:
    """
    With the engine's words and without a value of the archive.
    """
    tables = archived([line(reading("a-device"), "1")], Contract())
    with pytest.raises(MisconfiguredError) as refused:
        run(sql, (), tables)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "a-device" not in str(refused.value)


def test_a_query_may_use_a_table_s_name_for_its_own(archived: Archived) -> None:
    """
    WITH items AS (… FROM firn.items …): the inner one is the archive's.
    """
    tables = archived([line(reading(), "1")], Contract())
    sql = (
        "WITH items AS (SELECT device FROM awsdatacatalog.firn.items) "
        "SELECT * FROM items"
    )
    assert run(sql, (), tables).to_pylist() == [{"device": "d1"}]

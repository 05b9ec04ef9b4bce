# ruff: noqa: S608 - SQL made of our own words, for a test
"""
Whether what is not touched can matter: asked of an engine, for made-up SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

import duckdb
import pytest

from archive.errors import MisconfiguredError
from archive.keys import DEFAULT_PARTITION, Partition
from ops.query.statement import parse_statement
from ops.query.touched import touched
from tests.ops.query.made_up_sql import MadeUp

DEVICES = ("a", "b", "B c")
DATES = ("2026-01-01", "2026-02-01", None)
ASKED_A_SEED = 150
PARTITIONS = tuple(product(DEVICES, DATES))

VIEWS = """
CREATE SCHEMA firn;
USE firn;
CREATE TABLE archive (k INTEGER, v INTEGER, device VARCHAR, "date" VARCHAR);
CREATE TABLE archive_files (k INTEGER, device VARCHAR, "date" VARCHAR);
INSERT INTO archive_files VALUES (1, 'a', '2026-01-01'), (2, 'b', '2026-02-01');
CREATE TABLE sites (k INTEGER, site VARCHAR);
INSERT INTO sites VALUES (1, 'x'), (2, 'y');
CREATE VIEW items AS SELECT * FROM archive;
CREATE VIEW items_distinct AS
  SELECT k, v, device, "date" FROM (
    SELECT *, row_number() OVER (PARTITION BY device, "date", k, v) AS n FROM items
  ) WHERE n = 1;
CREATE VIEW items_latest AS
  SELECT k, v, device, "date" FROM (
    SELECT *, row_number() OVER (PARTITION BY device, "date", k ORDER BY v DESC) AS n
    FROM items
  ) WHERE n = 1;
"""


@dataclass(frozen=True, slots=True)
class Engine:
    """
    The archive in DuckDB, one row or two per partition.
    """

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, kept: frozenset[tuple[str, str | None]], odd: int) -> str:
        """
        What the query answers over the kept partitions, and `odd` rows elsewhere.
        """
        rows = ", ".join(
            f"({n % 2}, {n + m}, '{device}', {repr(date) if date else 'NULL'})"
            for n, (device, date) in enumerate(PARTITIONS)
            for m in range(2 if (device, date) in kept else odd)
        )
        self.connection.execute("DELETE FROM archive")
        if rows:
            self.connection.execute(f"INSERT INTO archive VALUES {rows}")
        return str(sorted(map(repr, self.connection.execute(sql).fetchall())))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """
    One engine for all examples: making one takes longer than a query.
    """
    with duckdb.connect() as connection:
        connection.execute(VIEWS)
        yield Engine(connection)


def is_touched(sql: str) -> frozenset[tuple[str, str | None]]:
    """
    The partitions that a query can touch.
    """
    found = touched(parse_statement(sql), "firn")
    return frozenset(
        (device, date)
        for device, date in PARTITIONS
        if found.takes(Partition(device, DEFAULT_PARTITION if date is None else date))
    )


@pytest.mark.parametrize(
    "seed",
    [
        *range(3),
        *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 12)),
    ],
)
def test_what_is_not_touched_does_not_matter(engine: Engine, seed: int) -> None:
    """
    With other rows, or none, in every partition that is not touched: the same answer.
    """
    made_up = MadeUp(Random(seed))
    asked = 0
    while asked < ASKED_A_SEED:
        sql = made_up.query()
        try:
            kept = is_touched(sql)
        except MisconfiguredError:
            continue
        if len(kept) == len(PARTITIONS):
            continue
        try:
            whole = engine.rows(sql, frozenset(PARTITIONS), 0)
        except duckdb.Error:
            continue

        asked += 1
        for odd in (0, 1, 3):
            assert engine.rows(sql, kept, odd) == whole, (sql, sorted(map(str, kept)))

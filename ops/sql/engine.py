"""
One query, from Athena's SQL to rows.

Rule 1: SQL comes in as Athena takes it, and nothing in it reaches another file,
the network or a setting: only the tables that were given.
Rule 2: what cannot be run is a MisconfiguredError, in one line, with the words
of the engine.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from archive.errors import MisconfiguredError
from ops.sql.loading import load, lock
from ops.sql.tables import Tables
from ops.sql.translate import translate

# What may stand for a `?` in a query.
Parameter = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    The rows, with Athena's types, and how many bytes were read for them.
    """

    rows: pa.Table
    bytes_scanned: int


def run(sql: str, parameters: Sequence[Parameter], tables: Tables) -> pa.Table:
    """
    The rows that a query has over these tables.
    """
    return answer(sql, parameters, tables).rows


def answer(sql: str, parameters: Sequence[Parameter], tables: Tables) -> Answer:
    """
    The rows that a query has over these tables, and what was read for them.
    """
    with (
        tempfile.TemporaryDirectory(prefix="firn-sql-") as work,
        duckdb.connect() as connection,
    ):
        try:
            load(connection, tables, Path(work))
            lock(connection)
            query = translate(sql, parameters, tables.catalog)
            rows = connection.sql(query).to_arrow_table()
        except duckdb.Error as error:
            raise MisconfiguredError(_one_line(error)) from error
        return Answer(rows=rows, bytes_scanned=0)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())

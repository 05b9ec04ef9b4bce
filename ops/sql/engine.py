"""
One query, from Athena's SQL to rows.

Rule 1: SQL comes in as Athena takes it, and nothing in it reaches another file,
the network or a setting: only the tables that were given.
Rule 2: what cannot be run is a MisconfiguredError, in one line, with the words
of the engine.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from archive.errors import MisconfiguredError
from ops.sql.literals import Parameter
from ops.sql.loading import load, lock
from ops.sql.refusal import one_line
from ops.sql.results import as_athena
from ops.sql.scanned import bytes_scanned
from ops.sql.tables import Tables
from ops.sql.translate import Question, translate


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
    question = Question(
        sql=sql,
        parameters=parameters,
        now=time.time() if tables.now is None else tables.now,
    )
    with duckdb.connect() as connection:
        try:
            query = translate(question, tables.catalog)
            load(connection, query.sql, tables)
            lock(connection)
            asked = connection.sql(query.sql)
            types = [str(each) for each in asked.types]
            rows = as_athena(asked.to_arrow_table(), types, query.zones)
            scanned = bytes_scanned(connection, query.sql, tables)
        except (duckdb.Error, pa.ArrowException) as error:
            raise MisconfiguredError(one_line(error)) from error
    return Answer(rows=rows, bytes_scanned=scanned)

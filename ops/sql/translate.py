"""
Athena's SQL in DuckDB's words.

Rule 1: this is the only file that writes DuckDB's SQL from a person's.
Rule 2: a parameter enters as a value of the parsed query, never as text.
"""

from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from archive.errors import MisconfiguredError
from ops.sql.tables import Catalog


def translate(sql: str, parameters: Sequence[object], catalog: Catalog) -> str:
    """
    The query for DuckDB.
    """
    del catalog
    try:
        statements = [
            each for each in sqlglot.parse(sql, read="athena") if each is not None
        ]
    except SqlglotError as error:
        raise MisconfiguredError(" ".join(str(error).split())) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        msg = "one SELECT is expected"
        raise MisconfiguredError(msg)
    (query,) = statements
    marks = list(query.find_all(exp.Placeholder))
    if len(marks) != len(parameters):
        msg = f"{len(marks)} parameters in the query, {len(parameters)} given"
        raise MisconfiguredError(msg)
    for mark, value in zip(marks, parameters, strict=True):
        mark.replace(exp.convert(value))
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
        table.set("db", None)
    return query.sql(dialect="duckdb")

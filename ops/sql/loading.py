"""
Files as DuckDB's tables `archive` and `archive_files`, and the views over them.

Rule 1: the SQL of a person sees these and nothing else: DuckDB may open no file.
Rule 2: columns and types are those of the contract as it is declared now. A file
that was written before a column was declared has NULL there.
"""

from collections.abc import Mapping

import duckdb

from archive.columns import PARTITION_COLUMNS
from archive.errors import MisconfiguredError
from archive.file_list import FILE_COLUMNS
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from ops.sql.columns import archive_columns
from ops.sql.python_functions import define
from ops.sql.scanned import archive_dataset, list_table
from ops.sql.tables import Catalog, Tables
from ops.sql.translate import SCHEMA, Question, translate

_SOURCES = {ARCHIVE_TABLE: "stored_archive", FILES_TABLE: "stored_file_lists"}


def load(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """
    Make the tables and the views.
    """
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    define(connection)
    columns = {**archive_columns(tables.catalog.contract), **PARTITION_COLUMNS}
    connection.register(_SOURCES[ARCHIVE_TABLE], archive_dataset(tables.files, columns))
    connection.execute(_create("VIEW", ARCHIVE_TABLE, columns))
    connection.register(
        _SOURCES[FILES_TABLE], list_table(tables.file_lists, FILE_COLUMNS)
    )
    # A copy, so that a scan of Arrow's is one of the archive (scanned.py).
    connection.execute(_create("TABLE", FILES_TABLE, FILE_COLUMNS))
    _views(connection, tables.catalog)


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """
    From here on a query reads the tables and nothing else.
    """
    connection.execute("SET enable_external_access = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET lock_configuration = true")


def _create(what: str, name: str, columns: Mapping[str, str]) -> str:
    selected = ", ".join(
        f"CAST({_quoted(column)} AS {_duckdb(type_)}) AS {_quoted(column)}"
        for column, type_ in columns.items()
    )
    source = _SOURCES[name]
    made = f"{what} {SCHEMA}.{_quoted(name)}"
    return f"CREATE {made} AS SELECT {selected} FROM {source}"  # noqa: S608 - quoted, each


def _views(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    # One may read another: those that read what is not there yet come later.
    waiting = {
        name: translate(Question(sql=sql, now=0), catalog).sql
        for name, sql in catalog.views.items()
    }
    while waiting:
        ready = [
            name
            for name, sql in waiting.items()
            if not any(f'{SCHEMA}."{other}"' in sql for other in waiting)
        ]
        if not ready:
            msg = f"views {', '.join(sorted(waiting))}: each reads another of them"
            raise MisconfiguredError(msg)
        for name in ready:
            view = f"{SCHEMA}.{_quoted(name)}"
            connection.execute(f"CREATE VIEW {view} AS {waiting.pop(name)}")


def _duckdb(type_: str) -> str:
    return {"string": "VARCHAR"}.get(type_, type_.upper())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

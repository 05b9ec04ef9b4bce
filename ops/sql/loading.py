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


def load(connection: duckdb.DuckDBPyConnection, query: str, tables: Tables) -> None:
    """
    Make the tables, and the views that a query reads.
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
    _views(connection, query, tables.catalog)


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


def _views(connection: duckdb.DuckDBPyConnection, query: str, catalog: Catalog) -> None:
    """
    Make the views that a query reads, those that they read before them.
    """
    made: dict[str, None] = {}
    path: list[str] = []

    def make(name: str) -> None:
        if name in path:
            msg = f"view {name}: reads itself, by way of {', '.join(path)}"
            raise MisconfiguredError(msg)
        path.append(name)
        sql = translate(Question(sql=catalog.views[name], now=0), catalog).sql
        for other in _named(sql, catalog.views):
            if other not in made:
                make(other)
        connection.execute(f"CREATE VIEW {SCHEMA}.{_quoted(name)} AS {sql}")
        made[path.pop()] = None

    for name in _named(query, catalog.views):
        if name not in made:
            make(name)


def _named(sql: str, views: Mapping[str, str]) -> list[str]:
    return [name for name in views if f'{SCHEMA}."{name}"' in sql]


def _duckdb(type_: str) -> str:
    return {"string": "VARCHAR"}.get(type_, type_.upper())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

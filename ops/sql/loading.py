"""
Files as DuckDB's tables `archive` and `archive_files`.

Rule 1: this is the only file that knows where the files are; the SQL of a person
sees tables.
Rule 2: columns and types are those of the contract as it is declared now. A file
that was written before a column was declared has NULL there.
Rule 3: files lie in folders as in the bucket, device=…/date=…, so that a condition
on these opens no file that it leaves out.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from archive.columns import PARTITION_COLUMNS
from archive.errors import MisconfiguredError
from archive.file_list import FILE_COLUMNS
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from archive.keys import DEFAULT_PARTITION, Partition
from ops.sql.columns import archive_columns
from ops.sql.python_functions import define
from ops.sql.tables import ArchivedFile, Catalog, Tables
from ops.sql.translate import SCHEMA, Question, translate

_ARROW = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("ms"),
}


def load(connection: duckdb.DuckDBPyConnection, tables: Tables, work: Path) -> None:
    """
    Make the tables; `work` is an empty folder that stays until the query is done.
    """
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    define(connection)
    archive = archive_columns(tables.catalog.contract)
    _table(
        connection,
        ARCHIVE_TABLE,
        {**archive, **PARTITION_COLUMNS},
        _linked(tables.files, archive, work / ARCHIVE_TABLE),
    )
    _table(
        connection,
        FILES_TABLE,
        FILE_COLUMNS,
        [*tables.file_lists, _empty(FILE_COLUMNS, work / f"{FILES_TABLE}.parquet")],
    )
    paths = [
        *(file.path for file in tables.files),
        *tables.file_lists,
        work / f"{FILES_TABLE}.parquet",
    ]
    _allow(connection, paths, work)
    _views(connection, tables.catalog)


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """
    From here on a query reads the tables and nothing else.
    """
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    paths: Iterable[Path],
) -> None:
    selected = ", ".join(
        f"CAST({_quoted(column)} AS {_duckdb(type_)}) AS {_quoted(column)}"
        for column, type_ in columns.items()
    )
    files = ", ".join(_literal(str(path)) for path in paths)
    options = "union_by_name = true, hive_partitioning = false"
    if name == ARCHIVE_TABLE:
        options = (
            "union_by_name = true, hive_partitioning = true, "
            "hive_types = {'device': VARCHAR, 'date': VARCHAR}"
        )
    connection.execute(
        f"CREATE VIEW {SCHEMA}.{_quoted(name)} AS SELECT {selected} "  # noqa: S608 - quoted, each
        f"FROM read_parquet([{files}], {options})"
    )


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


def _linked(
    files: Sequence[ArchivedFile], columns: Mapping[str, str], folder: Path
) -> list[Path]:
    nowhere = Partition(DEFAULT_PARTITION, DEFAULT_PARTITION)
    empty = folder / nowhere.prefix / "0.parquet"
    paths = [_empty(columns, empty)]
    for number, file in enumerate(files):
        partition = Partition(file.device, file.partition_date)
        link = folder / partition.prefix / f"{number}.parquet"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file.path.resolve())
        paths.append(link)
    return paths


def _empty(columns: Mapping[str, str], path: Path) -> Path:
    """
    A file without a row that has every column: the others may lack some.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, _arrow(type_)) for name, type_ in columns.items()])
    pq.write_table(schema.empty_table(), path, store_schema=False)
    return path


def _allow(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], work: Path
) -> None:
    allowed = ", ".join(_literal(str(path.resolve())) for path in paths)
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute(f"SET allowed_directories = [{_literal(f'{work.resolve()}/')}]")


def _arrow(type_: str) -> pa.DataType:
    if type_.startswith("decimal"):
        precision, scale = type_.removeprefix("decimal(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return _ARROW[type_]


def _duckdb(type_: str) -> str:
    return {"string": "VARCHAR"}.get(type_, type_.upper())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""
What a query may name: the archive's tables, its views, and the files behind them.

Rule 1: values only; loading.py makes tables of them.
Rule 2: a view's SQL is the deployment's own, as Glue has it. None is written here.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.contract import Contract
from archive.errors import MisconfiguredError
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE, contract_of_table

# How Athena and Trino write a view into Glue.
_VIEW = "VIRTUAL_VIEW"
_BEFORE, _AFTER = "/* Presto View: ", " */"


# A file, or what is in it.
Content = Path | bytes


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """
    A Parquet file of the archive, and the partition that it belongs to.

    `device` is the partition's value (`archive.keys.partition_device`); `date` is
    None, or Hive's default partition, where the rows lie on no day.
    """

    path: Content
    device: str
    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """
    What names mean in a deployment.

    `views` maps a view's name to its SQL, in Athena's dialect.
    """

    contract: Contract = field(default_factory=Contract)
    database: str = "firn"
    views: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """
    A catalogue with the files that its tables have.

    `files` are those of `archive`, `file_lists` the ledger's of `archive_files`.
    A file that is not here holds nothing, as an archived object for Athena. `now` is
    what current_timestamp shows, in epoch seconds; None is this machine's time.
    """

    catalog: Catalog = field(default_factory=Catalog)
    files: Sequence[ArchivedFile] = ()
    file_lists: Sequence[Content] = ()
    now: float | None = None


def catalog_of_glue(database: str, tables: Iterable[Mapping[str, Any]]) -> Catalog:
    """
    The catalogue that Glue holds: `tables` as GetTables answers them.
    """
    by_name = {str(table["Name"]): table for table in tables}
    if ARCHIVE_TABLE not in by_name or FILES_TABLE not in by_name:
        msg = f"Glue database {database}: no table {ARCHIVE_TABLE} or {FILES_TABLE}"
        raise MisconfiguredError(msg)
    archive = by_name[ARCHIVE_TABLE]
    return Catalog(
        contract=contract_of_table(
            archive["StorageDescriptor"]["Columns"], archive.get("Parameters", {})
        ),
        database=database,
        views={
            name: view_sql(name, str(table.get("ViewOriginalText", "")))
            for name, table in by_name.items()
            if table.get("TableType") == _VIEW
        },
    )


def view_sql(name: str, text: str) -> str:
    """
    The SQL of a view, from the text that Glue keeps for it.
    """
    encoded = text.removeprefix(_BEFORE).removesuffix(_AFTER)
    try:
        return str(json.loads(base64.b64decode(encoded, validate=True))["originalSql"])
    except (binascii.Error, KeyError, TypeError, ValueError) as error:
        msg = f"Glue view {name}: not written as Athena writes one ({error})"
        raise MisconfiguredError(msg) from error

"""
The columns of each table and view, with their types as Athena spells them.

Rule 1: they follow from the contract; a view's are the archive's and `day`
(infra/views.tf; a test compares them).
"""

from archive.columns import FIXED_COLUMNS, PARTITION_COLUMNS, REST
from archive.contract import Contract
from archive.file_list import FILE_COLUMNS
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from ops.sql.tables import Catalog

_ATHENA = {"string": "varchar", "timestamp": "timestamp(3)"}


def schema_of(catalog: Catalog) -> dict[str, dict[str, str]]:
    """
    Each table's and view's columns.
    """
    archive = {**archive_columns(catalog.contract), **PARTITION_COLUMNS}
    tables = {
        ARCHIVE_TABLE: archive,
        FILES_TABLE: FILE_COLUMNS,
        **{view: {**archive, "day": "date"} for view in catalog.views},
    }
    return {
        table: {name: _ATHENA.get(type_, type_) for name, type_ in columns.items()}
        for table, columns in tables.items()
    }


def archive_columns(contract: Contract) -> dict[str, str]:
    """
    The columns that the files may have, with their types as Glue spells them.
    """
    declared = {column.name: column.type for column in contract.columns}
    before = {name: type_ for name, type_ in FIXED_COLUMNS.items() if name != REST}
    return {**before, **declared, REST: FIXED_COLUMNS[REST]}

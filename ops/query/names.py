"""
What the tables of a query are to the archive.

Rule 1: this is the only file that knows which names read archive objects. A name
that nobody vouches for may be a view over them.
"""

from collections.abc import Mapping
from enum import Enum

from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from ops.query.references import Name

VIEWS = ("items", "items_distinct", "items_latest")
ARCHIVED = frozenset({ARCHIVE_TABLE, *VIEWS})

CATALOG = "awsdatacatalog"
# What an engine says of its own tables.
_SCHEMA_OF_NAMES = "information_schema"


class Meaning(Enum):
    """
    What a table is to the archive.
    """

    ARCHIVE = "archive"  # its rows, partitioned by device and date
    ELSEWHERE = "elsewhere"  # reads no archive object
    UNKNOWN = "unknown"  # may read any archive object


_OURS = {
    **dict.fromkeys(ARCHIVED, Meaning.ARCHIVE),
    # The ledger never leaves STANDARD, and partitions are listed by Glue.
    FILES_TABLE: Meaning.ELSEWHERE,
    f"{ARCHIVE_TABLE}$partitions": Meaning.ELSEWHERE,
}


def meaning(name: Name, database: str, others: Mapping[Name, Meaning]) -> Meaning:
    """
    What a name means in a deployment whose Glue database is given.

    `others` are the names that somebody has looked up.
    """
    if name in others:
        return others[name]
    ours = name.catalog in {None, CATALOG} and (
        name.database in {None, database.lower(), _SCHEMA_OF_NAMES}
    )
    if not ours:
        return Meaning.UNKNOWN
    if name.database == _SCHEMA_OF_NAMES:
        return Meaning.ELSEWHERE
    return _OURS.get(name.table, Meaning.UNKNOWN)

"""
The options of `firn query`, as the command line spells and explains them.

Rule 1: words only. Defaults stand in command.py, meaning in run.py.
"""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

_SQL = "What is asked"
_HOW = "How"
_RESULT = "Results"


class Engine(Enum):
    """
    What runs the query.
    """

    ATHENA = "athena"
    DUCKDB = "duckdb"


class View(Enum):
    """
    The views that are queried without SQL.
    """

    ITEMS = "items"
    ITEMS_DISTINCT = "items_distinct"
    ITEMS_LATEST = "items_latest"


class Format(Enum):
    """
    How an answer is written.
    """

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


Sql = Annotated[
    str | None,
    typer.Argument(
        metavar='"SQL"',
        show_default=False,
        help="One SELECT in Athena's SQL, in quotes.",
    ),
]
File = Annotated[
    str | None,
    typer.Option(
        "--file",
        metavar="FILE",
        rich_help_panel=_SQL,
        help="Take the SQL from a file; - is standard input.",
    ),
]
Named = Annotated[
    str | None,
    typer.Option(
        "--named",
        metavar="NAME",
        rich_help_panel=_SQL,
        help="Run a query that is saved in the workgroup, for --device, --from and "
        "--to where they are given. Without a name it lists them.",
    ),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="VALUE",
        rich_help_panel=_SQL,
        help="The value of the next ? in the SQL: text, or number:20.5, "
        "date:2026-01-31, timestamp:…, boolean:true, text:….",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="A,B",
        rich_help_panel=_SQL,
        help="Without SQL: these columns only. May be given again.",
    ),
]
ViewFlag = Annotated[
    View,
    typer.Option(
        "--view",
        rich_help_panel=_SQL,
        help="Without SQL: what is read.",
    ),
]
EngineFlag = Annotated[
    Engine,
    typer.Option(
        "--engine",
        rich_help_panel=_HOW,
        help="Athena, or DuckDB on this machine, which fetches the objects.",
    ),
]
AllowPartial = Annotated[
    bool,
    typer.Option(
        "--allow-partial",
        rich_help_panel=_HOW,
        help="Run although something is missing, and say what.",
    ),
]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        rich_help_panel=_HOW,
        help="Fetch much without asking.",
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        rich_help_panel=_RESULT,
        help="By default as --output's name ends, or a table.",
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        rich_help_panel=_RESULT,
        help="Write all rows into this file, and replace it.",
    ),
]

"""
The options of `firn local`, as the command line spells and explains them.

Rule 1: words only. Defaults stand in command.py, meaning in options.py.
"""

from pathlib import Path
from typing import Annotated

import typer

from archive.contract import Granularity
from ops.local.options import RETENTION_DAYS_MAX

# The fleet that is made up where nothing else is asked for.
DEVICES = 12
DAYS = 7
EVERY_MINUTES = 10.0

Input = Annotated[
    Path | None,
    typer.Option(
        "--input",
        metavar="FILE",
        rich_help_panel="Messages",
        help="Messages as JSON Lines: each line an object, or a string that is "
        "the SQS body itself. - is standard input.",
    ),
]
Devices = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        rich_help_panel="Messages",
        help=f"Without --input: stations in the made-up fleet ({DEVICES}).",
    ),
]
Days = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        rich_help_panel="Messages",
        help=f"Without --input: days for which they report ({DAYS}).",
    ),
]
Every = Annotated[
    float | None,
    typer.Option(
        metavar="MINUTES",
        rich_help_panel="Messages",
        help=f"Without --input: minutes between reports ({EVERY_MINUTES:g}).",
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        rich_help_panel="Messages",
        help="Where the clock starts: 2021-03-01T00:00:00Z or epoch seconds. "
        "By default at the first usable timestamp.",
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        metavar="N",
        rich_help_panel="Messages",
        help="Draws the fleet and the troubles: the same seed, the same run.",
    ),
]
RetentionDays = Annotated[
    int,
    typer.Option(
        min=1,
        metavar="N",
        max=RETENTION_DAYS_MAX,
        rich_help_panel="Deployment",
        help="Days after which the table's time to live deletes an item.",
    ),
]
TimeZone = Annotated[
    str,
    typer.Option(
        metavar="ZONE",
        rich_help_panel="Deployment",
        help="The zone whose days the archive's dates are: Asia/Tokyo.",
    ),
]
GranularityFlag = Annotated[
    Granularity,
    typer.Option(
        rich_help_panel="Deployment", help="One file per device and day, or month."
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME:TYPE[:ATTRIBUTE]",
        rich_help_panel="Deployment",
        help="A column of its own for an attribute: string, bigint, double, "
        "boolean or decimal(p,s). May be given again.",
    ),
]
AppEnv = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        rich_help_panel="Deployment",
        help="Staging keeps the messages of stg clients, all else the others.",
    ),
]
DuplicateMessages = Annotated[
    float,
    typer.Option(
        metavar="P",
        rich_help_panel="Troubles",
        help="How likely a message is sent twice, within a minute.",
    ),
]
Redeliver = Annotated[
    float,
    typer.Option(
        metavar="P",
        rich_help_panel="Troubles",
        help="How likely a stream batch is delivered twice.",
    ),
]
Refuse = Annotated[
    float,
    typer.Option(
        metavar="P",
        rich_help_panel="Troubles",
        help="How likely Firehose refuses a record.",
    ),
]
Keep = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        rich_help_panel="Results",
        help="Leave the archive, the dead letters and the items in this folder.",
    ),
]
KeepRunning = Annotated[
    bool,
    typer.Option(
        "--keep-running",
        rich_help_panel="Results",
        help="Serve the account afterwards, on this machine alone, until Ctrl-C: "
        "to try firn status, restore, query and verify on.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=65_535,
        metavar="N",
        rich_help_panel="Results",
        help="With --keep-running: at this port, not at a free one.",
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        rich_help_panel="Results",
        help="Print the summary as one JSON object, and all else elsewhere.",
    ),
]

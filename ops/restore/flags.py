"""
The options of `firn restore`, as the command line spells and explains them.

Rule 1: words only. Defaults stand in command.py, meaning in run.py.
"""

from typing import Annotated

import typer

from ops.restore.tiers import Tier

_HOW = "How"

TierFlag = Annotated[
    Tier,
    typer.Option(
        "--tier",
        metavar="TIER",
        case_sensitive=False,
        rich_help_panel=_HOW,
        help="How fast: Bulk takes 5-12 h, Standard 3-5 h, Expedited 1-5 min; in "
        "Deep Archive 48 h and 12 h, and no Expedited.",
    ),
]
Days = Annotated[
    int,
    typer.Option(
        "--days",
        min=1,
        max=36_500,
        metavar="N",
        rich_help_panel=_HOW,
        help="How long all of it shall be readable, from when it is there.",
    ),
]
MaxCost = Annotated[
    str | None,
    typer.Option(
        "--max-cost",
        metavar="USD",
        rich_help_panel=_HOW,
        help="Ask for nothing when it would cost more than this.",
    ),
]
Wait = Annotated[
    bool,
    typer.Option(
        "--wait",
        rich_help_panel=_HOW,
        help="Return when everything is readable. Ctrl-C loses nothing.",
    ),
]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        rich_help_panel=_HOW,
        help="Spend without asking.",
    ),
]

"""
The options of `firn verify` alone, as the command line says them.

Rule 1: words only. Defaults stand in command.py, meaning in verification.py.
"""

from pathlib import Path
from typing import Annotated

import typer

_CLOSELY = "How closely"

Month = Annotated[
    str | None,
    typer.Option(
        "--month",
        metavar="YYYY-MM",
        help="Only archive objects with rows deleted in this month. The ledger is "
        "always verified whole.",
    ),
]
Checksums = Annotated[
    bool,
    typer.Option(
        "--checksums",
        rich_help_panel=_CLOSELY,
        help="Compare the SHA-256 that S3 keeps of each object: one request each, "
        "archived ones too, nothing is restored.",
    ),
]
Deep = Annotated[
    bool,
    typer.Option(
        "--deep",
        rich_help_panel=_CLOSELY,
        help="Read every object that can be read now, and count its rows.",
    ),
]
Copy = Annotated[
    Path | None,
    typer.Option(
        "--copy",
        metavar="DIR",
        help="Verify a copy of the archive bucket in this folder. Needs no AWS.",
    ),
]

"""
The options of `firn status` alone.

Rule 1: words only. Defaults stand in command.py, meaning in look.py.
"""

from typing import Annotated

import typer

Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        help="Do not list the archive objects: no storage classes, no warmth.",
    ),
]

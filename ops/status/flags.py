"""
The options of `firn status` alone.
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

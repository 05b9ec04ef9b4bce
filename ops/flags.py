"""
The options that the commands on a deployment share, as the command line says them.

Rule 1: words only. What they mean is in connection.py and selection.py.
"""

from typing import Annotated

import typer

DEFAULT_DEPLOYMENT = "firn"

_DEPLOYMENT = "Which deployment"
_WHICH = "Which items"

Deployment = Annotated[
    str,
    typer.Option(
        "--deployment",
        envvar="FIRN_DEPLOYMENT",
        metavar="NAME",
        rich_help_panel=_DEPLOYMENT,
        help="The module's `name`.",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME",
        rich_help_panel=_DEPLOYMENT,
        help="A profile of the AWS CLI; AWS_PROFILE and all else as there.",
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        # boto3 reads AWS_DEFAULT_REGION alone; the AWS CLI reads this one first.
        envvar="AWS_REGION",
        metavar="NAME",
        rich_help_panel=_DEPLOYMENT,
        help="The deployment's region; AWS_DEFAULT_REGION or the profile's by default.",
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print the result as one JSON object, and all else on standard error.",
    ),
]
Devices = Annotated[
    list[str] | None,
    typer.Option(
        "--device",
        metavar="ID",
        rich_help_panel=_WHICH,
        help="A device's id. May be given again; without it, all devices.",
    ),
]
First = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        rich_help_panel=_WHICH,
        help="The first day of creation: 2026-01-01, in the archive's time zone.",
    ),
]
Last = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        rich_help_panel=_WHICH,
        help="The last day of creation, itself included.",
    ),
]

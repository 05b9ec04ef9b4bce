"""
`firn restore` as the command line has it.

Rule 1: this file knows the command line's words; what is done is run.py's.
"""

from decimal import Decimal, InvalidOperation

import typer

from archive.errors import MisconfiguredError
from ops.flags import (
    DEFAULT_DEPLOYMENT,
    Deployment,
    Devices,
    First,
    Json,
    Last,
    Profile,
    Region,
)
from ops.output import Output
from ops.place import Place
from ops.restore.flags import Days, MaxCost, TierFlag, Wait, Yes
from ops.restore.tiers import Tier
from ops.selection import parse_selection

DAYS = 7

EXAMPLES = """
Examples:

  firn restore --device north-7 --from 2025-03-01 --to 2025-03-31

  firn restore --device north-7 --tier Bulk --days 14 --wait

  firn restore --from 2025-03-01 --max-cost 5 --yes --json > restore.json
"""


def restore(  # noqa: PLR0913 - typer reads the options from the parameters
    *,
    device: Devices = None,
    first: First = None,
    last: Last = None,
    tier: TierFlag = Tier.STANDARD,
    days: Days = DAYS,
    max_cost: MaxCost = None,
    wait: Wait = False,
    yes: Yes = False,
    deployment: Deployment = DEFAULT_DEPLOYMENT,
    profile: Profile = None,
    region: Region = None,
    json: Json = False,
) -> None:
    """
    Make archived items readable for some days.

    Shows what there is, what it costs and how long it takes, and asks before it
    spends anything. The same command again goes on where it was, and never pays
    twice.
    """
    selection = parse_selection(device, first, last)
    max_usd = None if max_cost is None else _usd(max_cost)
    # Here and not at the top: boto3 and pyarrow take long, and --help should not
    # wait for them.
    from ops.connection import connect  # noqa: PLC0415
    from ops.restore.run import Order, Run  # noqa: PLC0415

    connection = connect(Place(deployment=deployment, profile=profile, region=region))
    order = Order(
        selection=selection,
        tier=tier,
        days=days,
        max_usd=max_usd,
        wait=wait,
        yes=yes,
    )
    raise typer.Exit(Run(connection, order, Output(json))())


def _usd(text: str) -> Decimal:
    try:
        usd = Decimal(text)
    except InvalidOperation:
        usd = Decimal(-1)
    if not usd.is_finite() or usd < 0:
        msg = f"--max-cost {text}: not an amount of US dollars; write it as 2.50"
        raise MisconfiguredError(msg)
    return usd

"""
One deployment from `terraform apply` to `terraform destroy`, with all in between.

Rule 1: the account is entered and left here; what comes out are plain values,
because an account takes over the process's clock and boto3 while it lasts.
Rule 2: nothing is asserted here. The tests do that, each one sentence.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from archive.columns import parse_column
from archive.contract import Contract
from local_aws.account import Account
from local_aws.deployment import Deployed, Deployment
from local_aws.packaged import Packaged
from local_aws.served import Call, Served
from ops.local.bucket import Bucket
from ops.local.journal import Journal
from ops.local.journey import Journey
from ops.local.keep import Kept
from ops.local.readback import Readback
from ops.local.sending import Sending
from ops.local.stations import Stations
from ops.sql.emulated import engine
from ops.terminal import Terminal
from tests.infra.access.commands import Ran
from tests.infra.access.guarded import Guarded
from tests.infra.access.principals import policies_by_key
from tests.infra.deployment import Root
from tests.infra.described import Described, describe
from tests.infra.inventory import inventory

# The module's own default.
DEPLOYMENT = "firn"
RETENTION_DAYS = 30

# Typed columns, and all the rest in `rest`.
CONTRACT = Contract(
    columns=(
        parse_column("air_temperature", "decimal(4,1)", "Ta"),
        parse_column("humidity", "double", "Ua"),
        parse_column("sensor_id", "string", "sensorID"),
    )
)

Variables = Mapping[str, object]

VARIABLES: Variables = {
    "retention_days": RETENTION_DAYS,
    "columns": [
        {"name": column.name, "type": column.type, "attribute": column.attribute}
        for column in CONTRACT.columns
    ],
}

Runtime = Literal["plain", "awslambdaric"]

# Those who come by when the archive is full: what came of their commands.
Visit = Callable[[Served, str, int], Mapping[str, Ran]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndToEnd:
    """
    What was seen of a deployment, from its making to its end.
    """

    calls: tuple[Call, ...]
    state: Mapping[str, Any]
    deployed: Deployed
    outputs: Mapping[str, Any]
    described: Described
    stations: Stations
    ran: Mapping[str, Ran]
    back: Readback
    kept: Path
    classes: Mapping[str, str]
    travelled: Mapping[Runtime, "Travelled"]
    plan_after_apply: str
    plan_after_the_run: str
    made: frozenset[str]
    left: frozenset[str]
    not_emulated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelled:
    """
    When a journey began, by which runtime, and what each function printed.
    """

    runtime: Runtime
    began_at: int
    logs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    Where it happens, with which packages, what is sent, and who comes by.
    """

    folder: Path
    packages: Path
    start_at: int
    sendings: Mapping[Runtime, Callable[[int], Sequence[Sending]]]
    visit: Visit


def go(way: Way) -> EndToEnd:
    """
    Apply, plan, send, wait until all is cold, let people in, read back, destroy.
    """
    with Account(way.start_at, athena=engine) as account, Guarded(account) as served:
        root = Root.made(way.folder, way.packages, served)
        root.apply(**VARIABLES)
        outputs, state = root.outputs(), root.terraform.state()
        plan_after_apply = root.terraform.differences()
        served.policies = policies_by_key(state)
        deployed = root.deployed()
        described = describe(deployed)
        made = inventory()
        journey = _journey(account, deployed)
        travelled = [
            _travel(journey, served, runtime, sendings)
            for runtime, sendings in way.sendings.items()
        ]
        classes = journey.bucket.storage_classes()
        ran = way.visit(served, DEPLOYMENT, account.clock.now())
        kept = way.folder / "kept"
        back = journey.read_back(Kept(kept))
        plan_after_the_run = root.terraform.differences()
        root.end(**VARIABLES)
        return EndToEnd(
            calls=tuple(served.calls),
            state=state,
            deployed=deployed,
            outputs=outputs,
            described=described,
            stations=journey.stations,
            ran=ran,
            back=back,
            kept=kept,
            classes=classes,
            travelled={each.runtime: each for each in travelled},
            plan_after_apply=plan_after_apply,
            plan_after_the_run=plan_after_the_run,
            made=made,
            left=inventory(),
            not_emulated=tuple(served.failures),
        )


def _journey(account: Account, deployed: Deployed) -> Journey:
    stations = Stations(deployed=deployed)
    account.observe(stations.see)
    terminal = Terminal(Console(file=io.StringIO()))
    return Journey(
        account=account,
        bucket=Bucket.of(deployed.archive_bucket),
        stations=stations,
        journal=Journal(terminal, account.clock.now(), days=1),
        terminal=terminal,
    )


def _travel(
    journey: Journey,
    served: Served,
    runtime: Runtime,
    sendings: Callable[[int], Sequence[Sending]],
) -> Travelled:
    """
    Send, and wait until all is cold.
    """
    began_at = journey.account.clock.now()
    with Packaged(journey.account, served, runtime=runtime) as packaged:
        journey.send(sendings(began_at))
        journey.wait_until_cold(Deployment(retention_days=RETENTION_DAYS))
    return Travelled(runtime=runtime, began_at=began_at, logs=dict(packaged.logs))

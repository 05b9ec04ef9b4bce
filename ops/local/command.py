"""
`firn local`: the whole pipeline on this machine, from messages to Glacier.

Rule 1: this file knows the command line's words; what they mean is checked in
options.py, and what is done with them is rehearsal.py's.
"""

import sys
from datetime import UTC, datetime

import typer
from rich.console import Console

from archive.contract import Contract, Granularity
from archive.errors import MisconfiguredError
from local_aws.deployment import Deployment
from ops.exit_code import ExitCode
from ops.local.flags import (
    DAYS,
    DEVICES,
    EVERY_MINUTES,
    AppEnv,
    Columns,
    Days,
    Devices,
    DuplicateMessages,
    Every,
    GranularityFlag,
    Input,
    Json,
    Keep,
    KeepRunning,
    Port,
    Redeliver,
    Refuse,
    RetentionDays,
    Seed,
    Start,
    TimeZone,
)
from ops.local.fleet import FleetPlan
from ops.local.options import (
    LocalOptions,
    Troubles,
    parse_declared_column,
    parse_moment,
)
from ops.local.page import print_page
from ops.terminal import Terminal

FLEET_START_AT = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())

EXAMPLES = """
Examples:

  firn local --devices 3 --days 2 --column "temp:decimal(9,2):Temperature"

  firn local --input messages.jsonl --keep archived --time-zone Asia/Tokyo

  firn local --devices 3 --days 2 --keep-running

  firn local --duplicate-messages 0.01 --redeliver 0.05 --refuse 0.2 --json
"""


def local(  # noqa: PLR0913 - typer reads the options from the parameters
    *,
    input_: Input = None,
    devices: Devices = None,
    days: Days = None,
    every: Every = None,
    start: Start = None,
    seed: Seed = 0,
    retention_days: RetentionDays = 365,
    time_zone: TimeZone = "UTC",
    granularity: GranularityFlag = Granularity.DAY,
    column: Columns = None,
    app_env: AppEnv = "Production",
    duplicate_messages: DuplicateMessages = 0.0,
    redeliver: Redeliver = 0.0,
    refuse: Refuse = 0.0,
    keep: Keep = None,
    keep_running: KeepRunning = False,
    port: Port = None,
    json: Json = False,
) -> None:
    """
    Run the whole pipeline on this machine and prove that nothing was lost.

    Messages go through the queue, ingest, the table, time to live, the router,
    Firehose and the transform into Glacier. No AWS account is needed, and a
    year takes seconds.
    """
    if input_ is not None:
        _refuse_fleet(devices=devices, days=days, every=every)
    if port is not None and not keep_running:
        msg = "--port: says where --keep-running serves, which is not given"
        raise MisconfiguredError(msg)
    start_at = None if start is None else parse_moment(start)
    options = LocalOptions(
        input=input_,
        fleet=FleetPlan(
            devices=devices or DEVICES,
            days=days or DAYS,
            every_minutes=EVERY_MINUTES if every is None else every,
            seed=seed,
            start_at=FLEET_START_AT if start_at is None else start_at,
            app_env=app_env,
        ),
        deployment=Deployment(
            retention_days=retention_days,
            app_env=app_env,
            contract=Contract(
                columns=tuple(map(parse_declared_column, column or ())),
                time_zone=time_zone,
                granularity=granularity,
            ),
        ),
        troubles=Troubles(
            duplicate_messages=duplicate_messages,
            redeliver=redeliver,
            refuse=refuse,
            seed=seed,
        ),
        start_at=start_at,
        keep=keep,
        port=(port or 0) if keep_running else None,
    )
    _run(options, json=json)


def _refuse_fleet(**fleet: object) -> None:
    given = [f"--{name}" for name, value in fleet.items() if value is not None]
    if given:
        msg = f"{given[0]}: --input brings its own messages; leave one of them out"
        raise MisconfiguredError(msg)


def _run(options: LocalOptions, *, json: bool) -> None:
    # Here and not at the top: it brings moto along, which takes seconds, and
    # --help and a misspelt option should not wait for it.
    from ops.local.rehearsal import rehearsed  # noqa: PLC0415
    from ops.local.serving import reserved, serve  # noqa: PLC0415

    # The file by itself: while a hop runs, what sys.stdout is goes to its log.
    console = Console(file=sys.stderr if json else sys.stdout, highlight=False)
    with (
        reserved(options.port) as port,
        rehearsed(options, Terminal(console)) as result,
    ):
        print_page(console, result.summary, result.setting)
        if json:
            sys.stdout.write(f"{result.summary.json()}\n")
            sys.stdout.flush()
        if port is not None:
            serve(result, port, console)
    if result.summary.lost or result.setting.unfinished:
        raise typer.Exit(ExitCode.ACT)

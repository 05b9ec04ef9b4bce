"""
`firn query` as the command line has it.

Rule 1: this file knows the command line's words; what is done is run.py's.
"""

import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

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
from ops.query.flags import (
    AllowPartial,
    Columns,
    Engine,
    EngineFlag,
    File,
    FormatOption,
    Named,
    OutputFile,
    Param,
    Sql,
    View,
    ViewFlag,
    Yes,
)
from ops.selection import parse_selection

EXAMPLES = """
Examples:

  firn query --device north-7 --from 2025-03-01 --engine duckdb

  firn query --named gaps --device north-7 --from 2025-03-01 --to 2025-03-31

  firn query --file report.sql --param north-7 --output report.parquet

  firn query "SELECT count(*) FROM items_distinct WHERE device = 'north-7'"
"""


class QueryCommand(TyperCommand):
    """
    The command, in which --named may stand without a name.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer keeps its name to itself
        """
        Take a --named that no name follows for an empty one.
        """
        words = [
            f"{word}=" if word == "--named" and after.startswith("-") else word
            for word, after in zip_longest(args, args[1:], fillvalue="-")
        ]
        return super().parse_args(ctx, words)


def query(  # noqa: PLR0913 - typer reads the options from the parameters
    *,
    sql: Sql = None,
    file: File = None,
    named: Named = None,
    param: Param = None,
    device: Devices = None,
    first: First = None,
    last: Last = None,
    columns: Columns = None,
    view: ViewFlag = View.ITEMS_DISTINCT,
    engine: EngineFlag = Engine.ATHENA,
    allow_partial: AllowPartial = False,
    yes: Yes = False,
    format_: FormatOption = None,
    output: OutputFile = None,
    deployment: Deployment = DEFAULT_DEPLOYMENT,
    profile: Profile = None,
    region: Region = None,
    json: Json = False,
) -> None:
    """
    Query archived items, and be sure that the answer is complete.

    Before it runs, it finds which objects the query touches, and refuses while
    one of them cannot be read. Conditions on device and date, joined by AND, say
    what is touched; without them it is everything.
    """
    # Here and not at the top: boto3, pyarrow, sqlglot and DuckDB take long, and
    # --help should not wait for them.
    from ops.connection import connect  # noqa: PLC0415
    from ops.query.ask import Question  # noqa: PLC0415
    from ops.query.order import Order  # noqa: PLC0415
    from ops.query.parameters import parse_parameter  # noqa: PLC0415
    from ops.query.run import Run  # noqa: PLC0415
    from ops.query.write import parse_destination  # noqa: PLC0415

    # A saved query is asked for devices and dates too; its columns are its own.
    selected = device or first or last or columns
    by_options = columns if named is not None else selected
    _refuse_two(
        {"SQL": sql, "--file": file, "--named": named is not None}
        | {"--columns" if columns else "--device": by_options}
    )
    selection = parse_selection(device, first, last)
    question = None
    if by_options:
        names = tuple(it.strip() for each in columns or () for it in each.split(","))
        question = Question(selection=selection, view=view.value, columns=names)
    order = Order(
        sql=_read(file) if file else sql,
        named=named,
        question=question,
        selection=selection,
        parameters=tuple(map(parse_parameter, param or ())),
        engine=engine,
        allow_partial=allow_partial,
        yes=yes,
        destination=parse_destination(format_, output, json=json),
    )
    connection = connect(Place(deployment=deployment, profile=profile, region=region))
    raise typer.Exit(Run(connection, order, Output(json))())


def _refuse_two(given: dict[str, object]) -> None:
    names = [name for name, value in given.items() if value]
    if not names:
        msg = (
            'nothing is asked: write firn query "SELECT ...", or name --file, --named '
            "or --device, --from and --to"
        )
        raise MisconfiguredError(msg)
    if len(names) > 1:
        msg = f"{names[0]} and {names[1]}: ask one thing at a time"
        raise MisconfiguredError(msg)


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        msg = f"--file {file}: cannot be read: {why}"
        raise MisconfiguredError(msg) from error

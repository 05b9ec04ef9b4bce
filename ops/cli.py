"""
The `firn` command: its subcommands, its version, and how it fails.

Rule 1: a subcommand stands in a file of its own; this one only collects them.
Rule 2: every failure that a person can mend is one line on standard error that
names the thing and the way out. A traceback is a bug of ours.
"""

import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from archive.errors import (
    ArchiveError,
    ColdError,
    MisconfiguredError,
    UndeliveredError,
)
from ops.exit_code import ExitCode
from ops.local.command import EXAMPLES, local
from ops.refusals import asking

_CODES = {ColdError: ExitCode.COLD, UndeliveredError: ExitCode.AGAIN}


class OneLineErrors(TyperGroup):
    """
    A group of commands whose failures are told in one line, unboxed.
    """

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - typer's own signature
        """
        Run the command and leave with its exit code.
        """
        extra["standalone_mode"] = False
        try:
            # What typer itself makes of Ctrl-C is this exit code.
            with asking():
                code = super().main(*args, **extra) or ExitCode.DONE
            if code == ExitCode.INTERRUPTED:
                _tell("stopped before the end; the same command again goes on or anew")
            sys.exit(code)
        except MisconfiguredError as error:
            _tell(str(error))
            sys.exit(ExitCode.USAGE)
        except ArchiveError as error:
            _tell(f"{error} (see {error.hint})")
            sys.exit(_CODES.get(type(error), ExitCode.ACT))
        except TyperException as error:
            # `firn` alone has shown its help by now and has no more to say.
            if error.format_message():
                _tell(_usage(error))
            sys.exit(error.exit_code)


app = typer.Typer(
    cls=OneLineErrors,
    name="firn",
    help=(
        "Keeps the items that DynamoDB's time to live deletes, exactly and provably, "
        "in S3 Glacier."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command(epilog=EXAMPLES)(local)


def main() -> None:
    """
    The entry point of the `firn` script.
    """
    app()


@app.callback()
def _firn(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and leave.",
            is_eager=True,
            callback=lambda asked: _print_version(asked=asked),
        ),
    ] = False,
) -> None:
    del show_version


def _print_version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"firn {version('firn')}")
        raise typer.Exit


def _usage(error: TyperException) -> str:
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    help_ = f"; {context.command_path} --help shows how" if context else ""
    return f"{message[:1].lower()}{message[1:]}{help_}"


def _tell(text: str) -> None:
    typer.echo(f"firn: {text}", err=True)

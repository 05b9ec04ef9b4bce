"""
The `firn` command: its subcommands, its version, and how it fails.

Rule 1: a subcommand stands in a file of its own; this one only collects them.
Rule 2: every failure that a person can mend is one line on standard error that
names the thing and the way out. A traceback is a bug of ours.
Rule 3: output that could not be written is a failure too; but a reader who has
read enough is none.
"""

import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from archive.errors import (
    ArchiveError,
    ColdError,
    MisconfiguredError,
    UndeliveredError,
)
from ops.exit_code import ExitCode
from ops.local.command import EXAMPLES, local
from ops.query.command import EXAMPLES as QUERY_EXAMPLES
from ops.query.command import QueryCommand, query
from ops.refusals import asking
from ops.restore.command import EXAMPLES as RESTORE_EXAMPLES
from ops.restore.command import restore
from ops.status.command import EXAMPLES as STATUS_EXAMPLES
from ops.status.command import status
from ops.verify.command import EXAMPLES as VERIFY_EXAMPLES
from ops.verify.command import verify

_CODES = {ColdError: ExitCode.COLD, UndeliveredError: ExitCode.AGAIN}

# What a closed stream, a full or a broken disk says.
_UNWRITABLE = frozenset(
    {errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC}
)


class OneLineErrors(TyperGroup):
    """
    A group of commands whose failures are told in one line, unboxed.
    """

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - typer's own signature
        """
        Run the command and leave with its exit code.
        """
        extra["standalone_mode"] = False
        run = partial(super().main, *args, **extra)
        sys.exit(_written(lambda: _told(run)))


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
app.command(epilog=STATUS_EXAMPLES)(status)
app.command(epilog=RESTORE_EXAMPLES)(restore)
app.command(cls=QueryCommand, epilog=QUERY_EXAMPLES)(query)
app.command(epilog=VERIFY_EXAMPLES)(verify)


def main() -> None:
    """
    The entry point of the `firn` script.
    """
    _open_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal has no letters for is spelt out, as on standard error.
        sys.stdout.reconfigure(errors="backslashreplace")
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


def _open_closed() -> None:
    """
    Standard streams that the shell closed (`<&-`) are there, and lead nowhere.

    What is opened next would get their numbers. Writing to a closed standard output
    must fail, so that it is open only for reading.
    """
    for name, flags in (
        ("stdin", os.O_RDONLY),
        ("stdout", os.O_RDONLY),
        ("stderr", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, flags)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))


def _told(run: Callable[[], Any]) -> int:
    """
    The exit code of a command, whose failure is told.
    """
    try:
        # What typer itself makes of Ctrl-C is this exit code.
        with asking():
            code = run() or ExitCode.DONE
    except Abort:
        # ... and this of Ctrl-C where a question waits for its answer.
        code = ExitCode.INTERRUPTED
        # The question's line has not ended.
        typer.echo(err=True)
    except MisconfiguredError as error:
        _tell(str(error))
        return ExitCode.USAGE
    except ArchiveError as error:
        _tell(f"{error} (see {error.hint})")
        return _CODES.get(type(error), ExitCode.ACT)
    except TyperException as error:
        # `firn` alone has shown its help by now and has no more to say.
        if error.format_message():
            _tell(_usage(error))
        return error.exit_code
    if code == ExitCode.INTERRUPTED:
        _tell("stopped before the end; the same command again goes on or anew")
    return int(code)


def _written(run: Callable[[], int]) -> int:
    """
    The exit code of a command, whose output must have been taken.
    """
    try:
        code = run()
        # Python would do it after the last moment at which we can tell.
        sys.stdout.flush()
    except SystemExit as end:
        # rich and typer each leave with 1 when a reader went away.
        if not _is_unread(end.__context__):
            raise
        _silence()
        return ExitCode.UNREAD
    except OSError as error:
        if not _is_unread(error) and error.errno not in _UNWRITABLE:
            raise
        if not _is_unread(error):
            reason = str(error.strerror)
            # Standard error may lie on the same disk.
            with suppress(OSError):
                _tell(f"cannot write its output: {reason[:1].lower()}{reason[1:]}")
        _silence()
        return ExitCode.UNREAD if _is_unread(error) else ExitCode.USAGE
    return code


def _is_unread(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def _silence() -> None:
    """
    What is still in a buffer goes nowhere, or Python complains as it leaves.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        # Whoever took the stream over in this process has no such file.
        with suppress(io.UnsupportedOperation):
            if not stream.isatty():
                os.dup2(nowhere, stream.fileno())


def _usage(error: TyperException) -> str:
    # "Value error" is what typer's types call it, and no word for a person.
    message = error.format_message().rstrip(".").replace(": Value error, ", ": ")
    context = getattr(error, "ctx", None)
    if message.endswith("?"):
        # A question is an answer already: "Did you mean 'status'?"
        return f"{message[:1].lower()}{message[1:]}"
    help_ = f"; {context.command_path} --help shows how" if context else ""
    return f"{message[:1].lower()}{message[1:]}{help_}"


def _tell(text: str) -> None:
    typer.echo(f"firn: {text}", err=True)

"""
Where the answer goes: the terminal, standard output, or a file.

Rule 1: with --json standard output has one object: the facts, and the rows unless
they are in a file.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pyarrow as pa

from archive.errors import MisconfiguredError
from ops.output import Output
from ops.query.flags import Format
from ops.query.formats import WRITERS, json_rows, may_replace, write_file
from ops.query.page import lines


@dataclass(frozen=True, slots=True)
class Destination:
    """
    A format, and a file; None is standard output.
    """

    format: Format
    path: Path | None


def parse_destination(
    format_: Format | None, path: Path | None, *, json: bool
) -> Destination:
    """
    Where the answer goes, from --format, --output and --json.

    Raises MisconfiguredError where it can go nowhere.
    """
    if path is None:
        if json and format_ is not None:
            msg = f"--json and --format {format_.value}: name a file with --output"
            raise MisconfiguredError(msg)
        if format_ is Format.PARQUET:
            msg = "--format parquet: name the file with --output"
            raise MisconfiguredError(msg)
        return Destination(format_ or Format.TABLE, None)
    chosen = format_ or _by_name(path)
    if chosen is Format.TABLE:
        msg = (
            f"--output {path}: a table is for a terminal; --format csv, json or parquet"
        )
        raise MisconfiguredError(msg)
    if not path.parent.is_dir() or path.is_dir():
        msg = f"--output {path}: not a file in a folder that is there"
        raise MisconfiguredError(msg)
    _refuse_closed(path)
    return Destination(chosen, path)


def write(
    rows: pa.Table, facts: Mapping[str, Any], destination: Destination, output: Output
) -> None:
    """
    Write an answer to where it goes.
    """
    path = destination.path
    if path is not None:
        try:
            write_file(rows, destination.format, path)
        except BrokenPipeError:
            # Who read it has read enough.
            raise
        except OSError as error:
            msg = f"--output {path}: {error.strerror}"
            raise MisconfiguredError(msg) from error
        output.terminal.say(f"written to {path}")
        output.result({**facts, "output": str(path)})
    elif output.json:
        output.result({**facts, "rows": list(json_rows(rows))})
    elif destination.format is Format.TABLE:
        for line in lines(rows, output.console.width):
            output.say(line)
    else:
        _to_standard_output(rows, destination.format)


def _refuse_closed(path: Path) -> None:
    """
    Refuse a folder that takes no file, before a query is paid for.
    """
    if not may_replace(path):
        return
    try:
        with TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        msg = f"--output {path}: {error.strerror}; name a file in another folder"
        raise MisconfiguredError(msg) from error


def _to_standard_output(rows: pa.Table, format_: Format) -> None:
    WRITERS[format_](rows, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _by_name(path: Path) -> Format:
    try:
        return Format(path.suffix.removeprefix("."))
    except ValueError as error:
        msg = f"--output {path}: name its format with --format csv, json or parquet"
        raise MisconfiguredError(msg) from error

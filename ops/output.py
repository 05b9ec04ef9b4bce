"""
Where a command writes: its result, and everything else.

Rule 1: with --json standard output has one JSON object and nothing more; what a
person reads then goes to standard error.
Rule 2: progress goes to standard error always, so that a result can be piped.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.text import Text

from archive.errors import MisconfiguredError
from ops.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Output:
    """
    The two streams of one run of a command.
    """

    json: bool
    console: Console = field(init=False)
    terminal: Terminal = field(init=False)

    def __post_init__(self) -> None:
        """
        Take the streams as they are now.
        """
        page = Console(file=sys.stderr if self.json else sys.stdout, highlight=False)
        aside = Console(file=sys.stderr, highlight=False)
        object.__setattr__(self, "console", page)
        object.__setattr__(self, "terminal", Terminal(aside))

    def say(self, text: str = "", style: str = "") -> None:
        """
        Print one line for a person; never wrapped, never taken for markup.
        """
        self.console.print(Text(text, style=style), soft_wrap=True)

    def result(self, value: Mapping[str, Any]) -> None:
        """
        Print the result for a script, where one asked for it.
        """
        if self.json:
            # JSON is UTF-8, whatever the terminal is.
            sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
            sys.stdout.buffer.flush()

    def agreed(self, question: str, *, yes: bool) -> bool:
        """
        Whether the person agrees; `yes` is their --yes.

        Raises MisconfiguredError where nobody can be asked.
        """
        if yes:
            return True
        if not sys.stdin.isatty():
            msg = "nobody can be asked here: say --yes when that is what you want"
            raise MisconfiguredError(msg)
        return typer.confirm(question, err=True)

"""
What a command shows while it works.

Rule 1: lines stay and read the same in a file as on a terminal; only the bars
are for terminals alone.
Rule 2: where standard output is for JSON, all of this goes to standard error.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

Thing = TypeVar("Thing")

STEPS_A_DRAWING = 20


@dataclass(slots=True)
class Bar:
    """
    One task's progress bar.
    """

    progress: Progress
    task: TaskID
    steps: int = 0

    def advance(self, at: int | None = None) -> None:
        """
        Move the bar on by one, perhaps at some time of the simulated clock.
        """
        self.steps += 1
        # Drawing costs more than most steps, and nobody sees every one of them.
        if self.steps % STEPS_A_DRAWING == 0:
            self.stand_at(self.steps, at)

    def stand_at(self, step: int, at: int | None) -> None:
        """
        Put the bar at a step, at a time of the simulated clock.
        """
        if not self.progress.disable:
            self.progress.update(self.task, completed=step, clock=_day(at))


class Terminal:
    """
    A console, and the bars at its foot.
    """

    def __init__(self, console: Console) -> None:
        """
        Show everything on this console.
        """
        self.console = console

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator[Bar]:
        """
        A bar that stands while its task runs, on terminals only.
        """
        with Progress(
            TextColumn("{task.description:<16}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[clock]}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not self.console.is_terminal,
        ) as progress:
            yield Bar(progress, progress.add_task(title, total=total, clock=""))

    def watch(self, title: str, things: Collection[Thing]) -> Iterator[Thing]:
        """
        The things, with a bar that counts those that were taken.
        """
        with self.bar(title, len(things)) as bar:
            for thing in things:
                yield thing
                bar.advance()

    def say(self, text: str, style: str = "") -> None:
        """
        Print one line that stays.
        """
        # Never wrapped and never taken for markup: a path in brackets is a path.
        self.console.print(Text(text, style=style), soft_wrap=True)


def _day(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")

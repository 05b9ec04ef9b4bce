"""
What a local run shows while it runs.

Rule 1: the account of the stations is lines that stay and read the same in a
file as on a terminal; only the bars are for terminals alone.
Rule 2: where standard output is for JSON, all of this goes to standard error.
"""

from collections import Counter
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

from ops.stations import Station, table_head, table_row

Thing = TypeVar("Thing")

STEPS_A_DRAWING = 20

# A run that spans more days than this is told by the month.
DAYS_TOLD_MAX = 31


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


class Journal:
    """
    A line for each day, or month, in which any station did anything.
    """

    def __init__(self, terminal: Terminal, start_at: int, days: int) -> None:
        """
        Tell a run that starts then and whose messages span so many days.
        """
        self._terminal = terminal
        self._format = "%Y-%m-%d" if days <= DAYS_TOLD_MAX else "%Y-%m"
        self._period = self._name(start_at)
        self._begun = False

    def turn(self, at: int, done: Counter[Station]) -> None:
        """
        The clock reached `at`: tell the period before, if it is over.
        """
        period = self._name(at)
        if period != self._period:
            self.close(done)
            self._period = period

    def close(self, done: Counter[Station]) -> None:
        """
        Tell what was done since the last line, and begin anew.
        """
        if done:
            if not self._begun:
                self._begun = True
                for line in table_head():
                    self._terminal.say(line, "bold")
            self._terminal.say(table_row(self._period, done))
            done.clear()

    def _name(self, at: int) -> str:
        return datetime.fromtimestamp(at, UTC).strftime(self._format)


def _day(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")

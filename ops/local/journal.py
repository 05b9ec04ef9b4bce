"""
What a local run tells of its stations.

Rule 1: lines that stay and read the same in a file as on a terminal.
"""

from collections import Counter
from datetime import UTC, datetime

from ops.local.stations import Station, table_head, table_row
from ops.terminal import Terminal

# A run that spans more days than this is told by the month.
DAYS_TOLD_MAX = 31


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

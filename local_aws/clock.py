"""
The simulated clock, which is the whole process's idea of the time of day.

Rule 1: time moves here and nowhere else, and never back.
Rule 2: only the time of day is simulated. `time.monotonic` and
`time.perf_counter` run on, so that progress bars and thread waits work.
Rule 3: sleeping is free: `time.sleep` moves the clock instead of waiting, so
that backoff costs nothing and deadlines come near as they would.
"""

import math
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self
from unittest.mock import patch

import time_machine

_MICROSECONDS = 1_000_000


class TimeIsUp(BaseException):
    """
    A function slept or was held up beyond its timeout: its process is gone.
    """


class Clock:
    """
    The time of day between entering and leaving, standing still unless moved.
    """

    def __init__(self, start_at: int) -> None:
        """
        Take the epoch second to start at; nothing changes until entered.
        """
        self._microseconds = start_at * _MICROSECONDS
        self._deadline = math.inf
        self._standing = threading.local()
        self._travel = time_machine.travel(start_at, tick=False)
        self._sleep = patch.object(time, "sleep", self.advance)

    def __enter__(self) -> Self:
        """
        Take over the process's time of day.
        """
        self._traveller = self._travel.start()
        self._sleep.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        Give the time of day back.
        """
        self._sleep.stop()
        self._travel.stop()

    @property
    def stands(self) -> bool:
        """
        Whether this thread cannot move the clock.
        """
        return getattr(self._standing, "still", False)

    def now(self) -> int:
        """
        The current epoch second.
        """
        return self._microseconds // _MICROSECONDS

    def exact_now(self) -> float:
        """
        The current time with the fractions that sleeping has left.
        """
        return self._microseconds / _MICROSECONDS

    def move_to(self, at: int) -> None:
        """
        Move forward to an epoch second; a time that is past changes nothing.
        """
        if at * _MICROSECONDS > self._microseconds:
            self.advance(at - self.exact_now())

    def advance(self, seconds: float) -> None:
        """
        Move forward by some seconds, but not beyond a running function's end.
        """
        if self.stands:
            return
        step = min(seconds, self._deadline - self.exact_now())
        microseconds = round(step * _MICROSECONDS)
        self._microseconds += microseconds
        self._traveller.shift(timedelta(microseconds=microseconds))
        if self.exact_now() >= self._deadline:
            raise TimeIsUp

    @contextmanager
    def until(self, deadline: float) -> Generator[None]:
        """
        Raise TimeIsUp in whoever makes the clock reach the deadline within.
        """
        self._deadline = deadline
        try:
            yield
        finally:
            self._deadline = math.inf

    @contextmanager
    def standing(self) -> Generator[None]:
        """
        Keep this thread, and no other, from moving the clock within.

        It serves somebody whose waiting is no part of the account's time.
        """
        self._standing.still = True
        try:
            yield
        finally:
            self._standing.still = False

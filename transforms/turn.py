"""
One run's share of time.

Rule 1: this is the only clock of the transform, and it decides only when to
stop, when to close a batch and who is dead. What is written follows from the
intent's time.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from archive.errors import UndeliveredError

# Before its deadline a run stops by itself: the writes under way still end.
RESERVE_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """
    From when to when a run may work, and under what name. Times are epoch seconds.
    """

    holder: str
    begun_at: float
    deadline_at: float
    now: Callable[[], float]

    @property
    def until(self) -> int:
        """
        When this run is certainly dead: Lambda ends it at its deadline.
        """
        return math.ceil(self.deadline_at)

    @property
    def is_over(self) -> bool:
        """
        Whether what is left is only enough to stop.
        """
        return self.now() > self.deadline_at - RESERVE_SECONDS

    @property
    def may_begin(self) -> bool:
        """
        Whether another entry may be begun.

        A batch is as large as half a run carries, so none is begun in the
        second half: it would only be stopped and cost an attempt.
        """
        return self.now() <= (self.begun_at + self.deadline_at) / 2

    def checkpoint(self) -> None:
        """
        Stop here when the time is nearly up; the next run goes on.
        """
        if self.is_over:
            msg = f"{self.holder}: the time of this run is nearly up"
            raise UndeliveredError(msg)

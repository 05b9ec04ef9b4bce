"""
Waiting until what was asked for can be read.

Rule 1: waiting spends nothing but LIST requests, and can be left at any time: the
same command goes on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from archive.errors import UndeliveredError
from ops.clock import Clock
from ops.listing import look_up
from ops.objects import Objects, Stored
from ops.restore.plan import is_readable
from ops.terminal import Terminal
from ops.warmth import Warmth, warmth
from ops.words import moment

# A tenth of the time that it takes, within these.
INTERVAL_SECONDS_MIN = 30
INTERVAL_SECONDS_MAX = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """
    Looks, now and then, whether objects are there.
    """

    objects: Objects
    clock: Clock
    terminal: Terminal
    archive_objects: int

    def wait_for(self, keys: Collection[str], seconds: int) -> None:
        """
        Return when all of these can be read, which may take so many seconds.

        Raises UndeliveredError where one has become cold again meanwhile.
        """
        absent = set(keys)
        begun_at = now = self.clock.now()
        with self.terminal.bar("waiting", len(absent)) as bar:
            while absent:
                # What takes longer than it should is looked at less often.
                longest = max(seconds, now - begun_at)
                self.clock.wait(interval_seconds(longest))
                now = self.clock.now()
                seen = look_up(self.objects, absent, self.archive_objects)
                there = {
                    key for key, stored in seen.items() if is_readable(stored, now)
                }
                _refuse_cold(absent, seen, now)
                absent -= there
                bar.stand_at(len(keys) - len(absent), now)
                if there:
                    self._tell(len(keys) - len(absent), len(keys), now)

    def _tell(self, there: int, all_: int, now: int) -> None:
        self.terminal.say(f"{moment(now)}: {there:,} of {all_:,} readable")


def interval_seconds(seconds: int) -> int:
    """
    How often to look at what takes so long.
    """
    return min(max(seconds // 10, INTERVAL_SECONDS_MIN), INTERVAL_SECONDS_MAX)


def _refuse_cold(absent: Collection[str], seen: Mapping[str, Stored], now: int) -> None:
    for key in sorted(absent):
        stored = seen.get(key)
        if stored is None or warmth(stored, now=now, until=now) is Warmth.COLD:
            msg = f"{key}: is not on its way any more; repeat the same command"
            raise UndeliveredError(msg)

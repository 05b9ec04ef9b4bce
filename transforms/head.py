"""
Where the ledger ends, and what is open at its end.

Rule 1: the ledger only grows, so a head that was known once is where the next
look begins. No clock tells where it is.
Rule 2: the order of looking is part of the protocol: first the head, then what
is open, then the inputs. An entry whose intent is gone has deleted its inputs,
so a listing made after that cannot show them.
"""

from dataclasses import dataclass

from archive.errors import DamagedError
from archive.keys import ENTRIES, OPEN, entry_key, entry_number, intent_key, plan_key
from transforms.bucket import ArchiveBucket


@dataclass(slots=True)
class Head:
    """
    The number of the last entry, as far as this process knows.
    """

    known: int = 0

    def find(self, archive: ArchiveBucket) -> int:
        """
        The number of the last entry now; 0 while there is none.
        """
        after = entry_key(self.known) if self.known else ""
        for listed in archive.listing(ENTRIES, after):
            if entry_number(listed.key) != self.known + 1:
                msg = f"{listed.key}: the entry before it is missing"
                raise DamagedError(msg)
            self.known += 1
        return self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """
    What lies under open/: entries with an intent, and plans without one.
    """

    intents: tuple[int, ...]
    orphans: tuple[int, ...]


def find_open(archive: ArchiveBucket) -> Open:
    """
    What is open, in the order of the numbers.
    """
    keys = {listed.key for listed in archive.listing(OPEN)}
    numbers = sorted({entry_number(key) for key in keys})
    return Open(
        intents=tuple(n for n in numbers if intent_key(n) in keys),
        orphans=tuple(
            n for n in numbers if intent_key(n) not in keys and plan_key(n) in keys
        ),
    )

"""
What the ledger says beside what lies there, key by key.

Rule 1: pure, and one pass: both come in the order of their keys.
Rule 2: what is not as it should be is only suspected here. While this was read the
transform may have gone on; suspects.py looks again before anything is found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from archive.keys import ENTRIES, FILE_LISTS, ITEMS, OPEN, QUARANTINE
from ops.objects import Stored
from ops.verify.fold import Folded, Said, entry_of
from ops.verify.walked import Walked

STANDARD = "STANDARD"

Thing = TypeVar("Thing")


class Match(Enum):
    """
    What one key comes to.
    """

    NAMED = "named"  # the ledger names it, and it is there
    ABSENT = "absent"  # named, and not there
    LEFT = "left"  # an entry removed it, and it is there
    UNNAMED = "unnamed"  # it is there, and nothing names it
    LEDGER = "ledger"  # a part of the ledger, which was read already
    BLIND = "blind"  # nothing that can be believed says what it should be
    OPEN = "open"  # of a run that is at work
    REMOVED = "removed"  # an entry removed it, and it is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """
    One key: what it comes to, what is said of it, and what lies there.
    """

    match: Match
    key: str
    said: Said | None = None
    stored: Stored | None = None
    removed_by: int = 0


def merged(
    folded: Iterable[Folded], listed: Iterable[Stored]
) -> Iterator[tuple[Folded | None, Stored | None]]:
    """
    Both by key, one of them None where only the other has it.
    """
    said, there = iter(folded), iter(listed)
    one, other = next(said, None), next(there, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.key < other.key):
            yield one, None
            one = next(said, None)
        elif one is None or other.key < one.key:
            yield None, other
            other = next(there, None)
        else:
            yield one, other
            one, other = next(said, None), next(there, None)


def sift(walked: Walked, folded: Folded | None, stored: Stored | None) -> Sifted:
    """
    What a key comes to.
    """
    if folded is None:
        assert stored is not None  # noqa: S101 - merged() gives one of them at least
        return Sifted(match=_unnamed(walked, stored.key), key=stored.key, stored=stored)
    if folded.live is not None:
        match = Match.ABSENT if stored is None else Match.NAMED
    else:
        match = Match.REMOVED if stored is None else Match.LEFT
    return Sifted(
        match=match,
        key=folded.key,
        said=folded.live,
        stored=stored,
        removed_by=folded.removed_by,
    )


def is_misclassed(stored: Stored) -> bool:
    """
    Whether an object that must be readable at once is in another storage class.
    """
    return not stored.key.startswith(ITEMS) and stored.storage_class != STANDARD


def _unnamed(walked: Walked, key: str) -> Match:
    if key.startswith(OPEN):
        return Match.OPEN
    n = entry_of(key)
    if n is None or n == 0:
        return Match.UNNAMED
    if key.startswith(ENTRIES):
        return Match.LEDGER if n <= walked.head.n else Match.UNNAMED
    if key.startswith(FILE_LISTS):
        known = n in walked.chain.entries or n in walked.gone
        return Match.LEDGER if known else Match.UNNAMED
    blind = walked.gone if key.startswith(QUARANTINE) else walked.blind
    return Match.BLIND if n in blind else Match.UNNAMED

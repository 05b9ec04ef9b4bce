"""
Items of one batch that have the same key: which is sent, and who fails.

Rule 1: of items with the same key the last one of the batch wins.
Rule 2: a message is faultless only if each of its items was stored, or a later
one with its key was. So what a lost write takes with it returns to the queue.
Rule 3: it knows no AWS; it offers items and is told what became of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from archive.errors import ArchiveError, DamagedError, PoisonError, UndeliveredError
from ingest.item import Item, Key

REFUSED = "the table refused an item"
UNDELIVERED = "the table did not take an item in time"


@dataclass(frozen=True, slots=True)
class Offer:
    """
    An item, and the position in its batch of the message that it came with.
    """

    message: int
    item: Item


class Fates(Protocol):
    """
    What became of the items offered: each is in exactly one of the three.
    """

    stored: list[Item]
    refused: list[Item]
    undelivered: list[Item]


@dataclass(slots=True)
class Settlement:
    """
    Items put, items that gave way to a later one, and a fault per message.
    """

    items: int = 0
    overwritten: int = 0
    faults: dict[int, ArchiveError] = field(default_factory=dict)


def settle(
    offers: Iterable[Offer], put: Callable[[Sequence[Item]], Fates]
) -> Settlement:
    """
    Put the last item of each key, and say which messages that leaves unstored.
    """
    rivals: dict[Key, list[Offer]] = {}
    for offer in offers:
        rivals.setdefault(offer.item.key, []).append(offer)

    settlement = Settlement()
    while rivals:
        fates = put([same_key[-1].item for same_key in rivals.values()])
        told = len(fates.stored) + len(fates.refused) + len(fates.undelivered)
        if told != len(rivals):
            msg = f"{len(rivals)} items were offered and {told} are accounted for"
            raise DamagedError(msg)

        for item in fates.stored:
            settlement.items += 1
            settlement.overwritten += len(rivals.pop(item.key)) - 1
        for item in fates.undelivered:
            # All of them: the earlier ones gave way to one that is not there.
            for offer in rivals.pop(item.key):
                settlement.faults[offer.message] = UndeliveredError(UNDELIVERED)
        for item in fates.refused:
            # This one never will be there, so the one before it has its turn.
            refused = rivals[item.key].pop()
            settlement.faults[refused.message] = PoisonError(REFUSED)
            if not rivals[item.key]:
                del rivals[item.key]
    return settlement

"""
What each station of the pipeline did, counted from what AWS did.

Rule 1: everything here comes from the account's events and the ledger, nothing
from what the hops say about themselves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from archive.document import EntryKind
from archive.keys import ITEMS
from archive.ledger import Entry
from ingest.item import Key, key_of
from local_aws.deployment import Deployed
from local_aws.events import (
    BatchDiscarded,
    DeadLettered,
    Event,
    Invoked,
    ItemExpired,
    ItemWritten,
    MessagesLost,
    ObjectLanded,
    ObjectTransitioned,
    RecordsLost,
    RecordsPut,
)
from ops.local.expiries import Expiry


class Station(Enum):
    """
    The stations in the order of an item's life, each with what it counts.
    """

    QUEUE = ("queue", "sent")
    INGEST = ("ingest", "taken")
    TABLE = ("table", "items")
    TTL = ("TTL", "items")
    ROUTER = ("router", "items")
    FIREHOSE = ("Firehose", "frames")
    LANDING = ("landing", "objects")
    TRANSFORM = ("transform", "rows")
    GLACIER = ("Glacier", "objects")

    @property
    def title(self) -> str:
        """
        The station's name.
        """
        return self.value[0]

    @property
    def counts(self) -> str:
        """
        What its number is a number of.
        """
        return self.value[1]


@dataclass(slots=True, kw_only=True)
class Stations:
    """
    An observer of an account: totals, expiries, dead letters and alarms.

    `done` counts since it was last cleared, so that it can be told by the day.
    `alarms` counts what an operator would be woken for, in words.
    """

    deployed: Deployed
    done: Counter[Station] = field(default_factory=Counter)
    expiries: list[Expiry] = field(default_factory=list)
    keys: Counter[Key] = field(default_factory=Counter)
    dead_letters: list[str] = field(default_factory=list)
    inserted: int = 0
    refused: int = 0
    landed: int = 0
    converted: int = 0
    alarms: Counter[str] = field(default_factory=Counter)

    def see(self, event: Event) -> None:
        """
        Count one event.
        """
        if isinstance(event, Invoked) and event.error is not None:
            self.alarms[f"{event.function} failed: {event.error}"] += 1
        match event:
            case Invoked(function=self.deployed.ingest):
                self.done[Station.INGEST] += event.records
            case Invoked(function=self.deployed.router):
                self.done[Station.ROUTER] += event.records
            case ItemWritten():
                self.done[Station.TABLE] += 1
                self.inserted += not event.replaced
            case ItemExpired():
                self._see_expiry(event)
            case DeadLettered():
                self.dead_letters.append(event.body)
            case _:
                self._see_archiving(event)

    def see_entry(self, entry: Entry) -> None:
        """
        Count one entry of the ledger: the transform's work.
        """
        self.done[Station.TRANSFORM] += entry.counts.rows
        if entry.kind is EntryKind.BATCH:
            self.converted += len(entry.inputs)

    def _see_expiry(self, event: ItemExpired) -> None:
        self.done[Station.TTL] += 1
        self.keys[key_of(event.image)] += 1
        self.expiries.append(Expiry.of(event.sequence_number, event.at, event.image))

    def _see_archiving(self, event: Event) -> None:
        match event:
            case RecordsPut():
                self.done[Station.FIREHOSE] += event.records - event.refused
                self.refused += event.refused
            case ObjectLanded():
                self.done[Station.LANDING] += 1
                self.landed += 1
            case ObjectTransitioned(bucket=self.deployed.archive_bucket):
                self.done[Station.GLACIER] += event.key.startswith(ITEMS)
            case BatchDiscarded() | RecordsLost() | MessagesLost():
                self.alarms.update(_alarm(event))
            case _:
                # Calls, polls, versions that go: ways and means, not stations.
                return


def _alarm(event: BatchDiscarded | RecordsLost | MessagesLost) -> dict[str, int]:
    match event:
        case BatchDiscarded(key=None):
            return {f"records discarded, {event.condition}": event.records}
        case BatchDiscarded():
            where = "set aside in the failures bucket"
            return {f"records {where}, {event.condition}": event.records}
        case RecordsLost():
            return {"stream records grew older than 24 hours": event.records}
        case MessagesLost():
            return {f"messages outlived the queue {event.queue}": event.messages}
        case _:
            assert_never(event)


def table_head() -> Sequence[str]:
    """
    The two lines over the lines of `table_row`.
    """
    titles = "".join(s.title.rjust(_width(s)) for s in Station)
    counts = "".join(s.counts.rjust(_width(s)) for s in Station)
    return (" " * _PERIOD + titles, " " * _PERIOD + counts)


def table_row(period: str, done: Counter[Station]) -> str:
    """
    What the stations did in a period, in 79 columns.
    """
    return period.ljust(_PERIOD) + "".join(
        _short(done[station]).rjust(_width(station)) for station in Station
    )


_PERIOD = len("2021-03-01")
_NUMBER = len("99,999")
_PLAIN_MAX = 99_999
_THOUSANDS_MAX = 9_999_999


def _width(station: Station) -> int:
    return 1 + max(_NUMBER, len(station.title))


def _short(number: int) -> str:
    if not number:
        return "."
    if number <= _PLAIN_MAX:
        return f"{number:,}"
    if number <= _THOUSANDS_MAX:
        return f"{number / 1_000:.0f}k"
    return f"{number / 1_000_000:.0f}M"

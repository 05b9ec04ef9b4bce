"""
What an account tells those who watch it.

Rule 1: an event says what AWS did, never what a hop meant by it.
Rule 2: events come in the order in which things happened on the clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from archive.image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoked:
    """
    A function ran.

    `log` holds its log lines that are JSON objects, in order; `error` is None
    or what made the invocation fail, and `retry` is true when the caller will
    deliver some of these records again.
    """

    at: int
    function: str
    source: str
    records: int
    error: str | None
    retry: bool
    log: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """
    An event source mapping took records; `filtered` never reach the function.
    """

    at: int
    source: str
    records: int
    filtered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWritten:
    """
    An item was put or updated; `replaced` is true when its key was taken.
    """

    at: int
    table: str
    replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemExpired:
    """
    TTL deleted an item.

    Told once for each expiry, however often its stream record is delivered;
    `sequence_number` is None where no stream saw it.
    """

    at: int
    table: str
    sequence_number: str | None
    image: Image


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettered:
    """
    A message moved to a dead-letter queue.
    """

    at: int
    queue: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPut:
    """
    A delivery stream was offered records; it did not take the refused ones.
    """

    at: int
    stream: str
    records: int
    refused: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLanded:
    """
    A delivery stream wrote one object of so many records.
    """

    at: int
    bucket: str
    key: str
    records: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTransitioned:
    """
    A lifecycle rule moved an object to another storage class.
    """

    at: int
    bucket: str
    key: str
    size: int
    storage_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectExpired:
    """
    A lifecycle rule expired an object (version None) or removed a version.
    """

    at: int
    bucket: str
    key: str
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDiscarded:
    """
    A stream mapping gave up on records.

    `key` is the on-failure object, or None where the mapping has no
    destination and the records are gone.
    """

    at: int
    source: str
    records: int
    condition: str
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsLost:
    """
    Stream records grew older than a day before a mapping had passed them.
    """

    at: int
    source: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesLost:
    """
    Messages outlived their queue's retention and no one had received them.
    """

    at: int
    queue: str
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStruck:
    """
    A planned fault struck an API call.
    """

    at: int
    service: str
    operation: str
    kind: str


Event: TypeAlias = (
    Invoked
    | Polled
    | ItemWritten
    | ItemExpired
    | DeadLettered
    | RecordsPut
    | ObjectLanded
    | ObjectTransitioned
    | ObjectExpired
    | BatchDiscarded
    | RecordsLost
    | MessagesLost
    | FaultStruck
)

Observer: TypeAlias = Callable[[Event], None]

"""
One expired item on the wire, between the router and the transform.

Rule 1: this is the only file that knows how a line is spelled.
Rule 2: a line is compact JSON and a newline; JSON escapes newlines inside
strings, so a newline always ends a line.
Rule 3: what cannot be a line still travels, as a stray with its reason.
"""

import json
from dataclasses import dataclass

import orjson

from archive.errors import PoisonError
from archive.image import Image

EVENT_ID = "event_id"
SEQUENCE_NUMBER = "sequence_number"
DELETED_AT = "deleted_at"
IMAGE = "image"
_RECORD = "record"
_REASON = "reason"

# All fields of a line that holds an expiry, in the order they are written.
FIELDS = (EVENT_ID, SEQUENCE_NUMBER, DELETED_AT, IMAGE)


def encode_line(
    event_id: str, sequence_number: str, deleted_at: int, image: Image
) -> bytes:
    """
    An expiry as one line; TypeError where the image is no JSON of UTF-8 text.
    """
    return orjson.dumps(
        {
            EVENT_ID: event_id,
            SEQUENCE_NUMBER: sequence_number,
            DELETED_AT: deleted_at,
            IMAGE: image,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """
    An expiry that cannot be a line of its own: its whole record, and why.

    What the record does not tell is None. `deleted_at` is epoch seconds.
    """

    event_id: str | None
    sequence_number: str | None
    deleted_at: int | None
    record: object
    reason: str


def encode_stray(stray: Stray) -> bytes:
    """
    A stray as one line, whatever JSON its record holds.
    """
    value = {
        EVENT_ID: stray.event_id,
        SEQUENCE_NUMBER: stray.sequence_number,
        DELETED_AT: stray.deleted_at,
        _RECORD: stray.record,
        _REASON: stray.reason,
    }
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # Python's own encoder writes what orjson refuses: lone surrogates (as
        # escapes) and numbers beyond 64 bits.
        return json.dumps(value, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """
    What a line says: one expired item, and the stream's word on it.

    `deleted_at` is epoch seconds. The image is JSON, not yet known to be an image.
    """

    event_id: str
    sequence_number: str
    deleted_at: int
    image: dict[str, object]


def decode_line(line: bytes) -> Expiry:
    """
    The expiry that a line holds; PoisonError says why it holds none.
    """
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        msg = "the line is no JSON"
        raise PoisonError(msg) from error

    if not isinstance(value, dict):
        msg = "the line is no JSON object"
        raise PoisonError(msg)
    if _RECORD in value and isinstance(value.get(_REASON), str):
        msg = f"stray: {value[_REASON]}"
        raise PoisonError(msg)

    match [value.get(name) for name in FIELDS]:
        case [str(event_id), str(sequence_number), int(deleted_at), dict(image)] if len(
            value
        ) == len(FIELDS) and not isinstance(deleted_at, bool):
            return Expiry(
                event_id=event_id,
                sequence_number=sequence_number,
                deleted_at=deleted_at,
                image=image,
            )
        case _:
            msg = "the line does not have the fields of an expiry"
            raise PoisonError(msg)

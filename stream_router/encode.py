"""
From an expiry's stream record to its line.

Rule 1: this is the only file that knows where a stream record keeps its image,
its number and its time.
Rule 2: every record becomes one line. What is missing or cannot be written
makes it a stray, which holds the whole record and says why.
"""

from collections.abc import Mapping
from typing import NamedTuple

from archive.line import Stray, encode_line, encode_stray

# The first second of the year 10000: no timestamp of the archive reaches it.
_TIME_END = 253_402_300_800


class Line(NamedTuple):
    """
    One expiry on the wire, and the stream position it came from.

    A tuple and no dataclass, since a batch makes ten thousand of them. The
    sequence number is empty where the record has none.
    """

    sequence_number: str
    data: bytes
    stray: bool = False


def encode(record: Mapping[str, object]) -> Line:
    """
    The line of a record that was judged an expiry.
    """
    change = record.get("dynamodb")
    if not isinstance(change, dict):
        return _stray(record, {}, "the record has no change")

    event_id = record.get("eventID")
    sequence_number = change.get("SequenceNumber")
    deleted_at = _seconds(change.get("ApproximateCreationDateTime"))
    image = change.get("OldImage")
    if not (
        isinstance(event_id, str)
        and isinstance(sequence_number, str)
        and isinstance(image, dict)
        and sequence_number
        and deleted_at is not None
        and image
    ):
        return _stray(record, change, _flaw(image, sequence_number, event_id))

    try:
        data = encode_line(event_id, sequence_number, deleted_at, image)
    except TypeError as error:
        return _stray(record, change, f"the image cannot be encoded: {error}")
    return Line(sequence_number, data)


def _seconds(value: object) -> int | None:
    """
    Epoch seconds as a whole number; Lambda sends 1731536400 or 1731536400.0.
    """
    # The comparison is false for NaN too.
    if isinstance(value, (int, float)) and 0 <= value < _TIME_END:
        return int(value)
    return None


def _flaw(image: object, sequence_number: object, event_id: object) -> str:
    if not isinstance(image, dict) or not image:
        # Most likely the wrong stream view: KEYS_ONLY and NEW_IMAGE have none.
        return "the record has no old image"
    if not isinstance(sequence_number, str) or not sequence_number:
        return "the record has no sequence number"
    if not isinstance(event_id, str):
        return "the record has no event id"
    return "the record has no usable deletion time"


def _stray(
    record: Mapping[str, object], change: Mapping[str, object], reason: str
) -> Line:
    event_id = record.get("eventID")
    sequence_number = change.get("SequenceNumber")
    number = sequence_number if isinstance(sequence_number, str) else ""
    stray = Stray(
        event_id=event_id if isinstance(event_id, str) else None,
        sequence_number=number or None,
        deleted_at=_seconds(change.get("ApproximateCreationDateTime")),
        record=record,
        reason=reason,
    )
    return Line(number, encode_stray(stray), stray=True)

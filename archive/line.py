"""
One expired item on the wire, between the router and the transform.

Rule 1: this is the only file that knows how a line is spelled.
Rule 2: a line is compact JSON and a newline; JSON escapes newlines inside
strings, so a newline always ends a line.
Rule 3: what cannot be a line still travels, as a stray with its reason.
"""

import orjson

from archive.image import Image

_EVENT_ID = "event_id"
_SEQUENCE_NUMBER = "sequence_number"
_DELETED_AT = "deleted_at"
_IMAGE = "image"
_RECORD = "record"
_REASON = "reason"


def encode_line(
    event_id: str, sequence_number: str, deleted_at: int, image: Image
) -> bytes:
    """
    An expiry as one line; TypeError where the image is no JSON of UTF-8 text.
    """
    return orjson.dumps(
        {
            _EVENT_ID: event_id,
            _SEQUENCE_NUMBER: sequence_number,
            _DELETED_AT: deleted_at,
            _IMAGE: image,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )

"""
A line that can never be a row, as quarantine keeps it.

Rule 1: this is the only file that knows how a quarantined line is spelled.
Rule 2: the line's own bytes can be had back from it, whatever they were.
"""

import base64
from dataclasses import dataclass

import orjson

from archive.errors import DamagedError

KEY = "key"
VERSION = "version"
FRAME_OFFSET = "frame_offset"
LINE_NUMBER = "line_number"
REASON = "reason"
LINE = "line"
LINE_BASE64 = "line_base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """
    A refused line, why it was refused, and where it lay.

    `frame_offset` is where its frame begins in the landed object, in bytes;
    `line_number` counts the lines of that frame from 1. `line` has no newline.
    """

    key: str
    version: str
    frame_offset: int
    line_number: int
    reason: str
    line: bytes


def encode_quarantined(refused: Quarantined) -> bytes:
    """
    A refused line as one line of JSON.
    """
    value: dict[str, object] = {
        KEY: refused.key,
        VERSION: refused.version,
        FRAME_OFFSET: refused.frame_offset,
        LINE_NUMBER: refused.line_number,
        REASON: refused.reason,
    }
    try:
        value[LINE] = refused.line.decode()
    except UnicodeDecodeError:
        value[LINE_BASE64] = base64.b64encode(refused.line).decode()
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def decode_quarantined(line: bytes) -> Quarantined:
    """
    The refused line that one line of a quarantine file holds.
    """
    try:
        value = orjson.loads(line)
        return Quarantined(
            key=value[KEY],
            version=value[VERSION],
            frame_offset=value[FRAME_OFFSET],
            line_number=value[LINE_NUMBER],
            reason=value[REASON],
            line=value[LINE].encode()
            if LINE in value
            else base64.b64decode(value[LINE_BASE64]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = "quarantine: a line of it is not as it was written"
        raise DamagedError(msg) from error

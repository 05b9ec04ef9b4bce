"""
The input file of `firn local`: JSON Lines, one message a line.

Rule 1: this is the only file that knows how messages are written down.
Rule 2: the whole file is read and judged before anything is sent, so that a
bad line never leaves a run half done.
Rule 3: what a device can send is never refused here. A message that ingest
cannot store, a string that is no Base64 among them, is ingest's to dead-letter.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import MisconfiguredError

STANDARD_INPUT = Path("-")

# SQS: "the minimum size is one character, the maximum 1,048,576 bytes", and
# the characters that XML 1.0 allows (API reference, SendMessage).
BODY_BYTES_MAX = 1_048_576
_UNSENDABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CARRIAGE_RETURN = b"\r"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One line of a file of messages: where it stands, and its bytes.
    """

    path: Path
    number: int
    text: bytes

    def body(self) -> str:
        """
        The SQS body that the line stands for.

        MisconfiguredError names the file and the line where there is none.
        """
        return _body(self.text, f"{self.path}: line {self.number}")


def read_lines(path: Path) -> list[Line]:
    """
    The lines of a file that are not blank, in their order.
    """
    return [
        Line(path=path, number=number, text=text)
        for number, text in _lines(_read(path))
    ]


def body_of_line(line: bytes) -> str:
    """
    The SQS body in which a device's JSON travels: its Base64.
    """
    return base64.b64encode(line).decode("ascii")


def _read(path: Path) -> bytes:
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read()
        return path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {(error.strerror or str(error)).lower()}"
        raise MisconfiguredError(msg) from error


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(
        text.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1
    ):
        if line.strip():
            yield number, line.removesuffix(_CARRIAGE_RETURN)


def _body(line: bytes, where: str) -> str:
    value = _parse(line, where)
    if isinstance(value, dict):
        body = body_of_line(line)
    elif isinstance(value, str):
        body = value
    else:
        msg = (
            f"{where}: a JSON {_kind(value)}; a message is an object, or a string "
            "that is the SQS body itself"
        )
        raise MisconfiguredError(msg)

    if not body or _UNSENDABLE.search(body):
        msg = (
            f"{where}: SQS takes no such body: it is empty or holds characters that "
            "XML has not; leave the line out"
        )
        raise MisconfiguredError(msg)
    if len(body.encode()) > BODY_BYTES_MAX:
        msg = (
            f"{where}: a body of {len(body.encode()):,} bytes; SQS takes at most "
            f"{BODY_BYTES_MAX:,}; leave the line out"
        )
        raise MisconfiguredError(msg)
    return body


def _parse(line: bytes, where: str) -> object:
    # Python's parser, because it is the lenient one: NaN, lone surrogates and
    # numbers of any length are what devices send, and ingest's to judge. As
    # floats, since int() refuses more than 4,300 digits.
    try:
        return json.loads(line.decode(), parse_int=float)
    except UnicodeDecodeError as error:
        msg = f"{where}: not UTF-8 at byte {error.start + 1}; save the file as UTF-8"
        raise MisconfiguredError(msg) from error
    except json.JSONDecodeError as error:
        msg = (
            f"{where}: not JSON at column {error.colno}: {error.msg.lower()}; each "
            "line is one object, or a string that is the SQS body itself"
        )
        raise MisconfiguredError(msg) from error
    except RecursionError:
        # Deeper than the parser goes, so deeper than DynamoDB takes: a message
        # to be dead-lettered, if it is a message at all.
        return {} if line.lstrip().startswith(b"{") else []


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case list():
            return "list"
        case _:
            return "number"

"""
The JSON form that entries, intents and plans share.

Rule 1: every document names its format, its number and, where it has one, its
kind; a format or a kind that is not known is refused, never guessed.
Rule 2: the same values give the same bytes.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from archive.errors import DamagedError, MisconfiguredError

FORMAT = 1


class EntryKind(Enum):
    """
    Why an entry changes the archive.
    """

    BATCH = "batch"
    COMPACTION = "compaction"
    IMPORT = "import"
    REPLAY = "replay"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """
    One version of one object that an entry is made from.

    The ETag is what S3 gave: it guards the delete, and is no checksum.
    """

    key: str
    version: str
    etag: str
    bytes: int

    def encode(self) -> dict[str, Any]:
        """
        The input as it stands in an intent.
        """
        return {
            "key": self.key,
            "version": self.version,
            "etag": self.etag,
            "bytes": self.bytes,
        }

    @classmethod
    def decode(cls, value: Mapping[str, Any]) -> Self:
        """
        The input that `encode` wrote.
        """
        return cls(
            key=str(value["key"]),
            version=str(value["version"]),
            etag=str(value["etag"]),
            bytes=int(value["bytes"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """
    An object of the archive bucket and what its bytes add up to, in hex.
    """

    key: str
    bytes: int
    sha256: str

    def encode(self) -> dict[str, Any]:
        """
        The object as it stands in a document.
        """
        return {"key": self.key, "bytes": self.bytes, "sha256": self.sha256}

    @classmethod
    def decode(cls, value: Mapping[str, Any]) -> Self:
        """
        The object that `encode` wrote.
        """
        return cls(
            key=str(value["key"]),
            bytes=int(value["bytes"]),
            sha256=str(value["sha256"]),
        )


def encode_document(n: int, fields: Mapping[str, Any]) -> bytes:
    """
    The document's bytes: one line of compact JSON.
    """
    document = {"format": FORMAT, "n": n, **fields}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


@contextmanager
def decoding(name: str, stored: bytes) -> Iterator[dict[str, Any]]:
    """
    The fields of a document; whatever does not fit them inside is damage.

    Raises MisconfiguredError for a format that this version does not know.
    """
    try:
        document = json.loads(stored)
        form = document["format"]
        if form != FORMAT:
            msg = f"{name}: format {form!r} is newer than this version of firn reads"
            raise MisconfiguredError(msg)
        yield document
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"{name}: {type(error).__name__} in what it holds: {error}"
        raise DamagedError(msg) from error


def decode_kind(name: str, value: object) -> EntryKind:
    """
    The kind by its name; MisconfiguredError for one that is not known.
    """
    try:
        return EntryKind(value)
    except ValueError as error:
        msg = f"{name}: kind {value!r} is newer than this version of firn reads"
        raise MisconfiguredError(msg) from error

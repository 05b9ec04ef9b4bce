"""
What the ledger protocol needs of the archive bucket.

Rule 1: every write and every delete is conditional.
Rule 2: nothing ever removes a version. A delete leaves a marker, and what it
hides stays until the bucket's lifecycle expires it.
Rule 3: no decision is made here: an answer says what happened, not what to do.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from transforms.conversion import Section

Body: TypeAlias = bytes | Path | Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """
    An object about to be stored: its bytes and their SHA-256, in hex.
    """

    key: str
    body: Body
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    An object's bytes, and the ETag under which they were read.
    """

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    What S3 says of an object without its bytes.

    `sha256` is None where S3 has none, as for an object that we did not write.
    """

    etag: str
    version: str
    bytes: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    An object as LIST shows it. `modified_at` is epoch seconds.
    """

    key: str
    etag: str
    bytes: int
    modified_at: int
    storage_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVersion:
    """
    One version that holds bytes, and whether it is what the key shows now.
    """

    listed: Listed
    version: str
    is_current: bool


class ArchiveBucket(Protocol):
    """
    Where the archive lies.

    Durable: what create() and replace() answer with an ETag is stored.
    Twice: an answer can be lost after the write was done. The next try is then
    told that the key is taken, or changed: read it and compare.
    Retries: the implementation repeats what S3 refused for a moment; what it
    raises is the caller's to give up on. The next run is the retry.
    """

    def create(self, sealed: Sealed) -> str | None:
        """
        Store where nothing is; the ETag, or None where the key is taken.
        """
        ...

    def replace(self, sealed: Sealed, etag: str) -> str | None:
        """
        Store over exactly these bytes; the new ETag, or None where others lie.
        """
        ...

    def read(self, key: str, version: str | None = None) -> Found | None:
        """
        The object's bytes, of this version or of the current one.
        """
        ...

    def download(self, key: str, version: str, path: Path) -> None:
        """
        The bytes of one version into a file.
        """
        ...

    def look(self, key: str, version: str | None = None) -> Shown | None:
        """
        What S3 says of the object.
        """
        ...

    def versions(self, prefix: str) -> Iterator[ListedVersion]:
        """
        The versions under the prefix that hold bytes, of a key the newest first.
        """
        ...

    def remove(self, key: str, etag: str) -> bool:
        """
        Hide exactly these bytes; False where others lie there. Gone is gone.
        """
        ...

    def listing(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """
        What lies under the prefix, in the order of the keys.
        """
        ...


def seal(key: str, body: bytes) -> Sealed:
    """
    Bytes in memory, ready to be stored.
    """
    return Sealed(key=key, body=body, sha256=hashlib.sha256(body).hexdigest())

"""
What entries say of each object, folded by key.

Rule 1: the same fold as archive.ledger.live_files, which refuses what contradicts
itself; this one finds it and goes on.
Rule 2: a million files are verified with little memory. So what is said of one is
packed into some 200 bytes, which sort by key and then by entry.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby

from archive.document import Kept
from archive.errors import DamagedError
from archive.files import FileRecord
from archive.keys import (
    ITEMS,
    QUARANTINE,
    entry_key,
    entry_number,
    file_list_key,
    intent_key,
    plan_key,
    written_by,
)
from archive.ledger import FileList
from ops.verify.finding import Finding, Kind

# Entry, act, rows, bytes, SHA-256, MD5, and the four times of a FileRecord.
_FIELDS = struct.Struct(">IBqq32s16sqqqq")
_NEVER = -(2**63)  # for a time that a record does not have


class Act(IntEnum):
    """
    What an entry does to an object. Within one entry, removing comes first.
    """

    REMOVE = 0
    REMOVE_UNSEEN = 1  # named as an input; the record is not known
    ADD = 2
    KEEP = 3  # a file list, or what lies in quarantine: never a part of `items/`


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What entry n says of an object: what it does to it, and what it is.

    Times and MD5 are None for what is only kept. `sha256` and `md5` are hex.
    """

    n: int
    act: Act
    key: str
    rows: int
    bytes: int
    sha256: str
    md5: str | None = None
    first_created_at: int | None = None
    last_created_at: int | None = None
    first_deleted_at: int | None = None
    last_deleted_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """
    One key after all entries: what lies there, or which entry took it away.

    `was_added` is false where an entry removes what no file list adds.
    """

    key: str
    live: Said | None
    removed_by: int = 0
    was_added: bool = True
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Fold:
    """
    Collects what entries say, then gives it by key.
    """

    _packed: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        """
        How many things were said.
        """
        return len(self._packed)

    def add(self, n: int, file_list: FileList) -> None:
        """
        Take what an entry's file list says.
        """
        for record in file_list.removes:
            self._packed.append(_pack(n, Act.REMOVE, record))
        for record in file_list.adds:
            self._packed.append(_pack(n, Act.ADD, record))

    def keep(self, n: int, kept: Iterable[Kept]) -> None:
        """
        Take what an entry itself names.
        """
        for each in kept:
            self._packed.append(
                each.key.encode()
                + b"\0"
                + _FIELDS.pack(
                    n,
                    Act.KEEP,
                    0,
                    each.bytes,
                    bytes.fromhex(each.sha256),
                    b"",
                    *([_NEVER] * 4),
                )
            )

    def remove(self, n: int, keys: Iterable[str]) -> None:
        """
        Take what an entry took as its inputs, where its file list is not read.
        """
        for key in keys:
            self._packed.append(
                key.encode()
                + b"\0"
                + _FIELDS.pack(n, Act.REMOVE_UNSEEN, 0, 0, b"", b"", *([_NEVER] * 4))
            )

    def folded(self) -> Iterator[Folded]:
        """
        Every key that was named, in their order, which is that of a listing.
        """
        # No key holds a zero byte (archive/keys.py), so that it ends one, and
        # bytes sort as S3 sorts its keys: in UTF-8.
        self._packed.sort()
        for key, said in groupby(self._packed, key=lambda it: it.partition(b"\0")[0]):
            yield _folded(key.decode(), [_unpack(each) for each in said])

    def all_said(self) -> Iterator[Said]:
        """
        Everything that was said, in no order that anybody should rely on.
        """
        return map(_unpack, self._packed)


def entry_of(key: str) -> int | None:
    """
    The number of the entry that an object belongs to by its key; None for none.
    """
    try:
        if key.startswith((ITEMS, QUARANTINE)):
            return written_by(key)
        n = entry_number(key)
    except DamagedError:
        return None
    makers = (entry_key, file_list_key, intent_key, plan_key)
    return n if key in {make(n) for make in makers} else None


def _folded(key: str, events: list[Said]) -> Folded:
    live: Said | None = None
    removed_by = 0
    findings: list[Finding] = []

    def found(kind: Kind, reason: str) -> None:
        findings.append(Finding(kind, key, reason))

    for said in events:
        match said.act:
            case Act.ADD | Act.KEEP if live is not None:
                found(Kind.DOUBLED, f"entries {live.n} and {said.n} both add it")
            case Act.ADD | Act.KEEP:
                live = said
                if said.act is Act.ADD and entry_of(key) != said.n:
                    found(Kind.BROKEN, f"entry {said.n} adds it, under this number")
            case _ if live is not None:
                if said.act is Act.REMOVE and not _same(live, said):
                    found(
                        Kind.BROKEN,
                        f"entry {said.n} removes another file than entry {live.n} added",
                    )
                live, removed_by = None, said.n
            case Act.REMOVE if removed_by:
                found(Kind.DOUBLED, f"entries {removed_by} and {said.n} both remove it")
            case _:
                removed_by = said.n
    return Folded(
        key=key,
        live=live,
        removed_by=removed_by,
        was_added=any(said.act in (Act.ADD, Act.KEEP) for said in events),
        findings=tuple(findings),
    )


def _same(one: Said, other: Said) -> bool:
    return (one.bytes, one.rows, one.sha256) == (other.bytes, other.rows, other.sha256)


def _pack(n: int, act: Act, record: FileRecord) -> bytes:
    times = (
        record.first_created_at,
        record.last_created_at,
        record.first_deleted_at,
        record.last_deleted_at,
    )
    return (
        record.key.encode()
        + b"\0"
        + _FIELDS.pack(
            n,
            act,
            record.rows,
            record.bytes,
            bytes.fromhex(record.sha256),
            bytes.fromhex(record.md5),
            *(_NEVER if time is None else time for time in times),
        )
    )


def _unpack(packed: bytes) -> Said:
    key, _, rest = packed.partition(b"\0")
    n, act, rows, bytes_, sha256, md5, *times = _FIELDS.unpack(rest)
    known = [None if time == _NEVER else time for time in times]
    return Said(
        n=n,
        act=Act(act),
        key=key.decode(),
        rows=rows,
        bytes=bytes_,
        sha256=sha256.hex(),
        md5=md5.hex() if act in (Act.REMOVE, Act.ADD) else None,
        first_created_at=known[0],
        last_created_at=known[1],
        first_deleted_at=known[2],
        last_deleted_at=known[3],
    )

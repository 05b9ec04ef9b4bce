"""
The ledger: what one entry says, how entries form a chain, and their fold.

Rule 1: an entry's existence is its commit. It is written once and never again.
Rule 2: each entry holds the SHA-256 of the stored bytes of the one before it,
so that a missing or an altered one shows.
Rule 3: the archive is the fold over the entries' file lists. What no list adds
is not part of it, whatever lies in the bucket.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.contract import Contract, decode_contract, encode_contract
from archive.counts import Counts
from archive.document import (
    EntryKind,
    Input,
    Kept,
    decode_kind,
    decoding,
    encode_document,
)
from archive.errors import DamagedError
from archive.files import FileRecord
from archive.keys import entry_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """
    An input that an entry consumed: whole frames, and the lines in them.
    """

    source: Input
    frames: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """
    A range of an input that holds no whole frame, and where its bytes are kept.
    """

    kept: Kept
    key: str
    version: str
    offset: int
    length: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """
    The stored file list of an entry; `rows` counts the files it names.
    """

    kept: Kept
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One change of the archive.

    `opened_at` is epoch seconds, from the intent. `previous` is the SHA-256 of
    the entry before it, None in the first.
    """

    n: int
    kind: EntryKind
    opened_at: int
    previous: str | None
    contract: Contract
    writer: Mapping[str, str]
    inputs: tuple[Taken, ...]
    counts: Counts
    files: Listing
    quarantine: Kept | None
    damage: tuple[Damage, ...]

    def __post_init__(self) -> None:
        """
        Refuse what can be no link of a chain, and lines that came from nowhere.
        """
        if self.n < 1 or (self.previous is None) != (self.n == 1):
            msg = f"{entry_key(self.n)}: only entry 1 has none before it"
            raise DamagedError(msg)
        lines = sum(taken.lines for taken in self.inputs)
        if lines != self.counts.lines:
            msg = (
                f"{entry_key(self.n)}: its inputs hold {lines} lines, "
                f"its counts {self.counts.lines}"
            )
            raise DamagedError(msg)

    @property
    def kept(self) -> tuple[Kept, ...]:
        """
        The objects that the entry itself names, beside those of its file list.
        """
        quarantine = () if self.quarantine is None else (self.quarantine,)
        return (self.files.kept, *quarantine, *(each.kept for each in self.damage))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileList:
    """
    What one entry adds to the archive and what it removes.
    """

    adds: tuple[FileRecord, ...] = ()
    removes: tuple[FileRecord, ...] = ()


def encode_entry(entry: Entry) -> bytes:
    """
    The entry's bytes, which are stored once and hashed by the next one.
    """
    return encode_document(
        entry.n,
        {
            "kind": entry.kind.value,
            "opened_at": entry.opened_at,
            "previous": entry.previous,
            "contract": encode_contract(entry.contract),
            "writer": dict(entry.writer),
            "inputs": [
                {
                    **taken.source.encode(),
                    "frames": taken.frames,
                    "lines": taken.lines,
                }
                for taken in entry.inputs
            ],
            "counts": {
                "lines": entry.counts.lines,
                "rows": entry.counts.rows,
                "doubles_dropped": entry.counts.doubles_dropped,
                "quarantined": entry.counts.quarantined,
                "conflicts": entry.counts.conflicts,
            },
            "files": {**entry.files.kept.encode(), "rows": entry.files.rows},
            "quarantine": entry.quarantine and entry.quarantine.encode(),
            "damage": [
                {
                    **each.kept.encode(),
                    "input": {
                        "key": each.key,
                        "version": each.version,
                        "offset": each.offset,
                        "length": each.length,
                    },
                    "reason": each.reason,
                }
                for each in entry.damage
            ],
        },
    )


def decode_entry(name: str, stored: bytes) -> Entry:
    """
    The entry that these bytes hold; `name` is what an error calls it.
    """
    with decoding(name, stored) as value:
        return Entry(
            n=int(value["n"]),
            kind=decode_kind(name, value["kind"]),
            opened_at=int(value["opened_at"]),
            previous=value["previous"],
            contract=decode_contract(value["contract"]),
            writer={str(k): str(v) for k, v in value["writer"].items()},
            inputs=tuple(
                Taken(
                    source=Input.decode(taken),
                    frames=int(taken["frames"]),
                    lines=int(taken["lines"]),
                )
                for taken in value["inputs"]
            ),
            counts=Counts(**{str(k): int(v) for k, v in value["counts"].items()}),
            files=Listing(
                kept=Kept.decode(value["files"]), rows=int(value["files"]["rows"])
            ),
            quarantine=value["quarantine"] and Kept.decode(value["quarantine"]),
            damage=tuple(_decode_damage(each) for each in value["damage"]),
        )


def read_chain(stored: Iterable[bytes]) -> Iterator[Entry]:
    """
    The entries in these bytes, which must be entry 1, 2, 3 and so on.

    Raises DamagedError at the first one that is not the next link.
    """
    previous: str | None = None
    for n, body in enumerate(stored, start=1):
        name = entry_key(n)
        entry = decode_entry(name, body)
        if entry.n != n or entry.previous != previous:
            msg = f"{name}: holds entry {entry.n}, which does not follow {n - 1}"
            raise DamagedError(msg)
        yield entry
        previous = chain_hash(body)


def chain_hash(stored: bytes) -> str:
    """
    What the next entry says of this one's stored bytes.
    """
    return hashlib.sha256(stored).hexdigest()


def live_files(file_lists: Iterable[FileList]) -> dict[str, FileRecord]:
    """
    The archive after these file lists, in the order of their entries, by key.

    Raises DamagedError where a list removes what is not there or adds it twice.
    """
    live: dict[str, FileRecord] = {}
    for file_list in file_lists:
        for record in file_list.removes:
            if live.pop(record.key, None) != record:
                msg = f"{record.key}: removed, but not as an entry added it"
                raise DamagedError(msg)
        for record in file_list.adds:
            if record.key in live:
                msg = f"{record.key}: added twice"
                raise DamagedError(msg)
            live[record.key] = record
    return live


def _decode_damage(value: Mapping[str, Any]) -> Damage:
    return Damage(
        kept=Kept.decode(value),
        key=str(value["input"]["key"]),
        version=str(value["input"]["version"]),
        offset=int(value["input"]["offset"]),
        length=int(value["input"]["length"]),
        reason=str(value["reason"]),
    )

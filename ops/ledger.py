"""
The ledger of an archive, read whole.

Rule 1: which files belong to the archive is said by the ledger alone; what lies
in the bucket beside it is not part of it.
Rule 2: a chain that is broken, or a file list that is not the one its entry
names, is refused: whatever was read from it would prove nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archive.contract import Contract
from archive.errors import DamagedError
from archive.file_list import decode_file_list
from archive.files import FileRecord
from archive.keys import ENTRIES, Partition, entry_key, written_by
from archive.ledger import Entry, FileList, chain_hash, live_files, read_chain
from ops.objects import Objects
from ops.parallel import in_parallel
from ops.terminal import Terminal

Wanted = Callable[[Partition], bool]


@dataclass(frozen=True, slots=True)
class Head:
    """
    The last entry: its number, and the SHA-256 of its stored bytes in hex.

    An archive without an entry has the number 0 and no SHA-256.
    """

    n: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """
    All entries, and the archive objects that they leave, by key.

    Where only some partitions were wanted, `files` holds those of them alone.
    """

    entries: tuple[Entry, ...]
    head: Head
    files: Mapping[str, FileRecord]

    def contract_of(self, key: str) -> Contract:
        """
        What the entry that added an archive object was written under.
        """
        return self.entries[written_by(key) - 1].contract

    def sha256_of(self, n: int) -> str | None:
        """
        The SHA-256 of entry n as the chain has it; None where there is none.
        """
        if n == self.head.n:
            return self.head.sha256
        # What entry n + 1 says of the one before it.
        return self.entries[n].previous if 0 < n < self.head.n else None


def read_ledger(
    objects: Objects, terminal: Terminal, wanted: Wanted = lambda _: True
) -> Ledger:
    """
    Read every entry and every file list, and fold them.

    Raises DamagedError where they do not follow from one another.
    """
    keys = [stored.key for stored in objects.listed(ENTRIES)]
    for n, key in enumerate(keys, start=1):
        if key != entry_key(n):
            msg = f"{key}: where entry {n} should be; firn verify tells more"
            raise DamagedError(msg)

    with terminal.bar("reading ledger", 2 * len(keys)) as bar:
        stored: list[bytes] = []
        for body in in_parallel(objects.read, keys):
            stored.append(body)
            bar.advance()
        entries = tuple(read_chain(stored))

        file_lists: list[FileList] = []
        for file_list in in_parallel(lambda it: _file_list(objects, it), entries):
            file_lists.append(_only(file_list, wanted))
            bar.advance()

    return Ledger(
        entries=entries,
        head=Head(len(stored), chain_hash(stored[-1]) if stored else None),
        files=live_files(file_lists),
    )


def _file_list(objects: Objects, entry: Entry) -> FileList:
    kept = entry.files.kept
    body = objects.read(kept.key)
    if hashlib.sha256(body).hexdigest() != kept.sha256:
        msg = f"{kept.key}: is not the file list that entry {entry.n} names"
        raise DamagedError(msg)
    return decode_file_list(kept.key, body)


def _only(file_list: FileList, wanted: Wanted) -> FileList:
    return FileList(
        adds=tuple(it for it in file_list.adds if wanted(it.partition)),
        removes=tuple(it for it in file_list.removes if wanted(it.partition)),
    )

"""
The ledger as it lies there: its chain and its file lists, read and folded.

Rule 1: nothing here stops at damage. What cannot be read or believed is found,
and what only follows from it is not found again: it counts as not compared.
Rule 2: the order of the looks is part of it: first the file lists, then what is
open, then the entries. So a list without an entry is either under way by what is
open, or has its entry by now, or has lost it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.document import EntryKind
from archive.errors import ColdError, DamagedError
from archive.file_list import decode_file_list
from archive.files import FileRecord
from archive.keys import ENTRIES, FILE_LISTS, OPEN, entry_key, file_list_key
from archive.ledger import FileList
from ops.ledger import Head
from ops.objects import Stored
from ops.parallel import in_parallel
from ops.terminal import Terminal
from ops.verify.chain import Committed, Read, is_sha256, walk
from ops.verify.finding import Finding, Kind
from ops.verify.fold import entry_of
from ops.verify.source import Archive
from ops.verify.under_way import UnderWay, read_open
from ops.verify.walked import Walked

# A list of ten thousand files is some megabytes while it is folded.
LISTS_AT_ONCE = 8

_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    What was there, in this order, when the ledger was read.
    """

    lists: frozenset[int]
    under_way: UnderWay
    entries: tuple[Stored, ...]


def under_way(archive: Archive) -> UnderWay:
    """
    What is open now.
    """
    return read_open(_documents(archive))


def walk_ledger(
    archive: Archive, terminal: Terminal, verified: Head | None = None
) -> Walked:
    """
    Read every entry and every file list.
    """
    listed = _listed(archive)
    with terminal.bar("reading ledger", 2 * len(listed.entries)) as bar:
        reads = []
        for read in in_parallel(lambda it: _read(archive, it), listed.entries):
            reads.append(read)
            bar.advance()
        walked = Walked(chain=walk(reads, verified))
        walked.findings += walked.chain.findings
        for _ in _fold_lists(archive, walked, listed):
            bar.advance()
    _fold_kept(walked)
    return walked


def entries_after(archive: Archive, head: Head) -> Iterator[tuple[int, FileList]]:
    """
    What came after the head meanwhile: the numbers and the file lists.

    One that cannot be read adds nothing here; the next verify will find it.
    """
    for stored in archive.listed(ENTRIES, entry_key(head.n)):
        n = entry_of(stored.key)
        if n is not None:
            yield n, _orphan(archive, n) or FileList()


def _listed(archive: Archive) -> Listed:
    lists = [entry_of(stored.key) for stored in archive.listed(FILE_LISTS)]
    open_ = under_way(archive)
    entries = [
        stored
        for stored in archive.listed(ENTRIES)
        # Entry 0 would be before the first.
        if entry_of(stored.key)
    ]
    return Listed(
        lists=frozenset(n for n in lists if n is not None),
        under_way=open_,
        entries=tuple(entries),
    )


def _documents(archive: Archive) -> Iterator[tuple[str, bytes]]:
    for stored in archive.listed(OPEN):
        try:
            yield stored.key, archive.read(stored.key)
        except DamagedError:
            # Its run has ended between the two looks.
            continue
        except ColdError as error:
            yield stored.key, str(error).encode()


def _read(archive: Archive, stored: Stored) -> Read:
    n = entry_of(stored.key) or 0
    try:
        body = archive.read(stored.key)
    except (ColdError, DamagedError) as error:
        is_cold = isinstance(error, ColdError)
        trouble = str(error).removeprefix(f"{stored.key}: ")
        return Read(n=n, body=None, trouble=trouble, is_cold=is_cold)
    return Read(n=n, body=body, modified_at=stored.modified_at)


def _fold_lists(archive: Archive, walked: Walked, listed: Listed) -> Iterator[int]:
    """
    Fold the file lists that can be believed, and those whose entry is gone.
    """
    entries = walked.chain.entries
    # What is under way is no part of the archive, and no entry of it is gone.
    orphans = listed.lists - entries.keys() - listed.under_way.numbers
    walked.lost |= {n for n in orphans if n > walked.head.n}
    walked.gone |= walked.lost | set(range(1, walked.head.n + 1)) - entries.keys()
    walked.blind |= walked.gone - orphans

    def read(n: int) -> tuple[int, FileList | Finding | None]:
        if n in entries:
            return n, _sworn(archive, entries[n])
        return n, _orphan(archive, n)

    numbers = sorted(entries.keys() | orphans)
    for n, answer in in_parallel(read, numbers, LISTS_AT_ONCE):
        if isinstance(answer, FileList):
            walked.fold.add(n, answer)
            if n in entries:
                walked.findings += _sums(entries[n], answer)
        else:
            walked.blind.add(n)
            walked.findings += [answer] if answer is not None else []
        yield n


def _sworn(archive: Archive, entry: Committed) -> FileList | Finding:
    """
    The file list that an entry names, or why there is none.
    """
    kept = entry.files.kept
    try:
        body = archive.read(kept.key)
    except DamagedError:
        return Finding(Kind.MISSING, kept.key, f"entry {entry.n} names it")
    except ColdError:
        return Finding(Kind.MISCLASSED, kept.key, "is in Glacier and not restored")
    if hashlib.sha256(body).hexdigest() != kept.sha256:
        return Finding(Kind.ALTERED, kept.key, _other_than(entry, len(body)))
    try:
        file_list = decode_file_list(kept.key, body)
    except DamagedError as error:
        return Finding(Kind.BROKEN, kept.key, str(error).removeprefix(f"{kept.key}: "))
    strange = [it.key for it in (*file_list.adds, *file_list.removes) if not _fits(it)]
    if strange:
        return Finding(Kind.BROKEN, kept.key, f"no checksums of {strange[0]}")
    return file_list


def _other_than(entry: Committed, bytes_: int) -> str:
    kept = entry.files.kept
    if bytes_ != kept.bytes:
        return f"{bytes_:,} bytes, and entry {entry.n} names {kept.bytes:,}"
    return f"another SHA-256 than entry {entry.n} names"


def _orphan(archive: Archive, n: int) -> FileList | None:
    try:
        found = decode_file_list(file_list_key(n), archive.read(file_list_key(n)))
    except (ColdError, DamagedError):
        return None
    return found if all(map(_fits, (*found.adds, *found.removes))) else None


def _fits(record: FileRecord) -> bool:
    return is_sha256(record.sha256) and bool(_MD5.fullmatch(record.md5))


def _sums(entry: Committed, file_list: FileList) -> Iterable[Finding]:
    """
    What an entry says of its file list, against the list.
    """
    key = entry.files.kept.key
    files = len(file_list.adds) + len(file_list.removes)
    if files != entry.files.rows:
        told = f"{files:,} files, and entry {entry.n} says {entry.files.rows:,}"
        yield Finding(Kind.BROKEN, key, told)
    rows = sum(each.rows for each in file_list.adds)
    if rows != entry.rows:
        told = f"adds {rows:,} rows, and entry {entry.n} says {entry.rows:,}"
        yield Finding(Kind.BROKEN, key, told)
    removed = sum(each.rows for each in file_list.removes)
    if entry.kind is EntryKind.COMPACTION and removed != entry.lines:
        told = f"removes {removed:,} rows, and entry {entry.n} says {entry.lines:,}"
        yield Finding(Kind.BROKEN, key, told)


def _fold_kept(walked: Walked) -> None:
    """
    Fold what entries name themselves, and what they took where no list says it.
    """
    for n, entry in walked.chain.entries.items():
        # The file list was read and hashed already, or found.
        walked.fold.keep(n, (it for it in entry.kept if it != entry.files.kept))
        if n in walked.blind:
            walked.fold.remove(n, entry.replaced)

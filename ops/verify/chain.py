"""
The chain of entries, walked to its end whatever is wrong with it.

Rule 1: bytes in, links and findings out: no bucket, no clock. What refuses at the
first damage is archive.ledger.read_chain; the meaning of a link is the same.
Rule 2: an entry is vouched for by the next one, which holds its hash, and by what
was verified before. Where two disagree, the one is found that others disagree
with as well.
Rule 3: what is said by an entry that was found is believed no more.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archive.contract import Contract
from archive.document import EntryKind, Kept
from archive.errors import DamagedError, MisconfiguredError
from archive.keys import ITEMS, entry_key
from archive.ledger import Entry, Listing, chain_hash, decode_entry
from ops.ledger import Head
from ops.verify.finding import Finding, Kind

_SHA256 = re.compile(r"[0-9a-f]{64}")

# Of a gap that is longer only the first entries are named, and how many there are.
GAP_NAMED_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """
    The object of an entry; `body` is None where it cannot be read, and why.

    `is_cold` says that it is in Glacier, where no entry should be.
    """

    n: int
    body: bytes | None
    modified_at: int = 0
    trouble: str = ""
    is_cold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """
    What verifying needs of an entry, without its thousands of landed objects.

    `replaced` are the archive objects among its inputs.
    """

    n: int
    kind: EntryKind
    opened_at: int
    contract: Contract
    rows: int
    lines: int
    files: Listing
    kept: tuple[Kept, ...]
    replaced: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """
    The entries that can be believed, the last number, and what was found.

    `head` is the last entry that is there; its hash is None where it is not read.
    """

    entries: Mapping[int, Committed]
    head: Head
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """
        Whether every entry up to the head is there and believed.
        """
        return len(self.entries) == self.head.n


@dataclass(slots=True, kw_only=True)
class _Link:
    read: Read
    sha256: str | None = None
    previous: str | None = None
    committed: Committed | None = None
    trouble: str = ""
    is_unknown: bool = False


@dataclass(slots=True)
class _Walk:
    verified: Head
    links: dict[int, _Link]
    findings: dict[int, Finding] = field(default_factory=dict)

    def found(self, n: int, reason: str, kind: Kind = Kind.BROKEN) -> None:
        self.findings.setdefault(n, Finding(kind, entry_key(n), reason))

    def holds(self, n: int) -> bool | None:
        """
        Whether entry n + 1 has the hash of entry n; None where nothing tells.
        """
        one, next_ = self.links.get(n), self.links.get(n + 1)
        if one is None or next_ is None or one.sha256 is None:
            return None
        return None if next_.committed is None else one.sha256 == next_.previous

    def was_verified(self, n: int) -> bool | None:
        link = self.links.get(n)
        if link is None or link.sha256 is None or n != self.verified.n:
            return None
        return link.sha256 == self.verified.sha256


def walk(reads: Iterable[Read], verified: Head | None = None) -> Chain:
    """
    Walk the chain; the objects come in the order of their numbers.
    """
    links = [_link(read) for read in reads]
    strange = _strange(links)
    found = _Walk(verified or Head(0, None), {each.read.n: each for each in links})
    top = links[-1].read.n if links else 0

    _look_at_each(found, top)
    _look_at_links(found, top)
    _look_at_verified(found, top)
    for n, link in found.links.items():
        if link.is_unknown:
            found.found(n, link.trouble, Kind.UNKNOWN)
    return Chain(
        entries={
            n: link.committed
            for n, link in found.links.items()
            if link.committed is not None and n not in found.findings
        },
        head=Head(top, links[-1].sha256 if links else None),
        findings=(*(found.findings[n] for n in sorted(found.findings)), *strange),
    )


def is_sha256(text: str) -> bool:
    """
    Whether a text is a SHA-256 as it stands in documents.
    """
    return bool(_SHA256.fullmatch(text))


def _link(read: Read) -> _Link:
    link = _Link(read=read, trouble=read.trouble)
    if read.body is None:
        return link
    link.sha256 = chain_hash(read.body)
    key = entry_key(read.n)
    try:
        entry = decode_entry(key, read.body)
    except MisconfiguredError as error:
        link.trouble, link.is_unknown = _said(error, key), True
    except DamagedError as error:
        link.trouble = f"is no entry: {_said(error, key)}"
    else:
        link.previous = entry.previous
        strange = [kept.key for kept in entry.kept if not is_sha256(kept.sha256)]
        if entry.n != read.n:
            link.trouble = f"holds entry {entry.n}"
        elif strange:
            link.trouble = f"is no entry: no SHA-256 of {strange[0]}"
        else:
            link.committed = _committed(entry)
    return link


def _committed(entry: Entry) -> Committed:
    return Committed(
        n=entry.n,
        kind=entry.kind,
        opened_at=entry.opened_at,
        contract=entry.contract,
        rows=entry.counts.rows,
        lines=entry.counts.lines,
        files=entry.files,
        kept=entry.kept,
        replaced=tuple(
            taken.source.key
            for taken in entry.inputs
            if taken.source.key.startswith(ITEMS)
        ),
    )


def _strange(links: list[_Link]) -> list[Finding]:
    """
    Take off what lies beyond the end and leads nowhere: it is no entry at all.
    """
    strange = []
    while links:
        before = links[-2].read.n if len(links) > 1 else 0
        if links[-1].committed is not None or links[-1].read.n <= before + 1:
            break
        link = links.pop()
        reason = f"no entry leads to it, and it {link.trouble}"
        strange.append(Finding(Kind.EXTRA, entry_key(link.read.n), reason))
    return strange


def _look_at_each(walk_: _Walk, top: int) -> None:
    expected = 1
    for n in sorted(walk_.links):
        _gap(walk_, range(expected, n), f"missing, and entry {n} is there")
        expected = n + 1
        link = walk_.links[n]
        if link.committed is None and not link.is_unknown:
            kind = Kind.MISCLASSED if link.read.is_cold else Kind.BROKEN
            walk_.found(n, link.trouble, kind)
    if walk_.verified.n > top:
        reason = f"gone: entry {walk_.verified.n} was the last one that was verified"
        _gap(walk_, range(top + 1, walk_.verified.n + 1), reason, Kind.CUT)


def _gap(walk_: _Walk, numbers: range, reason: str, kind: Kind = Kind.BROKEN) -> None:
    named = numbers[:GAP_NAMED_MAX]
    for n in named:
        more = numbers[-1] - n if n == named[-1] else 0
        told = f"{reason}; so are {more:,} after it" if more else reason
        walk_.found(n, told, kind)


def _look_at_links(walk_: _Walk, top: int) -> None:
    for n in range(1, top):
        if walk_.holds(n) is False:
            blamed = _blamed(walk_, n)
            if blamed == n:
                told = f"its SHA-256 is not the one that entry {n + 1} names"
                if _is_unsure(walk_, n):
                    told += "; nothing tells which of the two was altered"
            else:
                told = f"does not name the SHA-256 of entry {n} as it is stored"
            walk_.found(blamed, told)


def _blamed(walk_: _Walk, n: int) -> int:
    """
    Which of n and n + 1 was altered, as far as others tell.
    """
    if walk_.was_verified(n) is not None:
        return n + 1 if walk_.was_verified(n) else n
    vouched = (walk_.was_verified(n + 1), walk_.holds(n + 1))
    if False in vouched and True not in vouched:
        return n + 1
    if True in vouched:
        return n
    # Each was written after the one before it; what was altered, later still.
    one, next_ = walk_.links[n].read, walk_.links[n + 1].read
    return n + 1 if next_.modified_at > one.modified_at else n


def _is_unsure(walk_: _Walk, n: int) -> bool:
    told = (walk_.was_verified(n), walk_.was_verified(n + 1), walk_.holds(n + 1))
    return not any(each is not None for each in told)


def _look_at_verified(walk_: _Walk, top: int) -> None:
    n = walk_.verified.n
    if 0 < n <= top and walk_.was_verified(n) is False:
        walk_.found(n, "other bytes than when it was last verified")


def _said(error: Exception, key: str) -> str:
    return str(error).removeprefix(f"{key}: ")

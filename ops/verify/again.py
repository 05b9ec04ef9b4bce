"""
The second look at what seemed wrong.

Rule 1: nothing is found that was not seen twice. A run of the transform may have
committed, replaced or cleared away between the two looks, and none of that is
damage.
Rule 2: the order of looking is part of it: what is open, then the entries that
came, then the object. What a plan named is then named by the entry, or gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from archive.errors import MisconfiguredError
from archive.keys import ENTRIES, ITEMS, QUARANTINE, entry_key, file_list_key
from ops.objects import Stored
from ops.verify.compare import Comparer
from ops.verify.finding import Finding, Kind
from ops.verify.fold import Said, entry_of
from ops.verify.reading import entries_after, under_way
from ops.verify.sift import Match, Sifted
from ops.verify.source import Archive, Version
from ops.verify.under_way import UnderWay
from ops.verify.walked import Walked
from ops.words import moment

DAY_SECONDS = 86_400


class Outcome(Enum):
    """
    What the second look says of what seemed wrong.
    """

    FINE = "fine"
    UNDER_WAY = "under way"
    EXPIRED = "expired as configured"
    BLIND = "not compared"
    FOUND = "found"


@dataclass(slots=True, kw_only=True)
class Again:
    """
    Looks a second time.

    `blind_folders` are partitions that hold an object of an entry of which nothing
    is known, and the entry's number: it may have replaced what is missing there.
    """

    archive: Archive
    walked: Walked
    comparer: Comparer
    now: int
    expiry_days: int | None
    blind_folders: Mapping[str, int]
    open: UnderWay = field(init=False)
    came: set[int] = field(init=False, default_factory=set)
    added: set[str] = field(init=False, default_factory=set)
    removed: set[str] = field(init=False, default_factory=set)
    is_history_refused: bool = False

    def __post_init__(self) -> None:
        """
        See what is open now, and which entries came.
        """
        self.open = under_way(self.archive)
        for n, file_list in entries_after(self.archive, self.walked.head):
            self.came.add(n)
            self.added |= {each.key for each in file_list.adds}
            self.removed |= {each.key for each in file_list.removes}

    @property
    def head(self) -> int:
        """
        The number of the last entry now.
        """
        return max((self.walked.head.n, *self.came))

    def look(self, suspect: Sifted) -> tuple[Outcome, Finding | None]:
        """
        What there is to a suspicion.
        """
        stored = self._find(suspect.key)
        match suspect.match:
            case Match.NAMED | Match.ABSENT if suspect.said is not None:
                return self._named(suspect.said, stored)
            case Match.LEFT:
                return self._left(suspect, stored)
            case _:
                return self._unnamed(suspect.key, stored)

    def cut(self) -> Iterator[Finding]:
        """
        Entries after the head that left something behind.
        """
        for n in sorted(self.walked.lost - self.came - self.open.numbers):
            reason = f"gone: its file list is there, {file_list_key(n)}"
            yield Finding(Kind.CUT, entry_key(n), reason)
        for n in sorted(self.open.numbers):
            if n > self.head + 1:
                reason = f"gone: entry {n} was begun after it, as open/ says"
                yield Finding(Kind.CUT, entry_key(n - 1), reason)

    def rewritten(self) -> Iterator[Finding]:
        """
        Entries that were deleted or written over, by their versions.
        """
        versions: dict[str, list[Version]] = {}
        for version in self._history(ENTRIES):
            versions.setdefault(version.key, []).append(version)
        for key, found in versions.items():
            newest, oldest = found[0], found[-1]
            if newest.is_marker:
                n = entry_of(key)
                is_last = n is not None and n > self.head
                reason = f"gone: deleted {moment(newest.modified_at)}"
                yield Finding(Kind.CUT if is_last else Kind.BROKEN, key, reason)
            elif newest.etag != oldest.etag:
                reason = f"written over {moment(newest.modified_at)}"
                yield Finding(Kind.BROKEN, key, reason)

    def _named(
        self, said: Said, stored: Stored | None
    ) -> tuple[Outcome, Finding | None]:
        if said.key in self.removed:
            return Outcome.FINE, None
        if stored is not None:
            return self._compared(said, stored)
        if self._is_being_made(said):
            return Outcome.UNDER_WAY, None
        if said.n < self.blind_folders.get(_folder(said.key), 0):
            return Outcome.BLIND, None
        if self._is_expired(said):
            return Outcome.EXPIRED, None
        return Outcome.FOUND, self._missing(said)

    def _compared(self, said: Said, stored: Stored) -> tuple[Outcome, Finding | None]:
        entry = self.walked.chain.entries.get(said.n)
        contract = None if entry is None else entry.contract
        compared = self.comparer.compare(said, stored, contract)
        if compared.is_gone:
            return Outcome.FOUND, self._missing(said)
        if compared.kind is None:
            return Outcome.FINE, None
        if self._is_being_made(said):
            return Outcome.UNDER_WAY, None
        return Outcome.FOUND, Finding(compared.kind, said.key, compared.reason)

    def _left(
        self, suspect: Sifted, stored: Stored | None
    ) -> tuple[Outcome, Finding | None]:
        if stored is None:
            return Outcome.FINE, None
        if suspect.removed_by in self.open.numbers:
            return Outcome.UNDER_WAY, None
        if suspect.removed_by in self.walked.gone:
            return Outcome.BLIND, None
        reason = f"entry {suspect.removed_by} removed it, and no run will delete it"
        return Outcome.FOUND, Finding(Kind.EXTRA, suspect.key, reason)

    def _unnamed(
        self, key: str, stored: Stored | None
    ) -> tuple[Outcome, Finding | None]:
        n = entry_of(key)
        has_come = key in self.added or (n in self.came and not key.startswith(ITEMS))
        if stored is None or has_come:
            return Outcome.FINE, None
        if self.open.explains(key):
            return Outcome.UNDER_WAY, None
        if n in self.open.unread:
            return Outcome.BLIND, None
        if n is not None and n > self.head and key.startswith((ITEMS, QUARANTINE)):
            reason = (
                f"no entry {n} is there, nor is it under way: either it was cut off, "
                "or somebody put this here"
            )
            return Outcome.FOUND, Finding(Kind.CUT, key, reason)
        return Outcome.FOUND, Finding(Kind.EXTRA, key, "no entry names it")

    def _missing(self, said: Said) -> Finding:
        what = f"entry {said.n} added it: {said.rows:,} rows, {said.bytes:,} bytes"
        if not said.key.startswith(ITEMS):
            what = f"entry {said.n} names it: {said.bytes:,} bytes"
        unread = self.walked.gone & self.walked.blind
        if said.key.startswith(ITEMS) and any(n > said.n for n in unread):
            what += f", or entry {max(unread)}, of which nothing is left, replaced it"
        versions = [it for it in self._history(said.key) if it.key == said.key]
        marker = next((it for it in versions if it.is_marker and it.is_latest), None)
        if marker is None:
            return Finding(Kind.MISSING, said.key, what)
        older = next((it for it in versions if not it.is_marker), None)
        left = f"version {older.version} is still there" if older else "nothing is left"
        reason = (
            f"{what}; deleted {moment(marker.modified_at)} (marker {marker.version}), "
            f"{left}"
        )
        return Finding(Kind.EXPIRED, said.key, reason)

    def _is_being_made(self, said: Said) -> bool:
        # What an entry adds is stored before the entry is: once that is there, an
        # intent that was left open explains no loss.
        committed = said.n in self.walked.chain.entries
        return not committed and said.n in self.open.numbers

    def _is_expired(self, said: Said) -> bool:
        entry = self.walked.chain.entries.get(said.n)
        if entry is None or self.expiry_days is None or not said.key.startswith(ITEMS):
            return False
        # S3 counts from the object's creation, which was not before the entry's.
        return entry.opened_at + self.expiry_days * DAY_SECONDS <= self.now

    def _find(self, key: str) -> Stored | None:
        # It is the first one under its own key, if it is there at all.
        found = next(iter(self.archive.listed(key)), None)
        return found if found is not None and found.key == key else None

    def _history(self, prefix: str) -> Iterator[Version]:
        try:
            yield from self.archive.history(prefix)
        except MisconfiguredError:
            # An operator may not; what is missing is found all the same.
            self.is_history_refused = True


def _folder(key: str) -> str:
    return key.rpartition("/")[0]

"""
From a draft to a committed entry: plan, store, commit.

Rule 1: nothing appears in the bucket that a plan did not name before.
Rule 2: a write over something is conditional on what was seen, and what was
seen is older than the last look at the lock. So a run that outlived its lock
cannot write over the next holder's bytes without one of the two noticing.
Rule 3: the entry is only ever created. Its existence is the commit.
"""

from dataclasses import dataclass
from enum import Enum

from archive.errors import DamagedError, UndeliveredError
from archive.intent import Plan, decode_plan, encode_plan
from archive.keys import entry_key, plan_key
from archive.ledger import chain_hash, encode_entry
from transforms.bucket import ArchiveBucket, Sealed, seal
from transforms.draft import Draft
from transforms.lock import Lock, require
from transforms.parallel import Each
from transforms.turn import Turn

# How often a write may find that its key changed since it was looked at.
TRIES_MAX = 5


class Commit(Enum):
    """
    Which entry stands under the number: the one we made, or another one.
    """

    OURS = "ours"
    ANOTHERS = "another's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """
    One try at an entry: the lock it holds and the time it has.
    """

    archive: ArchiveBucket
    lock: Lock
    turn: Turn
    each: Each

    def previous(self) -> str | None:
        """
        The link to the entry before this one, None for the first.
        """
        if self.lock.n == 1:
            return None
        key = entry_key(self.lock.n - 1)
        found = self.archive.read(key)
        if found is None:
            msg = f"{key}: gone, and the ledger goes on after it"
            raise DamagedError(msg)
        return chain_hash(found.body)

    def commit(self, draft: Draft) -> Commit:
        """
        Make the draft an entry, and say whose entry stands afterwards.

        Raises UndeliveredError where the time or the lock was lost before.
        """
        # Until here all is in scratch: a crash leaves the intent and no more.
        former = self._plan(draft)

        # From here on objects appear under keys that the plan names. They are
        # not part of the archive. Whoever takes over finds their names.
        self.each(
            lambda parcel: self._store(
                parcel.sealed, is_known=parcel.planned.kept.key in former
            ),
            draft.parcels,
        )
        self._store(draft.file_list, is_known=self.lock.intent.attempts > 1)

        require(self.archive, self.lock)
        self.turn.checkpoint()
        body = encode_entry(draft.entry)
        if self.archive.create(seal(entry_key(self.lock.n), body)) is not None:
            # Committed. The rows are the archive's, and their inputs may go.
            return Commit.OURS
        found = self.archive.read(entry_key(self.lock.n))
        if found is None:
            msg = f"{entry_key(self.lock.n)}: refused, and not there"
            raise UndeliveredError(msg)
        # The same bytes: our answer was lost, or another holder of this intent
        # made the very same entry. Either way it is ours to finish.
        return Commit.OURS if found.body == body else Commit.ANOTHERS

    def _plan(self, draft: Draft) -> frozenset[str]:
        """
        Store the plan; the keys that former plans named.
        """
        key = plan_key(self.lock.n)
        own = tuple(parcel.planned for parcel in draft.parcels)
        for _ in range(TRIES_MAX):
            found = self.archive.read(key)
            former = frozenset() if found is None else decode_plan(key, found.body).keys
            plan = Plan(
                n=self.lock.n,
                writer=self.lock.intent.writer,
                files=own,
                carried=tuple(sorted(former - {each.kept.key for each in own})),
            )
            sealed = seal(key, encode_plan(plan))
            require(self.archive, self.lock)
            if found is None:
                is_stored = self.archive.create(sealed) is not None
            else:
                is_stored = (
                    found.body == sealed.body
                    or self.archive.replace(sealed, found.etag) is not None
                )
            if is_stored:
                return former
            # It changed meanwhile, or our answer was lost: read it again.
        msg = f"{key}: changed {TRIES_MAX} times"
        raise UndeliveredError(msg)

    def _store(self, sealed: Sealed, *, is_known: bool) -> None:
        """
        See to it that these bytes lie under their key.
        """
        shown = self.archive.look(sealed.key) if is_known else None
        for _ in range(TRIES_MAX):
            self.turn.checkpoint()
            if shown is None:
                if self.archive.create(sealed) is not None:
                    return
            elif shown.sha256 == sealed.sha256:
                return
            else:
                # A former try left other bytes: it had another writer, or more
                # inputs. They may only go while no entry names them.
                require(self.archive, self.lock)
                self._require_uncommitted()
                if self.archive.replace(sealed, shown.etag) is not None:
                    return
            # Taken, changed, or stored with the answer lost: look again.
            shown = self.archive.look(sealed.key)
        msg = f"{sealed.key}: changed {TRIES_MAX} times"
        raise UndeliveredError(msg)

    def _require_uncommitted(self) -> None:
        key = entry_key(self.lock.n)
        if self.archive.look(key) is not None:
            msg = f"{key}: committed by a run that had lost the lock"
            raise UndeliveredError(msg)

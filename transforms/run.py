"""
One run: what is open first, then batches, then compactions.

Rule 1: a run begins with the intents that it finds, and begins nothing new
beside one that somebody may still hold.
Rule 2: a crash anywhere leaves the next run a place to go on from, by the same
steps: a committed entry is finished, any other is made again from its intent.
Rule 3: a run stops by itself before it is stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.contract import Contract
from archive.document import EntryKind, Input
from archive.errors import DamagedError, UndeliveredError
from archive.intent import Intent, Treatment, decode_intent
from archive.keys import entry_key, intent_key, plan_key
from archive.ledger import decode_entry
from transforms.bucket import ArchiveBucket
from transforms.catalog import Catalog
from transforms.commit import Attempt, Commit
from transforms.conversion import Job
from transforms.decisions import (
    ClosingRule,
    Holder,
    Standing,
    close,
    next_try,
    standing,
)
from transforms.draft import draft
from transforms.finish import Finisher, Traces
from transforms.head import Head, find_open
from transforms.landing import LandedObject, LandingBucket
from transforms.lock import Lock, acquire, is_ours, take_over
from transforms.look import Look
from transforms.outcome import Sources
from transforms.parallel import Each
from transforms.report import Report
from transforms.scratch import scratch_directory
from transforms.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """
    What a run works with; made once, and knows the head from then on.
    """

    archive: ArchiveBucket
    landing: LandingBucket
    catalog: Catalog
    sources: Sources
    closing: ClosingRule
    look: Look
    head: Head
    writer: Mapping[str, str]
    scratch: Path
    each: Each


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    One run of the transform.
    """

    transform: Transform
    turn: Turn
    report: Report

    def work(self) -> None:
        """
        Do all there is to do, or as much as there is time for.
        """
        try:
            while self.turn.may_begin and self._batch():
                pass
            while self.turn.may_begin and self._compaction():
                pass
        except UndeliveredError as error:
            if not self.turn.is_over:
                raise
            # What was begun stands as an intent, and the next run goes on.
            self.report.stopped = str(error)
        self.report.heartbeat = 1

    def _next(self) -> int | None:
        """
        The number of the entry that may be opened, once nothing is open.

        What is found open is gone on with first. None where another run may
        still hold it.
        """
        archive = self.transform.archive
        while True:
            # The order of the looks is part of the protocol: see head.py.
            n = self.transform.head.find(archive) + 1
            found = find_open(archive)
            for orphan in found.orphans:
                # Without its entry it is left to the run that opens its number.
                if orphan < n:
                    self._finisher().sweep(orphan)
            if not found.intents:
                return n
            # What an intent keeps waiting is told, whatever becomes of it now.
            self._landed()
            if not all(self._resume(intent) for intent in found.intents):
                self.report.stopped = "another run holds an intent"
                return None

    def _resume(self, n: int) -> bool:
        """
        Go on with an open entry; False where another run may still hold it.
        """
        archive = self.transform.archive
        found = archive.read(intent_key(n))
        if found is None:
            return True
        intent = decode_intent(intent_key(n), found.body)
        if standing(intent, self.turn.now()) is Standing.HELD:
            return False

        if archive.look(entry_key(n)) is None:
            is_planned = archive.look(plan_key(n)) is not None
            tried = next_try(intent, self._holder(), is_planned=is_planned)
            lock = take_over(archive, found.etag, tried)
            if lock is None:
                return False
            if archive.look(entry_key(n)) is None:
                self._attempt(lock)
                return True
            self._finish(n, Traces(intent_etag=lock.etag))
            return True
        # Committed, and its holder died before all was done.
        self._finish(n, Traces(intent_etag=found.etag))
        return True

    def _batch(self) -> bool:
        """
        Close a batch and make it an entry; whether there may be another one.
        """
        n = self._next()
        if n is None:
            return False
        closed = close(self._landed(), self.turn.now(), self.transform.closing)
        inputs = self._pinned(closed)
        return bool(inputs) and self._open(n, EntryKind.BATCH, inputs)

    def _compaction(self) -> bool:
        """
        Compact what is due; whether there may be more.
        """
        look, now = self.transform.look, self.turn.now()
        n = self._next() if look.is_worthwhile(now) else None
        if n is None:
            return False
        inputs = look.inputs(self.transform.archive, n - 1, now)
        return bool(inputs) and self._open(n, EntryKind.COMPACTION, inputs)

    def _landed(self) -> Sequence[LandedObject]:
        """
        What lies in the landing bucket; how long and how much is told.
        """
        landed = list(self.transform.landing.landed())
        now = int(self.turn.now())
        oldest = min((each.landed_at for each in landed), default=now)
        self.report.oldest_landed_seconds = max(0, now - oldest)
        self.report.landed_bytes = sum(each.bytes for each in landed)
        return landed

    def _pinned(self, batch: Sequence[LandedObject]) -> tuple[Input, ...]:
        """
        The versions of a batch, without those that are gone since.
        """
        pinned: dict[str, Input | None] = {}

        def pin(landed: LandedObject) -> None:
            pinned[landed.key] = self.transform.landing.pin(landed)

        self.transform.each(pin, batch)
        found = (pinned[landed.key] for landed in batch)
        return tuple(each for each in found if each is not None)

    def _open(self, n: int, kind: EntryKind, inputs: tuple[Input, ...]) -> bool:
        holder = self._holder()
        lock = acquire(
            self.transform.archive,
            Intent(
                n=n,
                kind=kind,
                inputs=inputs,
                treatment=Treatment.CONVERT,
                opened_at=int(self.turn.now()),
                # Refused here, before anything is touched, where the archive
                # cannot bear it.
                contract=self._contract(n - 1),
                writer=holder.writer,
                holder=holder.name,
                attempts=1,
                until=holder.until,
            ),
        )
        if lock is None:
            return False
        self._attempt(lock)
        return True

    def _contract(self, head: int) -> Contract:
        contract = self.transform.catalog.contract()
        if head == 0:
            return contract
        found = self.transform.archive.read(entry_key(head))
        if found is None:
            msg = f"{entry_key(head)}: gone"
            raise DamagedError(msg)
        return contract.succeed(decode_entry(entry_key(head), found.body).contract)

    def _attempt(self, lock: Lock) -> None:
        """
        Convert, plan, store, commit, finish: steps 3 to 9 under this lock.
        """
        intent = lock.intent
        self.report.attempts = max(self.report.attempts, intent.attempts)
        attempt = Attempt(
            archive=self.transform.archive,
            lock=lock,
            turn=self.turn,
            each=self.transform.each,
        )
        with scratch_directory(self.transform.scratch) as scratch:
            job = Job(
                n=lock.n,
                contract=intent.contract,
                scratch=scratch,
                checkpoint=self.turn.checkpoint,
            )
            outcome = self.transform.sources.outcome(intent, job)
            made = draft(intent, outcome, attempt.previous())
            traces = Traces(intent_etag=lock.etag, keys=made.keys)
            try:
                commit = attempt.commit(made)
            except UndeliveredError:
                # Where the lock was lost to a run that has committed since,
                # what we stored is cleared away now: nobody else knows of it.
                if self.transform.archive.look(entry_key(lock.n)) is not None:
                    self._finisher().finish(lock.n, traces)
                raise

        if commit is Commit.ANOTHERS:
            self._finisher().finish(lock.n, traces)
            msg = f"{entry_key(lock.n)}: committed by another run, with another plan"
            raise DamagedError(msg)
        is_disputed = intent.attempts > 1 or not is_ours(self.transform.archive, lock)
        self._finish(lock.n, replace(traces, is_disputed=is_disputed))

    def _finish(self, n: int, traces: Traces) -> None:
        # Counted here and not at the commit: a run that dies in between reports
        # nothing, and damage that nobody counts rings no alarm.
        self.report.add(self._finisher().finish(n, traces))

    def _finisher(self) -> Finisher:
        return Finisher(
            archive=self.transform.archive,
            landing=self.transform.landing,
            catalog=self.transform.catalog,
            each=self.transform.each,
        )

    def _holder(self) -> Holder:
        return Holder(
            name=self.turn.holder, until=self.turn.until, writer=self.transform.writer
        )

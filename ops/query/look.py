"""
What a query touches, as ledger, bucket and Glue have it at one time.

Rule 1: reading only, and under items/ and ledger/ alone, as an analyst may.
Rule 2: after a query the same is looked at again: what changed meanwhile may or
may not be in the answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from archive.errors import UndeliveredError
from archive.keys import ENTRIES, Partition, entry_key
from ops.connection import Connection
from ops.head import read_to_its_end, refuse_later, verified_head
from ops.ledger import Ledger
from ops.listing import look_around
from ops.objects import BucketObjects, Objects, Stored
from ops.query.glue import Glue
from ops.query.survey import Seen, Survey, prefix_of, survey
from ops.query.touched import Touched
from ops.terminal import Terminal

# A restored copy must outlive the query. Athena ends one after 30 minutes (Athena
# user guide: "Service Quotas", DML query timeout), and it may wait in the queue.
NEEDED_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """
    The ledger, and what was found of what it says.
    """

    ledger: Ledger
    survey: Survey

    @property
    def last_entry(self) -> str:
        """
        The key of the last entry; an empty text where there is none.
        """
        return entry_key(self.ledger.head.n) if self.ledger.entries else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    How to look: with Glue where the engine finds its files by it.
    """

    connection: Connection
    terminal: Terminal
    with_glue: bool

    @property
    def objects(self) -> BucketObjects:
        """
        The archive bucket.
        """
        bucket = self.connection.deployment.archive_bucket
        return BucketObjects(self.connection.client("s3"), bucket)

    def ledger(self, wanted: Callable[[Partition], bool]) -> Ledger:
        """
        The ledger to its end, with the files of the wanted partitions.
        """
        verified = verified_head(self.connection, self.terminal)
        return read_to_its_end(self.objects, self.terminal, verified, wanted)

    def at(self, touched: Touched, ledger: Ledger | None = None) -> Looked:
        """
        What there is now, of what is touched.

        `ledger` is one that was read just now, with these files and others.
        """
        ledger = (
            self.ledger(touched.takes) if ledger is None else _only(ledger, touched)
        )
        # What is fetched at once need not outlive a query.
        seconds = NEEDED_SECONDS if self.with_glue else 0
        found = self._survey(ledger, touched, seconds)
        if found.missing:
            # A compaction may have replaced them since the ledger was read.
            ledger = self.ledger(touched.takes)
            found = self._survey(ledger, touched, seconds)
        return Looked(ledger=ledger, survey=found)

    def again(self, before: Looked, touched: Touched) -> None:
        """
        Look again after the query; UndeliveredError where its answer may be mixed.
        """
        if not touched.touches:
            return
        entries = (it.key for it in self.objects.listed(ENTRIES))
        if max(entries, default="") > before.last_entry:
            ledger = self.ledger(touched.takes)
            if ledger.files != before.ledger.files:
                msg = (
                    f"entry {ledger.head.n} of the ledger changed what the query "
                    "touches while it ran, so the answer is of no one archive; repeat "
                    "the command"
                )
                raise UndeliveredError(msg)
        # What was there to its end was there while it ran; of a partial answer
        # nothing lacks but what was told.
        after = self._survey(before.ledger, touched, seconds=0)
        if not after.is_no_worse_than(before.survey):
            msg = (
                "objects that the query touches changed while it ran, so the answer "
                "may be of no one archive; repeat the command"
            )
            raise UndeliveredError(msg)

    def _survey(self, ledger: Ledger, touched: Touched, seconds: int) -> Survey:
        locations = None
        if self.with_glue and touched.touches:
            locations = Glue(self.connection).locations(touched)
        partitions = {record.partition for record in ledger.files.values()}
        partitions.update(locations or ())
        entries_files = sum(entry.files.rows for entry in ledger.entries)
        stored = {it.key: it for it in _listed(self.objects, partitions, entries_files)}
        refuse_later(self.objects, ledger.head, stored)
        now = self.connection.clock.now()
        return survey(
            Seen(
                now=now,
                until=now + seconds,
                files=ledger.files,
                stored=stored,
                locations=locations,
            )
        )


def _only(ledger: Ledger, touched: Touched) -> Ledger:
    files = {k: it for k, it in ledger.files.items() if touched.takes(it.partition)}
    return replace(ledger, files=files)


def _listed(
    objects: Objects, partitions: set[Partition], archive_objects: int
) -> Iterator[Stored]:
    """
    What lies in these partitions.
    """
    wanted = {partition.prefix for partition in partitions}
    around = look_around(objects, wanted, archive_objects)
    return (it for it in around if prefix_of(it.key) in wanted)

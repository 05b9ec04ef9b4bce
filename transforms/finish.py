"""
What follows a commit: partitions, deletions, the lock.

Rule 1: all of it follows from the entry as it is stored, never from the intent
or from memory. An intent that was opened on a stale head can name objects that
no entry holds.
Rule 2: all of it may be done twice, by two runs, or late.
Rule 3: what deletes is guarded by numbered guards, and hides rather than
destroys.
"""

from dataclasses import dataclass

from archive.document import EntryKind, Input, Kept
from archive.errors import DamagedError
from archive.file_list import decode_file_list
from archive.intent import decode_plan
from archive.keys import entry_key, intent_key, plan_key, written_by
from archive.ledger import Entry, FileList, chain_hash, decode_entry
from transforms.bucket import ArchiveBucket, Found
from transforms.catalog import Catalog
from transforms.landing import LandingBucket
from transforms.parallel import Each
from transforms.put_back import put_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """
    What tries at an entry may have left, beside the plan that lies there.

    `keys` is what this run itself may have stored. `is_disputed` says that more
    than one run may have written for the entry.
    """

    intent_etag: str
    keys: frozenset[str] = frozenset()
    is_disputed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finisher:
    """
    The buckets and the catalog that an entry is finished in.
    """

    archive: ArchiveBucket
    landing: LandingBucket
    catalog: Catalog
    each: Each

    def finish(self, n: int, traces: Traces) -> Entry:
        """
        Do what entry n still asks for, then let its lock go if it is this one.
        """
        entry = decode_entry(entry_key(n), self._read(entry_key(n)).body)
        file_list = self._file_list(entry)
        plan = self.archive.read(plan_key(n))
        if traces.is_disputed:
            named = (*entry.kept, *_kept(file_list))
            self.each(lambda kept: put_back(self.archive, n, kept), named)

        partitions = {record.partition for record in file_list.adds}
        self.catalog.register(
            sorted(partitions, key=lambda each: (each.device, each.date))
        )

        # From here on the inputs go. The entry holds what was in them, whatever
        # happens to this run.
        if entry.kind is EntryKind.BATCH:
            self._delete_landed(entry)
        self._delete_replaced(entry, file_list)
        planned = decode_plan(plan_key(n), plan.body).keys if plan else frozenset()
        self._delete_strays(entry, file_list, planned | traces.keys)

        # The plan goes before the intent: an intent alone is resumed here, and
        # ends in the same place. A plan alone is only swept.
        if plan is not None:
            self.archive.remove(plan_key(n), plan.etag)
        self.archive.remove(intent_key(n), traces.intent_etag)
        return entry

    def sweep(self, n: int) -> None:
        """
        Take away the plan of an entry that stands and has no intent any more.

        A run that outlived its lock can leave one, where it dies on top.
        """
        entry = decode_entry(entry_key(n), self._read(entry_key(n)).body)
        plan = self.archive.read(plan_key(n))
        if plan is not None:
            planned = decode_plan(plan_key(n), plan.body).keys
            self._delete_strays(entry, self._file_list(entry), planned)
            self.archive.remove(plan_key(n), plan.etag)

    def _delete_landed(self, entry: Entry) -> None:
        # First guard: the entry, as it is stored, names the object. Second: the
        # delete is for exactly the bytes that it names. Third: it leaves a
        # marker, and the version stays until the landing bucket expires it.
        sources = [taken.source for taken in entry.inputs]
        self.each(self.landing.forget, sources)

    def _delete_replaced(self, entry: Entry, file_list: FileList) -> None:
        if not file_list.removes:
            return
        # First guard: before the commit, the new files hold as many rows as the
        # old (outcome.py). Second, by another road: each of them lies there, by
        # the checksum that S3 keeps.
        self.each(self._require_stored, _kept(file_list))

        sources = {taken.source.key: taken.source for taken in entry.inputs}
        self.each(
            lambda record: self._delete_older(sources[record.key], entry.n),
            file_list.removes,
        )

    def _require_stored(self, kept: Kept) -> None:
        shown = self.archive.look(kept.key)
        if shown is None or shown.sha256 != kept.sha256:
            msg = f"{kept.key}: not what its entry names, so nothing is deleted"
            raise DamagedError(msg)

    def _delete_older(self, source: Input, n: int) -> None:
        # Third guard: an entry removes only what an earlier one added. Fourth:
        # exactly these bytes, and by a marker.
        if written_by(source.key) >= n:
            msg = f"{source.key}: entry {n} cannot replace what it does not follow"
            raise DamagedError(msg)
        self.archive.remove(source.key, source.etag)

    def _delete_strays(
        self, entry: Entry, file_list: FileList, keys: frozenset[str]
    ) -> None:
        """
        What former tries stored and the entry does not name.
        """
        named = {each.key for each in (*entry.kept, *_kept(file_list))}
        self.each(lambda key: self._delete_stray(key, entry.n), sorted(keys - named))

    def _delete_stray(self, key: str, n: int) -> None:
        # First guard: the entry stands and does not name the key. Second: only
        # this entry's number in the key; no other entry can ever name it.
        # Third: exactly the bytes that were seen, and by a marker.
        if written_by(key) != n:
            msg = f"{key}: planned for entry {n}, which it cannot belong to"
            raise DamagedError(msg)
        shown = self.archive.look(key)
        if shown is not None:
            self.archive.remove(key, shown.etag)

    def _file_list(self, entry: Entry) -> FileList:
        kept = entry.files.kept
        found = self.archive.read(kept.key)
        if found is None or chain_hash(found.body) != kept.sha256:
            put_back(self.archive, entry.n, kept)
            found = self._read(kept.key)
        file_list = decode_file_list(kept.key, found.body)
        if entry.files.rows != len(file_list.adds) + len(file_list.removes):
            msg = f"{kept.key}: not as many files as entry {entry.n} says"
            raise DamagedError(msg)
        return file_list

    def _read(self, key: str) -> Found:
        found = self.archive.read(key)
        if found is None:
            msg = f"{key}: gone"
            raise DamagedError(msg)
        return found


def _kept(file_list: FileList) -> list[Kept]:
    return [
        Kept(key=record.key, bytes=record.bytes, sha256=record.sha256)
        for record in file_list.adds
    ]

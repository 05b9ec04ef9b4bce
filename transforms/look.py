"""
Which partitions are due for compaction.

Rule 1: cold objects are never touched. The storage class that LIST shows
decides, not the age.
Rule 2: only what the ledger holds is compacted, and only with its own kind.
Rule 3: the look starts from the ledger each day, so that a run which was
missed, or a month of them, changes nothing.

An entry that is young enough to name hot files is read; older ones are not.
What the lifecycle left hot for longer than the grace (it has a size floor, or
was off) stays as it is: more objects, nothing wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.document import Input
from archive.errors import DamagedError
from archive.file_list import decode_file_list
from archive.keys import ENTRIES, Partition, entry_number, file_list_key
from archive.ledger import FileList
from transforms.bucket import ArchiveBucket, ListedVersion
from transforms.decisions import BATCH_OBJECTS_MAX
from transforms.parallel import Each, one_by_one

DAY_SECONDS = 86_400

# A little less than a day, or the hourly look would come an hour later each day.
LOOK_SECONDS = DAY_SECONDS - 3_600

# How long after its due date an object may still be found hot: the lifecycle
# runs once a day and may lag.
GRACE_DAYS = 30

HOT = "STANDARD"

# Partitions that are listed at a time, in parallel.
PARTITIONS_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactionRule:
    """
    When a partition is compacted, and how much of it all one entry takes.

    `age_days` is the age of its oldest hot file, `cold_days` when the lifecycle
    moves it.
    """

    age_days: int
    cold_days: int
    bytes_max: int


@dataclass(slots=True)
class Look:
    """
    The partitions that are due, as of the last look.
    """

    rule: CompactionRule
    each: Each = one_by_one
    _looked_at: float | None = None
    _head: int = 0
    _due: dict[Partition, set[str]] = field(default_factory=dict)

    def is_worthwhile(self, now: float) -> bool:
        """
        Whether inputs() would look at anything. Most runs need not ask.
        """
        return bool(self._due) or self._is_stale(now)

    def inputs(
        self, archive: ArchiveBucket, head: int, now: float
    ) -> tuple[Input, ...]:
        """
        What the next compaction takes; empty while nothing is due.

        To be asked when nothing is open: then what entries removed is gone.
        """
        if self._is_stale(now):
            self._due = _due(archive, now, self.rule)
            self._looked_at = now
        else:
            self._follow(archive, head)
        self._head = head

        chosen: list[Input] = []
        total = 0
        while self._due:
            for partition, hot in self._hot_files(archive).items():
                if not _is_due(hot, now, self.rule):
                    del self._due[partition]
                    continue
                total += sum(each.listed.bytes for each in hot)
                objects = len(chosen) + len(hot)
                if chosen and (
                    total > self.rule.bytes_max or objects > BATCH_OBJECTS_MAX
                ):
                    return tuple(chosen)
                # Gone from here whatever becomes of it: a partition that cannot
                # be compacted must not stand before the others again today.
                del self._due[partition]
                chosen.extend(_input(each) for each in hot)
        return tuple(chosen)

    def _hot_files(
        self, archive: ArchiveBucket
    ) -> dict[Partition, list[ListedVersion]]:
        """
        What may be compacted of the next partitions, as it lies there now.

        One that another run has compacted since shows nothing.
        """
        partitions = list(self._due)[:PARTITIONS_AT_ONCE]
        hot: dict[Partition, list[ListedVersion]] = {each: [] for each in partitions}

        def find(partition: Partition) -> None:
            hot[partition] = [
                each
                for each in archive.versions(partition.prefix)
                if each.is_current
                and each.listed.key in self._due[partition]
                and each.listed.storage_class == HOT
            ]

        self.each(find, partitions)
        return hot

    def _is_stale(self, now: float) -> bool:
        return self._looked_at is None or now - self._looked_at >= LOOK_SECONDS

    def _follow(self, archive: ArchiveBucket, head: int) -> None:
        for n in range(self._head + 1, head + 1):
            for record in _file_list(archive, n).removes:
                self._due.get(record.partition, set()).discard(record.key)


def _due(
    archive: ArchiveBucket, now: float, rule: CompactionRule
) -> dict[Partition, set[str]]:
    """
    Partitions with several files, one of them old enough, and their live keys.
    """
    youngest = now - rule.age_days * DAY_SECONDS
    oldest = now - (rule.cold_days + GRACE_DAYS) * DAY_SECONDS
    entries = [
        listed for listed in archive.listing(ENTRIES) if listed.modified_at >= oldest
    ]
    if not entries or entries[0].modified_at > youngest:
        return {}

    live: dict[Partition, set[str]] = {}
    aged: set[str] = set()
    for listed in entries:
        file_list = _file_list(archive, entry_number(listed.key))
        for record in file_list.removes:
            live.get(record.partition, set()).discard(record.key)
        for record in file_list.adds:
            live.setdefault(record.partition, set()).add(record.key)
            if listed.modified_at <= youngest:
                aged.add(record.key)
    return {
        partition: keys
        for partition, keys in live.items()
        if len(keys) > 1 and not keys.isdisjoint(aged)
    }


def _file_list(archive: ArchiveBucket, n: int) -> FileList:
    key = file_list_key(n)
    found = archive.read(key)
    if found is None:
        msg = f"{key}: gone"
        raise DamagedError(msg)
    return decode_file_list(key, found.body)


def _is_due(hot: Sequence[ListedVersion], now: float, rule: CompactionRule) -> bool:
    if len(hot) < 2:  # noqa: PLR2004  one file is what compaction is for
        return False
    oldest = min(each.listed.modified_at for each in hot)
    return oldest <= now - rule.age_days * DAY_SECONDS


def _input(found: ListedVersion) -> Input:
    return Input(
        key=found.listed.key,
        version=found.version,
        etag=found.listed.etag,
        bytes=found.listed.bytes,
    )

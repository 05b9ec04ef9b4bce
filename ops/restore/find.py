"""
The objects that a selection means, as the ledger names and the bucket shows them.

Rule 1: the ledger says what belongs to the archive. What lies beside it is never
restored, and what it names and the bucket lacks is damage.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.errors import DamagedError
from archive.files import FileRecord
from archive.keys import partition_device
from ops.ledger import read_ledger
from ops.objects import Objects, Stored
from ops.restore.census import Census
from ops.restore.listing import look_up
from ops.selection import Selection
from ops.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    The selected objects by key: what the ledger says, and what is in the bucket.

    Both have the same keys. `archive_objects` is about how many there are in all,
    `empty_devices` those that were named and have none in these dates.
    """

    files: Mapping[str, FileRecord]
    stored: Mapping[str, Stored]
    archive_objects: int
    empty_devices: tuple[str, ...]

    @property
    def rows(self) -> int:
        """
        The rows in all of them.
        """
        return sum(record.rows for record in self.files.values())


def find(objects: Objects, selection: Selection, terminal: Terminal) -> Found:
    """
    Find them.

    Raises MisconfiguredError where nothing is selected, DamagedError where an
    object is not there.
    """
    files, archive_objects = _selected(objects, selection, terminal)
    stored = look_up(objects, files, archive_objects)
    if stored.keys() != files.keys():
        # A compaction may have replaced it since the ledger was read.
        files, archive_objects = _selected(objects, selection, terminal)
        stored = look_up(objects, files, archive_objects)
    missing = sorted(files.keys() - stored.keys())
    if missing:
        more = f" and {len(missing) - 1:,} more" if len(missing) > 1 else ""
        msg = (
            f"{missing[0]}{more}: named by the ledger and not in the bucket; "
            "nothing was restored; firn verify tells what is missing"
        )
        raise DamagedError(msg)
    taken = {record.partition.device for record in files.values()}
    return Found(
        files=files,
        stored=stored,
        archive_objects=archive_objects,
        empty_devices=tuple(
            device
            for device in selection.devices or ()
            if partition_device(device) not in taken
        ),
    )


def _selected(
    objects: Objects, selection: Selection, terminal: Terminal
) -> tuple[dict[str, FileRecord], int]:
    census = Census(selection)
    ledger = read_ledger(objects, terminal, wanted=census.wanted)
    files = {
        key: record
        for key, record in ledger.files.items()
        if selection.takes(record.partition, ledger.contract_of(key).granularity)
    }
    census.refuse_unknown()
    if not files:
        census.refuse_nothing()
    return files, census.all.files

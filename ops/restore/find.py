"""
The objects that a selection means, as the ledger names and the bucket shows them.

Rule 1: the ledger says what belongs to the archive. What lies beside it is never
restored, and what it names and the bucket lacks is damage.
"""

from dataclasses import dataclass

from archive.errors import DamagedError
from archive.files import FileRecord
from archive.keys import partition_device
from ops.head import read_to_its_end, refuse_later
from ops.ledger import Head, Ledger
from ops.listing import look_around
from ops.objects import Objects, Stored
from ops.restore.census import Census
from ops.restore.found import Found
from ops.selection import Selection
from ops.terminal import Terminal


def find(
    objects: Objects,
    selection: Selection,
    terminal: Terminal,
    verified: Head | None = None,
) -> Found:
    """
    Find them; `verified` is the last entry that is known to have been there.

    Raises MisconfiguredError where nothing is selected, DamagedError where an
    object or the ledger's end is not there.
    """
    search = _Search(objects, selection, terminal, verified)
    files, archive_objects, stored = search()
    if stored.keys() != files.keys():
        # A compaction may have replaced it since the ledger was read.
        files, archive_objects, stored = search()
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


@dataclass(frozen=True, slots=True)
class _Search:
    objects: Objects
    selection: Selection
    terminal: Terminal
    verified: Head | None

    def __call__(self) -> tuple[dict[str, FileRecord], int, dict[str, Stored]]:
        """
        What the ledger names now, how much there is in all, and what of it is there.
        """
        census = Census(self.selection)
        ledger = read_to_its_end(
            self.objects, self.terminal, self.verified, census.wanted
        )
        files = self._selected(ledger)
        census.refuse_unknown()
        if not files:
            census.refuse_nothing()
        stored: dict[str, Stored] = {}
        others: list[str] = []
        for it in look_around(self.objects, files, census.all.files):
            if it.key in files:
                stored[it.key] = it
            else:
                others.append(it.key)
        refuse_later(self.objects, ledger.head, others)
        return files, census.all.files, stored

    def _selected(self, ledger: Ledger) -> dict[str, FileRecord]:
        return {
            key: record
            for key, record in ledger.files.items()
            if self.selection.takes(
                record.partition, ledger.contract_of(key).granularity
            )
        }

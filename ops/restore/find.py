"""
The objects that a selection means, as the ledger names and the bucket shows them.

Rule 1: the ledger says what belongs to the archive. What lies beside it is never
restored, and what it names and the bucket lacks is damage.
"""

from archive.errors import DamagedError
from archive.files import FileRecord
from archive.keys import partition_device
from ops.ledger import read_ledger
from ops.objects import Objects, Stored
from ops.restore.census import Census
from ops.restore.found import Found
from ops.restore.listing import look_up
from ops.selection import Selection
from ops.terminal import Terminal


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

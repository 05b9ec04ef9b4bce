"""
What a selection means: the objects that the ledger names, as the bucket shows them.

Rule 1: values only; find.py looks for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.files import FileRecord
from ops.objects import Stored


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

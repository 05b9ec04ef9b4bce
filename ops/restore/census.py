"""
Which devices and dates an archive knows, noted while its ledger is read.

Rule 1: one reading does both: the few files that are selected are kept, of all
others only the device and the dates. An archive can have millions of them.
"""

from dataclasses import dataclass, field
from typing import Self

from archive.errors import MisconfiguredError
from archive.keys import DEFAULT_PARTITION, Partition, partition_device
from ops.selection import Selection, unknown_device
from ops.words import counted


@dataclass(slots=True)
class Dates:
    """
    The first and the last date of something, and how many files there are.
    """

    files: int = 0
    first: str = ""
    last: str = ""

    def add(self, date: str) -> None:
        """
        Note one more file.
        """
        self.files += 1
        if date != DEFAULT_PARTITION:
            self.first = min(self.first or date, date)
            self.last = max(self.last, date)

    def plus(self, other: Self) -> Self:
        """
        The dates of both.
        """
        firsts = [it for it in (self.first, other.first) if it]
        return type(self)(
            files=self.files + other.files,
            first=min(firsts, default=""),
            last=max(self.last, other.last),
        )

    def __str__(self) -> str:
        """
        As a person reads it.
        """
        return f"{self.first} to {self.last}" if self.first else "no known dates"


@dataclass(slots=True)
class Census:
    """
    Notes every partition that it is asked about.

    What an entry has removed since counts as well: it was there once.
    """

    selection: Selection
    devices: dict[str, Dates] = field(default_factory=dict)

    def wanted(self, partition: Partition) -> bool:
        """
        Whether files of a partition may be selected.
        """
        self.devices.setdefault(partition.device, Dates()).add(partition.date)
        return self.selection.may_take(partition)

    @property
    def all(self) -> Dates:
        """
        All dates and files.
        """
        dates = Dates()
        for each in self.devices.values():
            dates = dates.plus(each)
        return dates

    def refuse_unknown(self) -> None:
        """
        Raise MisconfiguredError for the first device that the archive never had.
        """
        if not self.devices:
            msg = "the archive is empty: its ledger names no object yet"
            raise MisconfiguredError(msg)
        for device in self.selection.devices or ():
            if partition_device(device) not in self.devices:
                msg = f"{unknown_device(device, self.devices)} ({self._words()})"
                raise MisconfiguredError(msg)

    def refuse_nothing(self) -> None:
        """
        Raise MisconfiguredError because nothing is selected, saying what there is.
        """
        for device in self.selection.devices or ():
            dates = self.devices[partition_device(device)]
            msg = f"device {device!r}: nothing in these dates; it has {dates}"
            raise MisconfiguredError(msg)
        msg = f"nothing in these dates; the archive has {self._words()}"
        raise MisconfiguredError(msg)

    def _words(self) -> str:
        return f"{counted(len(self.devices), 'device')}, {self.all}"

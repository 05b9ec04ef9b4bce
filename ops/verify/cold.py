"""
Where the objects lie that a deep look could not read.

Rule 1: a few partitions stand for all of them: enough to name the devices, as long
as they are few, and the first and the last date.
"""

from dataclasses import dataclass, field

from archive.keys import Partition
from ops.restore_command import DEVICES_MAX


@dataclass(slots=True)
class Cold:
    """
    Partitions that hold cold objects.
    """

    _of_device: dict[str, Partition] = field(default_factory=dict)
    _first: Partition | None = None
    _last: Partition | None = None

    def add(self, partition: Partition) -> None:
        """
        Take note of one.
        """
        # One too many for a command says that there are too many.
        if len(self._of_device) <= DEVICES_MAX:
            self._of_device.setdefault(partition.device, partition)
        if self._first is None or partition.date < self._first.date:
            self._first = partition
        if self._last is None or partition.date > self._last.date:
            self._last = partition

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """
        Those that stand for all.
        """
        ends = (self._first, self._last)
        return (*self._of_device.values(), *(it for it in ends if it is not None))

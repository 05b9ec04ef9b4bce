"""
A device and a range of dates, as a person names them.

Rule 1: dates are those of the archive's time zone, both ends included; they are
days of creation, because that is how the archive lies.
Rule 2: a file is selected when a row of it can be: a month's file for each day of
the month.
"""

import calendar
import difflib
import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from archive.keys import DEFAULT_PARTITION, Partition, partition_device

# How many names are shown, and how much alike they are (difflib).
_NEAR_MAX = 3
_NEAR_MIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """
    Devices by their ids, None for all; the first and the last day, None for open.

    Rows without a usable creation time lie on no day: they are selected only
    where no day is named.
    """

    devices: tuple[str, ...] | None = None
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """
        Refuse a range that ends before it begins.
        """
        if self.first and self.last and self.last < self.first:
            msg = f"--to {self.last}: lies before --from {self.first}"
            raise MisconfiguredError(msg)

    @property
    def partition_devices(self) -> frozenset[str] | None:
        """
        The devices as partitions spell them.
        """
        return None if self.devices is None else _partition_devices(self.devices)

    def may_take(self, partition: Partition) -> bool:
        """
        Whether a partition can hold what is selected, whatever its granularity.
        """
        return self.takes(partition, Granularity.DAY) or self.takes(
            partition, Granularity.MONTH
        )

    def takes(self, partition: Partition, granularity: Granularity) -> bool:
        """
        Whether a partition of this granularity holds a day that is selected.
        """
        devices = self.partition_devices
        if devices is not None and partition.device not in devices:
            return False
        if partition.date == DEFAULT_PARTITION:
            return self.first is None and self.last is None
        begin = date.fromisoformat(partition.date)
        end = _month_end(begin) if granularity is Granularity.MONTH else begin
        return (self.last is None or begin <= self.last) and (
            self.first is None or end >= self.first
        )


def parse_selection(
    devices: Sequence[str] | None, first: str | None, last: str | None
) -> Selection:
    """
    The selection that --device, --from and --to name.
    """
    return Selection(
        devices=tuple(devices) if devices else None,
        first=_day("--from", first),
        last=_day("--to", last),
    )


def unknown_device(device: str, there: Collection[str]) -> str:
    """
    That an archive never had a device, and which of those it has are close to it.
    """
    near = difflib.get_close_matches(device, there, _NEAR_MAX, _NEAR_MIN)
    hint = f"close to it: {', '.join(near)}" if near else "nothing like it"
    return f"device {device!r}: not in the archive; {hint}"


@functools.lru_cache(maxsize=16)
def _partition_devices(devices: tuple[str, ...]) -> frozenset[str]:
    # Kept, because it is asked for once for each partition of an archive.
    return frozenset(map(partition_device, devices))


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    # Python takes 20260131 and 2026-W05-6 too, and later versions more of them.
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        msg = f"{option} {text}: not a date; write it as 2026-01-31"
        raise MisconfiguredError(msg)
    return day


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])

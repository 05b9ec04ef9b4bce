"""
In which partition's date a moment lies.

Rule 1: this is the only file that knows time zones.
Rule 2: zones come from the `tzdata` package through zoneinfo: a Lambda has no
time zone database that Arrow could read.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from archive.contract import Contract, Granularity
from archive.row import EPOCH, epoch_milliseconds
from transforms.schema import MOMENT

HOUR_MILLISECONDS = 3_600_000
_MILLISECOND = timedelta(milliseconds=1)

# The years that Python, Athena and Trino write with four digits.
MOMENT_MIN = epoch_milliseconds(datetime(1, 1, 1))  # noqa: DTZ001 - UTC, unsaid
MOMENT_MAX = epoch_milliseconds(datetime(9999, 12, 31, 23, 59, 59, 999_000))  # noqa: DTZ001

# No zone is further from UTC, so arithmetic this far inside cannot overflow.
_MARGIN = 2 * 24 * HOUR_MILLISECONDS

# Hours remembered: more than ten years of them, in a few megabytes.
_HOURS_MAX = 100_000


class Calendar:
    """
    The days (or months) of one time zone.

    `first` and `last` are the moments between which a date has four digits, in
    UTC and in the zone alike.
    """

    def __init__(self, contract: Contract) -> None:
        """
        The calendar of a contract's zone and granularity.
        """
        self._zone = ZoneInfo(contract.time_zone)
        self._unit = "month" if contract.granularity is Granularity.MONTH else "day"
        self._hour_offset = lru_cache(_HOURS_MAX)(self._offset_of_hour)
        earliest = self._offset(MOMENT_MIN + _MARGIN)
        latest = self._offset(MOMENT_MAX - _MARGIN)
        self.first = MOMENT_MIN - min(earliest, 0)
        self.last = MOMENT_MAX - max(latest, 0)

    def holds(self, moment: int) -> bool:
        """
        Whether a moment, in epoch milliseconds, has a date in this calendar.
        """
        return self.first <= moment <= self.last

    def dates(self, moments: pa.Array) -> pa.Array:
        """
        The dates of timestamps; null where a timestamp is.
        """
        numbers = moments.cast(pa.int64())
        # Integer division cuts towards zero; before 1970 that is the next hour.
        hours = pc.floor_temporal(moments, unit="hour").cast(pa.int64())
        encoded = hours.dictionary_encode()
        offsets = [
            self._hour_offset(hour // HOUR_MILLISECONDS)
            for hour in encoded.dictionary.to_pylist()
        ]
        by_row = pa.array(offsets, pa.int64()).take(encoded.indices)
        if by_row.null_count > numbers.null_count:
            by_row = self._offsets_one_by_one(numbers)
        local = pc.add(numbers, by_row).cast(MOMENT)
        return pc.floor_temporal(local, unit=self._unit).cast(pa.date32())

    def _offset_of_hour(self, hour: int) -> int | None:
        start = hour * HOUR_MILLISECONDS
        begins = self._offset(max(start, MOMENT_MIN))
        ends = self._offset(min(start + HOUR_MILLISECONDS - 1, MOMENT_MAX))
        return begins if begins == ends else None

    def _offsets_one_by_one(self, moments: pa.Array) -> pa.Array:
        # A clock was set within one of these hours.
        return pa.array(
            [None if at is None else self._offset(at) for at in moments.to_pylist()],
            pa.int64(),
        )

    def _offset(self, moment: int) -> int:
        clamped = min(max(moment, MOMENT_MIN + _MARGIN), MOMENT_MAX - _MARGIN)
        there = (EPOCH + timedelta(milliseconds=clamped)).astimezone(self._zone)
        offset = there.utcoffset() or timedelta()
        return offset // _MILLISECOND

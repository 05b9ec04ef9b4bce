"""
The month whose deletions are verified.

Rule 1: a month is one of the archive's time zone, as dates are.
Rule 2: a file counts where a row of it may have been deleted in the month.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from archive.errors import MisconfiguredError
from ops.verify.fold import Said

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Window:
    """
    From a moment to another, the latter excluded, in epoch milliseconds.
    """

    begin: int
    end: int

    def takes(self, said: Said) -> bool:
        """
        Whether a row of this file may have been deleted within.
        """
        first, last = said.first_deleted_at, said.last_deleted_at
        if first is None or last is None:
            return True
        return first < self.end and last >= self.begin


def parse_month(text: str) -> tuple[int, int]:
    """
    The year and the month that 2026-10 names.
    """
    found = _MONTH.fullmatch(text)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1970 <= year <= 9998 and 1 <= month <= 12):  # noqa: PLR2004 - years of deletions, and months
        msg = f"--month {text}: not a month; write it as 2026-10"
        raise MisconfiguredError(msg)
    return year, month


def window(month: tuple[int, int], time_zone: str) -> Window:
    """
    When a month begins and ends in a time zone.
    """
    year, number = month
    zone = ZoneInfo(time_zone)
    begin = datetime(year, number, 1, tzinfo=zone)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    return Window(_milliseconds(begin), _milliseconds(end))


def _milliseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp()) * 1000

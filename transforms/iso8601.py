"""
The moments that ISO 8601 texts name.

Rule 1: one grammar, ours: what Python or Arrow read beside it differs between
their versions, and an archive must not.
"""

import re
from datetime import UTC, datetime, timedelta

from archive.row import epoch_milliseconds

# RFC 3339 and its common relatives. A time that names no zone is UTC.
_ISO8601 = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?:(:\d\d)(?:[.,](\d+))?)?"
    r"([Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


def parse_iso8601(text: str) -> int | None:
    """
    The millisecond that an ISO 8601 time lies in, or None where it is none.
    """
    found = _ISO8601.fullmatch(text)
    if found is None:
        return None
    day, minute, second, fraction, offset = found.groups()
    try:
        clock = f"{minute or '00:00'}{second or ':00'}"
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
    except ValueError:
        return None
    since = epoch_milliseconds(moment) + int((fraction or "0").ljust(3, "0")[:3])
    if not offset or offset in "Zz":
        return since
    away = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return since - (away if offset[0] == "+" else -away) // timedelta(milliseconds=1)

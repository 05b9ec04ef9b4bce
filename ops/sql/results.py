"""
DuckDB's answer as Athena's: names and types.

Rule 1: a time has milliseconds, a whole number 64 bits, JSON is text; an interval
is written as Trino writes it.
"""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from archive.errors import MisconfiguredError
from ops.sql.translate import UNNAMED, UNNAMED_IN_RESULT

_MONTHS_A_YEAR = 12
_NANOSECONDS = 1_000_000_000
_DAY_SECONDS = 86_400
_ZONED = "TIMESTAMP WITH TIME ZONE"


def as_athena(
    rows: pa.Table, types: Sequence[str], zones: Mapping[int, str]
) -> pa.Table:
    """
    The rows, with the types that Athena would give them.

    `types` are DuckDB's words for what they came as, `zones` the time zones that
    some columns are shown in.
    """
    columns = []
    for number, (column, type_) in enumerate(zip(rows.columns, types, strict=True)):
        convert = _CONVERSIONS.get(type_)
        if type_ == _ZONED:
            convert = _cast(pa.timestamp("ms", tz=zones.get(number, "UTC")))
        try:
            columns.append(column if convert is None else convert(column))
        except pa.ArrowInvalid as error:
            msg = f"query: a number is too large for a bigint ({error})"
            raise MisconfiguredError(msg) from error
    names = [
        f"{UNNAMED}{position}" if name.startswith(UNNAMED_IN_RESULT) else name
        for position, name in enumerate(rows.column_names)
    ]
    return pa.table(columns, names=names)


def interval_text(months: int, days: int, nanoseconds: int) -> str:
    """
    An interval as Trino writes it: 1-2 in years and months, or 3 04:05:06.007.
    """
    if months and not (days or nanoseconds):
        sign = "-" if months < 0 else ""
        return f"{sign}{abs(months) // _MONTHS_A_YEAR}-{abs(months) % _MONTHS_A_YEAR}"
    milliseconds = days * _DAY_SECONDS * 1000 + nanoseconds // (_NANOSECONDS // 1000)
    sign, rest = ("-", -milliseconds) if milliseconds < 0 else ("", milliseconds)
    seconds, fraction = divmod(rest, 1000)
    whole_days, seconds = divmod(seconds, _DAY_SECONDS)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{sign}{whole_days} {hours:02}:{minutes:02}:{seconds:02}.{fraction:03}"


def _intervals(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(
        [
            None if value is None else interval_text(*value)
            for value in column.to_pylist()
        ],
        pa.string(),
    )


def _cast(type_: pa.DataType) -> Callable[[pa.ChunkedArray], pa.ChunkedArray]:
    # A fraction of a millisecond is rounded away by Athena too.
    return lambda column: column.cast(type_, safe=not pa.types.is_timestamp(type_))


_CONVERSIONS: dict[str, Callable[[pa.ChunkedArray], pa.ChunkedArray | pa.Array]] = {
    "INTERVAL": _intervals,
    "JSON": _cast(pa.string()),
    "TIMESTAMP": _cast(pa.timestamp("ms")),
    "HUGEINT": _cast(pa.int64()),
    "UBIGINT": _cast(pa.int64()),
    "UINTEGER": _cast(pa.int64()),
    "UHUGEINT": _cast(pa.int64()),
    '"NULL"': _cast(pa.string()),
}

"""
Athena's functions of times in DuckDB's words, where types or literals decide which.

Rule 1: a builder sees one call and nothing else.
Rule 2: DuckDB's time with a zone is a moment and no more. Which zone it is shown in
is known only where the query says so on the spot; anywhere else it is UTC.
"""

from sqlglot import exp

from archive.errors import MisconfiguredError
from ops.sql.calls import ZONE, Call, fill, local, zone_of
from ops.sql.formats import joda_format, mysql_format
from ops.sql.types import is_kind

_UNITS = frozenset(
    {"millisecond", "second", "minute", "hour", "day", "week", "month", "quarter"}
    | {"year"}
)


def truncated_time(call: Call) -> exp.Expr:
    """
    date_trunc: a date stays a date, and a day begins where its zone says.
    """
    call.expects(2)
    unit, value = call.arguments
    zone = zone_of(value)
    if zone is not None:
        made = fill("timezone(_1, date_trunc(_2, timezone(_1, _3)))", zone, unit, value)
        made.meta[ZONE] = zone
        return made
    made = fill("date_trunc(_1, _2)", unit, value)
    is_date = is_kind(call.kind(1), exp.DType.DATE)
    return fill("CAST(_1 AS DATE)", made) if is_date else made


def added_time(call: Call) -> exp.Expr:
    """
    date_add(unit, count, time).
    """
    call.expects(3)
    unit = _unit(call)
    made = fill(
        f"_1 + CAST(_2 AS BIGINT) * INTERVAL 1 {unit}",
        call.arguments[2],
        call.arguments[1],
    )
    is_date = is_kind(call.kind(2), exp.DType.DATE)
    return fill("CAST(_1 AS DATE)", made) if is_date else made


def time_difference(call: Call) -> exp.Expr:
    """
    date_diff(unit, from, to): whole units, not boundaries passed.
    """
    call.expects(3)
    unit = exp.Literal.string(_unit(call))
    return fill("date_sub(_1, _2, _3)", unit, *call.arguments[1:])


def from_unixtime(call: Call) -> exp.Expr:
    """
    Seconds since 1970, fractions and all, as a time.
    """
    call.expects(1, 2)
    made = fill(
        "make_timestamptz(CAST(round(CAST(_1 AS DOUBLE) * 1000) AS BIGINT) * 1000)",
        call.arguments[0],
    )
    if len(call.arguments) > 1:
        made.meta[ZONE] = call.arguments[1]
    return made


def zoned(call: Call) -> exp.Expr:
    """
    at_timezone: the same moment, shown in another zone.
    """
    call.expects(2)
    made = fill("CAST(_1 AS TIMESTAMPTZ)", call.arguments[0])
    made.meta[ZONE] = call.arguments[1]
    return made


def with_zone(call: Call) -> exp.Expr:
    """
    with_timezone: the moment at which a clock in that zone shows this.
    """
    call.expects(2)
    made = fill("timezone(_2, _1)", *call.arguments)
    made.meta[ZONE] = call.arguments[1]
    return made


def date_formatted(call: Call) -> exp.Expr:
    """
    date_format and format_datetime, by a format that is written out.
    """
    call.expects(2)
    convert = mysql_format if call.name == "date_format" else joda_format
    form = exp.Literal.string(convert(call.text(1)))
    value = local(call.arguments[0], call.kind(0))
    return fill("strftime(_1, _2)", value, form)


def date_parsed(call: Call) -> exp.Expr:
    """
    date_parse and parse_datetime, by a format that is written out.
    """
    call.expects(2)
    if call.name == "date_parse":
        form = exp.Literal.string(mysql_format(call.text(1)))
        return fill("strptime(_1, _2)", call.arguments[0], form)
    form = exp.Literal.string(joda_format(call.text(1)))
    return fill("CAST(strptime(_1, _2) AS TIMESTAMPTZ)", call.arguments[0], form)


def iso8601(call: Call) -> exp.Expr:
    """
    to_iso8601 of a date or a time.
    """
    value = call.arguments[0]
    if is_kind(call.kind(0), exp.DType.DATE):
        return fill("CAST(_1 AS VARCHAR)", value)
    mark = "Z" if is_kind(call.kind(0), exp.DType.TIMESTAMPTZ) else ""
    if mark and zone_of(value) is not None:
        msg = "to_iso8601: known here for times in UTC only"
        raise MisconfiguredError(msg)
    form = exp.Literal.string(f"%Y-%m-%dT%H:%M:%S.%g{mark}")
    return fill("strftime(_1, _2)", local(value, call.kind(0)), form)


def _unit(call: Call) -> str:
    unit = call.text(0).lower()
    if unit not in _UNITS:
        msg = f"{call.name}: {unit!r} is no unit"
        raise MisconfiguredError(msg)
    return unit


TIME_BUILDERS = {
    "at_timezone": zoned,
    "date_add": added_time,
    "date_diff": time_difference,
    "date_format": date_formatted,
    "date_parse": date_parsed,
    "date_trunc": truncated_time,
    "format_datetime": date_formatted,
    "from_unixtime": from_unixtime,
    "parse_datetime": date_parsed,
    "to_iso8601": iso8601,
    "with_timezone": with_zone,
}

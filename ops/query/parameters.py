"""
The values that stand for the question marks of a query.

Rule 1: a value is bound, never pasted: DuckDB takes it as it is, Athena as one
literal in ExecutionParameters, which cannot end anything but itself.
Rule 2: what no other type was said of is text: a device's id may look like a
number.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from archive.errors import MisconfiguredError

Parameter = str | int | Decimal | bool | date | datetime

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


def parse_parameter(text: str) -> Parameter:
    """
    The value that --param gives: TEXT, or number:, boolean:, date:, timestamp:, text:.
    """
    kind, colon, rest = text.partition(":")
    if not colon or kind not in _KINDS:
        return text
    try:
        return _KINDS[kind](rest)
    except ValueError as error:
        msg = f"--param {text}: not a {kind}; text that begins so is text:{text}"
        raise MisconfiguredError(msg) from error


def athena_literal(parameter: Parameter) -> str:
    """
    A value as Athena takes it in ExecutionParameters.

    Strings are in single quotes there (Athena user guide: "Use parameterized
    queries", considerations), with a quote doubled as in any SQL literal.
    """
    match parameter:
        case bool():
            return str(parameter).lower()
        case int() | Decimal():
            return (
                f"{parameter:f}" if isinstance(parameter, Decimal) else f"{parameter}"
            )
        case datetime():
            return f"TIMESTAMP '{parameter.isoformat(' ', 'milliseconds')}'"
        case date():
            return f"DATE '{parameter.isoformat()}'"
        case str():
            doubled = parameter.replace("'", "''")
            return f"'{doubled}'"


def _number(text: str) -> int | Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text) if text.lstrip("+-").isdigit() else Decimal(text)


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _timestamp(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    # The archive's timestamps are without zone, in UTC.
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment


_KINDS: Mapping[str, Callable[[str], Parameter]] = {
    "text": str,
    "number": _number,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "timestamp": _timestamp,
}

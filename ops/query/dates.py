"""
Whether what a query compares device and date with can be there at all.

Rule 1: this is the only file that knows which values a partition can have, and how
what a person meant would be asked.
Rule 2: a comparison that can match nothing is refused, wherever it stands. Its
empty answer would look like an empty archive.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from archive.keys import partition_device
from ops.query.names import VIEWS, Meaning
from ops.query.predicates import DATE, Comparison, Operator, comparison
from ops.query.references import Reference, is_about
from ops.query.statement import Statement
from ops.query.touched import meant

_HASHED = re.compile(r"sha256-[0-9a-f]{64}")
_DATE_LIKE = re.compile(r"(\d{4})-?(\d{1,2})(?:-?(\d{1,2}))?(?:[ T].*)?")
_MONTHS = frozenset({Granularity.MONTH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """
    Which dates an archive can have: a day's, a month's first, or both.
    """

    granularities: frozenset[Granularity]

    def possible(self, text: str) -> bool:
        """
        Whether a partition can have this date.
        """
        day = _day(text)
        if day is None or day.isoformat() != text:
            return False
        return self.granularities != _MONTHS or day.day == 1


def refuse_impossible(
    statement: Statement, database: str, granularities: Collection[Granularity]
) -> None:
    """
    Refuse a statement that compares device or date with what no partition has.

    `granularities` are those that the entries of the archive were written under.
    """
    days = Days(granularities=frozenset(granularities))
    for reference, kind in meant(statement, database, {}):
        if kind is not Meaning.ARCHIVE or reference.select is None:
            continue
        for found in _comparisons(statement, reference):
            if found.column.name.lower() == DATE:
                _refuse_dates(found, reference, days)
            else:
                _refuse_devices(found, reference)


def _comparisons(statement: Statement, reference: Reference) -> Iterator[Comparison]:
    """
    Every comparison of the reference's partition columns, below OR and NOT too.
    """
    if reference.select is None:
        return
    for node in reference.select.find_all(exp.Predicate):
        found = comparison(node, statement.literals)
        if found is not None and is_about(found.column, reference):
            yield found


def _refuse_dates(found: Comparison, reference: Reference, days: Days) -> None:
    texts = [it for it in found.values if it is not None]
    if len(texts) < len(found.values):
        if found.no_text is not None:
            msg = (
                f"{reference.label}: date is text, and {found.no_text} is not; compare "
                "it with text, as '2026-01-31'"
            )
            raise MisconfiguredError(msg)
        return
    wrong = [text for text in texts if not days.possible(text)]
    if not wrong:
        return
    months = days.granularities == _MONTHS
    dates = "the first days of months" if months else "days, as '2026-01-31'"
    msg = (
        f"{reference.label}: no partition has the date '{wrong[0]}': this archive's "
        f"dates are {dates}; {_instead(found, reference, months=months)}"
    )
    raise MisconfiguredError(msg)


def _refuse_devices(found: Comparison, reference: Reference) -> None:
    if found.operator not in {Operator.EQUAL, Operator.IN}:
        return
    for text in found.values:
        if text is None or _HASHED.fullmatch(text):
            continue
        value = partition_device(text)
        if value != text:
            msg = (
                f"{reference.label}: no partition has the device {text[:40]!r}: such "
                f"an id lies under its hash; use device = '{value}'"
            )
            raise MisconfiguredError(msg)


def _instead(found: Comparison, reference: Reference, *, months: bool) -> str:
    """
    The predicate that asks for what was meant.
    """
    meant_ = [_day(text or "") for text in found.values]
    wanted = [day for day in meant_ if day is not None]
    if len(wanted) < len(meant_):
        return "write it so"
    alias = f"{found.column.table}." if found.column.table else ""
    date_, day_ = f'{alias}"date"', f'{alias}"day"'
    if not months:
        return f"use {_predicate(date_, found.operator, wanted, '')}"
    starts = sorted({day.replace(day=1) for day in wanted})
    narrower = _predicate(day_, found.operator, wanted, "DATE ")
    # The table has no column that says the day; the views have.
    has_day = reference.name is not None and reference.name.table in VIEWS
    if found.operator is Operator.UNEQUAL:
        return f"use {narrower}"
    operator = _WIDER.get(found.operator, found.operator)
    if operator is Operator.BETWEEN:
        starts = [day.replace(day=1) for day in wanted]
    wider = _predicate(date_, operator, starts, "")
    return f"use {wider} AND {narrower}" if has_day else f"use {wider}"


def _predicate(column: str, operator: Operator, days: list[date], typed: str) -> str:
    values = [f"{typed}'{day.isoformat()}'" for day in days]
    match operator:
        case Operator.IN:
            return f"{column} IN ({', '.join(values)})"
        case Operator.BETWEEN:
            return f"{column} BETWEEN {values[0]} AND {values[1]}"
        case _:
            return f"{column} {operator.value} {values[0]}"


def _day(text: str) -> date | None:
    """
    The day that a text means, however it is spelled; a month's is its first.
    """
    found = _DATE_LIKE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


# A month begins before the day that was meant, and holds it.
_WIDER = {Operator.LESS: Operator.AT_MOST, Operator.MORE: Operator.AT_LEAST}

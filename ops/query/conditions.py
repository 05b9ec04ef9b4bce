"""
The conditions of a query that can be put in another one's place, and that one.

Rule 1: what a person gave is bound to question marks, never pasted.
Rule 2: of a range in several conditions the first becomes the new range, and the
others become true.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from archive.contract import Granularity
from archive.keys import partition_device
from ops.query.ask import first_date, last_date
from ops.query.names import VIEWS
from ops.query.parameters import Parameter
from ops.query.places import Span
from ops.query.predicates import DATE, DEVICE, Comparison
from ops.query.references import Reference
from ops.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    The devices and dates to ask for, and how the dates of the archive lie.
    """

    selection: Selection
    granularities: Collection[Granularity]

    @property
    def has_devices(self) -> bool:
        """
        Whether devices are asked for.
        """
        return self.selection.devices is not None

    @property
    def has_days(self) -> bool:
        """
        Whether a range of days is.
        """
        return self.selection.first is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """
    A condition on device or date that can be put in another one's place.
    """

    place: Span
    comparison: Comparison

    def of(self, sql: str) -> str:
        """
        Itself, as it stands there.
        """
        return self.place.of(sql)

    @property
    def is_of_date(self) -> bool:
        """
        Whether it is on date, and not on device.
        """
        return self.comparison.column.name.lower() == DATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """
    One place at which a query reads the archive or its file lists.
    """

    reference: Reference
    table: str
    conditions: tuple[Condition, ...]

    def of(self, column: str) -> list[Condition]:
        """
        The conditions on device, or those on date.
        """
        return [it for it in self.conditions if it.is_of_date == (column == DATE)]


def replaced(
    read: Read, wanted: Wanted, sql: str
) -> Iterator[tuple[Span, str, list[Parameter]]]:
    """
    What comes in which place, and the parameters of its question marks.
    """
    devices, dates = read.of(DEVICE), read.of(DATE)
    takes = "TRUE"
    if wanted.has_devices:
        for n, condition in enumerate(devices):
            if n:
                yield condition.place, takes, []
            else:
                yield (condition.place, *_of_devices(condition, wanted))
    beside = wanted.has_devices and not devices
    for n, condition in enumerate(dates):
        replacement, values = condition.place.of(sql), list[Parameter]()
        if wanted.has_days:
            replacement, values = takes, []
            if not n:
                replacement, values = _of_days(condition, read, wanted)
        if beside and not n:
            more, of_devices = _of_devices(condition, wanted)
            replacement, values = f"{replacement} AND {more}", [*values, *of_devices]
        yield condition.place, replacement, values


def _of_devices(condition: Condition, wanted: Wanted) -> tuple[str, list[Parameter]]:
    ids = wanted.selection.devices or ()
    devices = list(dict.fromkeys(map(partition_device, ids)))
    marks = ", ".join("?" * len(devices))
    return f"{_column(condition, DEVICE)} IN ({marks})", [*devices]


def _of_days(
    condition: Condition, read: Read, wanted: Wanted
) -> tuple[str, list[Parameter]]:
    selection, lie = wanted.selection, wanted.granularities
    predicate = f"{_column(condition, DATE)} BETWEEN ? AND ?"
    ends = [first_date(selection.first, lie), last_date(selection.last, lie)]
    if Granularity.MONTH in lie and read.table in VIEWS:
        day = _column(condition, "day")
        predicate += f" AND {day} BETWEEN CAST(? AS date) AND CAST(? AS date)"
        ends += [selection.first, selection.last]
    return predicate, [it.isoformat() for it in ends if isinstance(it, date)]


def _column(condition: Condition, name: str) -> str:
    """
    A column of the table that a condition is about, as it would name it.
    """
    column = condition.comparison.column.copy()
    column.set("this", exp.to_identifier(name, quoted=True))
    return column.sql(dialect="trino", comments=False)

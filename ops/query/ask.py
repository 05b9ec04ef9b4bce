"""
The SQL that `firn query --device … --from … --to …` stands for.

Rule 1: values are parameters, and columns are names that the view has, in quotes:
nothing that a person gave is pasted into SQL.
Rule 2: the answer is exactly what was asked for. In an archive of months the date
finds the month, and the day within it is compared too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from archive.keys import partition_device
from ops.query.parameters import Parameter
from ops.selection import Selection

_ORDER = ("device_id", "created_at", "sequence_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    What of which view; no columns are all of them.
    """

    selection: Selection
    view: str
    columns: tuple[str, ...]


def sql_of(
    question: Question,
    there: Sequence[str],
    granularities: Collection[Granularity],
) -> tuple[str, list[Parameter]]:
    """
    The question as SQL, and its parameters. `there` are the view's columns.
    """
    listed = ", ".join(f'"{name}"' for name in _columns(question, there))
    predicates: list[str] = []
    parameters: list[Parameter] = []
    selection = question.selection
    if selection.devices is not None:
        devices = list(dict.fromkeys(map(partition_device, selection.devices)))
        predicates.append(f'"device" IN ({", ".join("?" * len(devices))})')
        parameters += devices
    for operator, day, date_ in (
        (">=", selection.first, first_date(selection.first, granularities)),
        ("<=", selection.last, last_date(selection.last, granularities)),
    ):
        if day is None or date_ is None:
            continue
        predicates.append(f'"date" {operator} ?')
        parameters.append(_text(date_))
        if Granularity.MONTH in granularities:
            predicates.append(f'"day" {operator} CAST(? AS date)')
            parameters.append(_text(day))
    where = f" WHERE {' AND '.join(predicates)}" if predicates else ""
    order = ", ".join(f'"{name}"' for name in _ORDER)
    sql = f'SELECT {listed} FROM "{question.view}"{where} ORDER BY {order}'  # noqa: S608 - names that the view has, and question marks
    return sql, parameters


def first_date(day: date | None, granularities: Collection[Granularity]) -> date | None:
    """
    The first date under which rows of a day and later ones lie.
    """
    # A month's rows lie under its first day.
    starts = day is not None and Granularity.MONTH in granularities
    return day.replace(day=1) if day and starts else day


def last_date(day: date | None, granularities: Collection[Granularity]) -> date | None:
    """
    The last date under which rows of a day and earlier ones lie.
    """
    only_months = set(granularities) == {Granularity.MONTH}
    return day.replace(day=1) if day and only_months else day


def _columns(question: Question, there: Sequence[str]) -> Sequence[str]:
    asked = [name.lower() for name in question.columns]
    for name in asked:
        if name not in there:
            msg = (
                f"--columns {name}: {question.view} has no such column; it has "
                f"{', '.join(there)}"
            )
            raise MisconfiguredError(msg)
    return asked or there


def _text(day: date) -> str:
    return day.isoformat()

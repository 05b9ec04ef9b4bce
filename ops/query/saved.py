"""
A saved query, asked for other devices and dates than those that stand in it.

Rule 1: text in, text and parameters out. In place of a condition on device or date
comes one with question marks; what a person gave is bound to them, never pasted.
Rule 2: of every place at which the query reads the archive or its file lists, or of
none: half of it would be an answer to no question.
Rule 3: what is not surely such a condition stays. One that stays and may speak of
the same device or days is refused: together they would find nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from ops.query.conditions import Condition, Read, Wanted, replaced
from ops.query.names import Meaning, meaning
from ops.query.parameters import Parameter
from ops.query.places import Span, place_of
from ops.query.predicates import DATE, Literals, comparison
from ops.query.references import Reference, conjuncts, is_about, references
from ops.query.statement import Text, parse_text
from ops.selection import Selection

_OF_DEVICES = frozenset({"device", "device_id"})
_OF_DAYS = frozenset({"date", "day", "created_at"})
_SHOWN_MAX = 60  # characters of a condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """
    A saved query that was understood.
    """

    name: str
    text: Text
    reads: tuple[Read, ...]

    @property
    def conditions(self) -> list[Condition]:
        """
        What it asks for as it is saved.
        """
        return [it for read in self.reads for it in read.conditions]

    @property
    def options(self) -> str:
        """
        What it can be asked for; an empty text for nothing.
        """
        options = []
        if self.reads and all(read.conditions for read in self.reads):
            options.append("--device ID")
        if self.reads and all(read.of(DATE) for read in self.reads):
            options.append("--from DATE --to DATE")
        return " ".join(options)


def understood(name: str, text: str, database: str) -> Saved:
    """
    What a saved query asks for, in a deployment with this Glue database.
    """
    parsed = parse_text(text)
    return Saved(name=name, text=parsed, reads=tuple(_reads(parsed, database)))


def refuse_what_it_cannot(saved: Saved, selection: Selection) -> None:
    """
    Raise MisconfiguredError where it cannot be asked for that, saying for what.
    """
    name, able = saved.name, saved.options
    can = f"it can be asked for {able}" if able else "run it as it is saved"
    if (selection.first is None) != (selection.last is None):
        msg = f"{name}: one end of the days alone: give both --from and --to"
        raise MisconfiguredError(msg)
    for option, column, given in (
        ("--device", "device or date", selection.devices),
        ("--from", "date", selection.first),
    ):
        if given is not None and option not in able:
            msg = (
                f"{name}: {option}: it has no condition on {column} to put it into, "
                f"or not in each place where it reads the archive; {can}"
            )
            raise MisconfiguredError(msg)
    stays = next(_staying(saved, selection), None)
    if stays is not None:
        msg = (
            f"{name}: its condition {_shown(stays)} would stay, and may contradict "
            "what is asked for; give its SQL with --file, and other values in it"
        )
        raise MisconfiguredError(msg)


def asked(
    saved: Saved, wanted: Wanted, given: Sequence[Parameter] = ()
) -> tuple[str, list[Parameter]]:
    """
    Its SQL for these devices and dates, and the parameters of its question marks.

    `given` are those of the question marks that it has as it is saved.
    """
    refuse_what_it_cannot(saved, wanted.selection)
    if not _can_tell_days(saved, wanted):
        msg = (
            f"{saved.name}: reads {ARCHIVE_TABLE}, which has no days, and this "
            "archive's dates are months; ask for whole months"
        )
        raise MisconfiguredError(msg)
    marks = saved.text.marks
    if len(marks) != len(given):
        msg = (
            f"{saved.name}: has {len(marks)} question marks as it is saved, and "
            f"--param is given {len(given)} times"
        )
        raise MisconfiguredError(msg)
    pieces: list[tuple[Span, str, list[Parameter]]] = [
        (Span(mark, mark), "?", [value])
        for mark, value in zip(marks, given, strict=True)
    ]
    for read in saved.reads:
        pieces += replaced(read, wanted, saved.text.sql)
    sql, parameters, end = "", list[Parameter](), 0
    for place, replacement, values in sorted(pieces, key=lambda it: it[0].start):
        sql += saved.text.sql[end : place.start] + replacement
        parameters += values
        end = place.end + 1
    return sql + saved.text.sql[end:], parameters


def _reads(text: Text, database: str) -> Iterator[Read]:
    for reference in references(text.tree):
        if reference.name is None:
            continue
        table = reference.name.table
        known = meaning(reference.name, database, {})
        if known is not Meaning.ARCHIVE and (
            known is not Meaning.ELSEWHERE or table != FILES_TABLE
        ):
            continue
        conditions = tuple(_conditions(text, reference))
        yield Read(reference=reference, table=table, conditions=conditions)


def _conditions(text: Text, reference: Reference) -> Iterator[Condition]:
    for node in conjuncts(reference):
        found = comparison(node, Literals({}))
        if found and found.counts and is_about(found.column, reference):
            place = place_of(node, text)
            if place is not None:
                yield Condition(place=place, comparison=found)


def _staying(saved: Saved, selection: Selection) -> Iterator[str]:
    """
    Conditions on the same columns that none of ours replaces.
    """
    names: set[str] = set()
    if selection.devices is not None:
        names |= _OF_DEVICES
    if selection.first is not None:
        names |= _OF_DAYS
    ours = {id(it.comparison.column) for read in saved.reads for it in read.conditions}
    for node in saved.text.tree.find_all(exp.Predicate):
        own = [
            it
            for it in node.find_all(exp.Column, exp.Literal, exp.Placeholder)
            if it.find_ancestor(exp.Predicate) is node
        ]
        columns = [it for it in own if isinstance(it, exp.Column)]
        if (
            len(columns) < len(own)
            and any(it.name.lower() in names for it in columns)
            and not any(id(it) in ours for it in columns)
        ):
            yield node.sql(dialect="trino", comments=False)


def _can_tell_days(saved: Saved, wanted: Wanted) -> bool:
    if not wanted.has_days or Granularity.MONTH not in wanted.granularities:
        return True
    first, last = wanted.selection.first, wanted.selection.last
    whole = first and last and first.day == 1 and (last + timedelta(days=1)).day == 1
    return bool(whole) or all(read.table != ARCHIVE_TABLE for read in saved.reads)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."

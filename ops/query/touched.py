"""
Which partitions of the archive a query can touch.

Rule 1: never fewer than it can touch. A predicate counts only where references.py
proves that no other row can matter; what is not recognised counts as everything.
Rule 2: what counts as everything is said, for each reference, with the predicate
that would make it less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from archive.keys import DEFAULT_PARTITION, Partition
from ops.query.names import Meaning, meaning
from ops.query.predicates import DATE, DEVICE, PARTITIONED, Comparison, comparison
from ops.query.references import Name, Reference, conjuncts, is_about, references
from ops.query.statement import Kind, Statement

_SHOWN_MAX = 60  # characters of a predicate that does not count
_EXAMPLE = "\"date\" >= '2026-01-01'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """
    What one reference touches: the partitions of which all comparisons are true.

    `ignored` are predicates on device or date that do not count.
    """

    reference: Reference
    known: bool
    comparisons: tuple[Comparison, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """
        Whether it may touch the whole archive.
        """
        return not self.comparisons

    def takes(self, partition: Partition) -> bool:
        """
        Whether a row of the partition can matter.
        """
        date = None if partition.date == DEFAULT_PARTITION else partition.date
        values = {DEVICE: partition.device, DATE: date}
        return all(it.holds(values[it.column.name.lower()]) for it in self.comparisons)

    def told(self) -> str:
        """
        What it touches.
        """
        label = self.reference.label
        if not self.known:
            return (
                f"{label}: not a table of this archive that firn knows, so it counts "
                "as touching everything"
            )
        if not self.everything:
            return f"{label}: {' AND '.join(map(_sql, self.comparisons))}"
        ignored = f" ({'; '.join(self.ignored)} does not count)" if self.ignored else ""
        return f"{label}: touches everything{ignored}"

    def advice(self) -> str:
        """
        The predicate that would make it touch less.
        """
        alias = f"{self.reference.alias}." if self.reference.node.alias else ""
        return f"add to its own WHERE: {alias}device = '...' AND {alias}{_EXAMPLE}"


@dataclass(frozen=True, slots=True)
class Touched:
    """
    What a whole query touches: what any of its references does.
    """

    touches: tuple[Touch, ...]

    def takes(self, partition: Partition) -> bool:
        """
        Whether a row of the partition can matter.
        """
        return any(touch.takes(partition) for touch in self.touches)


def touched(
    statement: Statement, database: str, others: Mapping[Name, Meaning] | None = None
) -> Touched:
    """
    What a statement touches in the deployment with this Glue database.

    `others` says what tables are that are not the archive's own (`foreign`).
    """
    if statement.tree is None or statement.kind is not Kind.READS:
        return Touched(())
    return Touched(
        tuple(
            _touch(statement, reference, known=kind is Meaning.ARCHIVE)
            for reference, kind in meant(statement, database, others or {})
            if kind is not Meaning.ELSEWHERE
        )
    )


def foreign(statement: Statement, database: str) -> frozenset[Name]:
    """
    The names that nobody knows before they were looked up.
    """
    return frozenset(
        reference.name
        for reference, kind in meant(statement, database, {})
        if kind is Meaning.UNKNOWN and reference.name is not None
    )


def meant(
    statement: Statement, database: str, others: Mapping[Name, Meaning]
) -> Iterator[tuple[Reference, Meaning]]:
    """
    Every reference of a statement, and what it is to the archive.
    """
    if statement.tree is None:
        return
    for reference in references(statement.tree):
        name = reference.name
        known = Meaning.UNKNOWN if name is None else meaning(name, database, others)
        yield reference, known


def _touch(statement: Statement, reference: Reference, *, known: bool) -> Touch:
    if not known:
        return Touch(reference=reference, known=False)
    counting: list[Comparison] = []
    ignored: list[str] = []
    for predicate in conjuncts(reference):
        found = comparison(predicate, statement.literals)
        if found and found.counts and is_about(found.column, reference):
            counting.append(found)
        elif _looks_so(predicate, reference):
            ignored.append(_shown(predicate, statement))
    return Touch(
        reference=reference,
        known=True,
        comparisons=tuple(counting),
        ignored=tuple(ignored),
    )


def _looks_so(predicate: exp.Expr, reference: Reference) -> bool:
    """
    Whether somebody may believe that a predicate narrows what is touched.
    """
    return any(
        column.name.lower() in {*PARTITIONED, "day", "device_id"}
        and column.table.lower() in {"", reference.alias}
        for column in predicate.find_all(exp.Column)
    )


def _shown(predicate: exp.Expr, statement: Statement) -> str:
    text = predicate.sql(dialect="trino", comments=False)
    for literal in statement.literals.bound:
        text = text.replace(f"'{literal}'", "?")
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."


def _sql(found: Comparison) -> str:
    quoted = ["'{}'".format((it or "").replace("'", "''")) for it in found.values]
    column = found.column.sql(dialect="trino")
    match found.operator.value:
        case "IN":
            return f"{column} IN ({', '.join(quoted)})"
        case "BETWEEN":
            return f"{column} BETWEEN {' AND '.join(quoted)}"
        case operator:
            return f"{column} {operator} {quoted[0]}"

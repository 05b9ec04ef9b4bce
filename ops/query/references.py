"""
Where a query names a table, and which of its predicates are about that table.

Rule 1: this is the only file that knows how names are found in a query: what a
WITH hides, what an alias stands for, what a join lets through. It knows the rules
of SQL and of Trino, nothing of partitions.
Rule 2: a predicate is a reference's only where no row without it can matter. What
is not surely so is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from sqlglot import exp

from ops.query.predicates import bare

# Clauses of a SELECT that do not change which rows its WHERE sees, or what a
# name in it means. A SELECT with any other is not looked into.
_PLAIN_CLAUSES = frozenset(
    {
        "distinct",
        "expressions",
        "from_",
        "group",
        "having",
        "joins",
        "limit",
        "offset",
        "order",
        "where",
        "windows",
        "with_",
    }
)
_PLAIN_TABLE = frozenset({"alias", "catalog", "db", "this"})
_PLAIN_JOIN = frozenset({"kind", "method", "on", "side", "this", "using"})
_KINDS = frozenset({"", "CROSS", "INNER", "OUTER"})
_SIDES = frozenset({"", "FULL", "LEFT", "RIGHT"})
_METHODS = frozenset({"", "NATURAL"})

_SOURCES = (exp.Lateral, exp.Subquery, exp.Table, exp.Unnest, exp.Values)


@dataclass(frozen=True, slots=True)
class Name:
    """
    A table's name as a query has it, in lower case, as Trino reads all names.

    None where the query does not say.
    """

    catalog: str | None
    database: str | None
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    One place at which a query reads from something by a name.

    `name` is None for what has none, such as a table function. `select` is where
    it stands directly, `place` its number there; None where that is not plain.
    """

    node: exp.Expr
    name: Name | None
    select: exp.Select | None
    place: int = 0

    @property
    def alias(self) -> str:
        """
        What columns of it are qualified with.
        """
        return self.node.alias_or_name.lower()

    @property
    def label(self) -> str:
        """
        The reference as a person knows it again.
        """
        if self.name is None:
            return self.node.sql(dialect="trino")[:40]
        alias = self.node.alias
        return f"{self.name.table} AS {alias}" if alias else self.name.table


def references(tree: exp.Expr) -> Iterator[Reference]:
    """
    Everything that a query reads from, but for what its own WITH defines.
    """
    for node in tree.walk():
        if isinstance(node, exp.Table):
            if not _hidden(node):
                yield _reference(node)
        elif isinstance(node, exp.From | exp.Join | exp.Lateral):
            # A source of a kind that nothing here knows: it may be anything.
            source = node.this
            if not isinstance(source, _SOURCES):
                yield Reference(node=source, name=None, select=None)


def conjuncts(reference: Reference) -> Iterator[exp.Expr]:
    """
    The predicates that every row of the reference that matters satisfies.

    Proof, for a predicate P of the reference T that is true of no NULL: WHERE
    filters what the joins made. A row of T without P can be in it only together
    with its own columns, where P is not true; and leaving it out adds at most
    rows in which T is NULL, where P is not true either. ON is the same for what
    its join does not keep whatever ON says: both sides of an inner join, the
    right of a left one, the left of a right one.
    """
    select = reference.select
    if select is None:
        return
    where = select.args.get("where")
    if where is not None:
        yield from _flat(where.this)
    joins = select.args.get("joins") or []
    # A comma binds less than JOIN: what an ON behind one sees is then unclear.
    if any(_comma(join) for join in joins):
        return
    for right, join in enumerate(joins, start=1):
        on = join.args.get("on")
        if on is not None and _restricts(join, reference.place, right):
            yield from _flat(on)


def is_about(column: exp.Column, reference: Reference) -> bool:
    """
    Whether a column in the reference's own SELECT is surely the reference's.

    In ON it is asked only of references that the join can see.
    """
    select = reference.select
    if select is None or _select_of(column) is not select:
        return False
    others = [it for it in _sources(select) if it is not reference.node]
    if not column.table:
        # Another relation with such a column makes the name ambiguous, and the
        # query fails; with USING it does not.
        merged = any(
            join.args.get("using") or join.method
            for join in select.args.get("joins") or []
        )
        return not merged and not any(isinstance(it, exp.Table) for it in others)
    if column.table.lower() != reference.alias or any(
        it.alias_or_name.lower() == reference.alias for it in others
    ):
        return False
    return _qualified(column, reference)


def _qualified(column: exp.Column, reference: Reference) -> bool:
    """
    Whether database and catalogue of a column, if it has any, are the table's.
    """
    if not column.db:
        return True
    return not reference.node.alias and all(
        column.text(part).lower() in {"", reference.node.text(part).lower()}
        for part in ("db", "catalog")
    )


def _reference(node: exp.Table) -> Reference:
    name = None
    if isinstance(node.this, exp.Identifier):
        name = Name(
            catalog=node.catalog.lower() or None,
            database=node.db.lower() or None,
            table=node.name.lower(),
        )
    select = _plain_select(node) if name else None
    place = 0
    if select is not None:
        # By identity, here and below: equal nodes can stand in two places.
        place = next(n for n, it in enumerate(_sources(select)) if it is node)
    return Reference(node=node, name=name, select=select, place=place)


def _plain_select(node: exp.Table) -> exp.Select | None:
    """
    The SELECT that a table stands in directly; None where it is not plain.
    """
    clause = node.parent
    select = clause.parent if isinstance(clause, exp.From | exp.Join) else None
    if not isinstance(select, exp.Select) or not any(
        it is node for it in _sources(select)
    ):
        return None
    alias = node.args.get("alias")
    renamed = alias is not None and alias.args.get("columns")
    plain = (
        not renamed
        and _only(node, _PLAIN_TABLE)
        and _only(select, _PLAIN_CLAUSES)
        and all(_plain_join(join) for join in select.args.get("joins") or [])
    )
    return select if plain else None


def _plain_join(join: exp.Join) -> bool:
    return (
        _only(join, _PLAIN_JOIN)
        and join.kind.upper() in _KINDS
        and join.side.upper() in _SIDES
        and join.method.upper() in _METHODS
    )


def _only(node: exp.Expr, names: frozenset[str]) -> bool:
    return all(name in names for name, value in node.args.items() if value)


def _hidden(table: exp.Table) -> bool:
    """
    Whether a name is that of a WITH around it, and no table's.

    A WITH is seen in its own query and in those of its parts that come later. A
    recursive one that names itself counts as the table: too much, never too little.
    """
    if table.db or not isinstance(table.this, exp.Identifier):
        return False
    name = table.name.lower()
    node: exp.Expr = table
    while node.parent is not None:
        parent = node.parent
        if any(it.alias.lower() == name for it in _seen_with(parent, node)):
            return True
        node = parent
    return False


def _seen_with(parent: exp.Expr, node: exp.Expr) -> Iterator[exp.Expr]:
    """
    The parts of a WITH that a part of its query, or of itself, can see.
    """
    if isinstance(parent, exp.With):
        yield from takewhile(lambda it: it is not node, parent.expressions)
        return
    with_ = parent.args.get("with_")
    if with_ is not None and with_ is not node:
        yield from with_.expressions


def _sources(select: exp.Select) -> list[exp.Expr]:
    from_ = select.args.get("from_")
    joins = select.args.get("joins") or []
    return [*([] if from_ is None else [from_.this]), *(join.this for join in joins)]


def _select_of(node: exp.Expr) -> exp.Expr | None:
    return node.find_ancestor(exp.Select, exp.SetOperation)


def _flat(node: exp.Expr) -> Iterator[exp.Expr]:
    """
    The parts of a conjunction, however many.
    """
    waiting: list[exp.Expr] = [node]
    while waiting:
        part = bare(waiting.pop())
        if isinstance(part, exp.And):
            waiting += [part.expression, part.this]
        else:
            yield part


def _comma(join: exp.Join) -> bool:
    return not (join.kind or join.side or join.method or join.args.get("on"))


def _restricts(join: exp.Join, place: int, right: int) -> bool:
    match join.side.upper():
        case "":
            return place <= right
        case "LEFT":
            return place == right
        case "RIGHT":
            return place < right
        case _:
            return False

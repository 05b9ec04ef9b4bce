"""
What a predicate says of a partition's device or date.

Rule 1: this is the only file that knows which predicates count: a column against
literals by =, IN, BETWEEN, <, <=, >, >=. Everything else says nothing.
Rule 2: a predicate that counts is true of no NULL, so that it means the same on
either side of an outer join.
Rule 3: text is compared by its code points, as Trino and DuckDB do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from ops.query.parameters import Parameter

DEVICE = "device"
DATE = "date"
PARTITIONED = frozenset({DEVICE, DATE})


class Operator(Enum):
    """
    How a column is compared.
    """

    EQUAL = "="
    UNEQUAL = "<>"
    IN = "IN"
    BETWEEN = "BETWEEN"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    A column against values: one, two for BETWEEN, any number for IN.

    A value is text, or None where it is something else. `no_text` is the first
    that is surely of another type, as SQL.
    """

    column: exp.Column
    operator: Operator
    values: tuple[str | None, ...]
    no_text: str | None = None

    @property
    def counts(self) -> bool:
        """
        Whether it says which partitions it is true of.
        """
        return self.operator is not Operator.UNEQUAL and None not in self.values

    def holds(self, value: str | None) -> bool:
        """
        Whether it is true of a partition with this value; None is NULL.
        """
        texts = [text for text in self.values if text is not None]
        if not self.counts:
            return True
        if value is None:
            return False
        match self.operator:
            case Operator.EQUAL | Operator.IN:
                return value in texts
            case Operator.BETWEEN:
                return texts[0] <= value <= texts[1]
            case operator:
                return _COMPARE[operator](value, texts[0])


@dataclass(frozen=True, slots=True)
class Literals:
    """
    The text that nodes stand for: literals, and those put for question marks.
    """

    bound: Mapping[str, Parameter]

    def text(self, node: exp.Expr | None) -> str | None:
        """
        The text of a node; None where it is none.
        """
        node = node and bare(node)
        if not isinstance(node, exp.Literal) or not node.is_string:
            return None
        value = self.bound.get(str(node.this), str(node.this))
        return value if isinstance(value, str) else None

    def no_text(self, node: exp.Expr | None) -> str | None:
        """
        The SQL of a literal that is no text; None for all else.
        """
        node = node and bare(node)
        if isinstance(node, exp.Cast) and node.to.is_type(*exp.DataType.TEMPORAL_TYPES):
            return node.sql(dialect="trino")
        if not isinstance(node, exp.Literal) or self.text(node) is not None:
            return None
        return str(self.bound.get(str(node.this), node.this))


def comparison(node: exp.Expr, literals: Literals) -> Comparison | None:
    """
    The comparison that a node is; None where it compares no device or date.

    What is no text among its values is None there.
    """
    node = bare(node)
    if type(node) in _OPERATORS:
        return _two_sided(node, literals)
    if not isinstance(node, exp.In | exp.Between):
        return None
    column = _column(node.this)
    if column is None:
        return None
    if isinstance(node, exp.Between):
        # BETWEEN SYMMETRIC takes its ends in either order.
        symmetric = node.args.get("symmetric")
        ends = [None if symmetric else node.args.get(name) for name in ("low", "high")]
        return _compared(column, Operator.BETWEEN, ends, literals)

    listed: list[exp.Expr | None] = [*node.expressions] or [None]
    if any(node.args.get(name) for name in ("query", "unnest", "field", "is_global")):
        listed = [None]
    return _compared(column, Operator.IN, listed, literals)


def bare(node: exp.Expr) -> exp.Expr:
    """
    A node without the parentheses around it.
    """
    while isinstance(node, exp.Paren):
        inner: exp.Expr = node.this
        node = inner
    return node


def _two_sided(node: exp.Expr, literals: Literals) -> Comparison | None:
    operator = _OPERATORS[type(node)]
    left, right = _column(node.this), _column(node.expression)
    if left is not None:
        return _compared(left, operator, [node.expression], literals)
    if right is not None:
        mirrored = _MIRRORED.get(operator, operator)
        return _compared(right, mirrored, [node.this], literals)
    return None


def _compared(
    column: exp.Column,
    operator: Operator,
    nodes: Sequence[exp.Expr | None],
    literals: Literals,
) -> Comparison:
    return Comparison(
        column=column,
        operator=operator,
        values=tuple(map(literals.text, nodes)),
        no_text=next(filter(None, map(literals.no_text, nodes)), None),
    )


def _column(node: exp.Expr) -> exp.Column | None:
    node = bare(node)
    if isinstance(node, exp.Column) and node.name.lower() in PARTITIONED:
        return node
    return None


_OPERATORS: Mapping[type[exp.Expr], Operator] = {
    exp.EQ: Operator.EQUAL,
    exp.NEQ: Operator.UNEQUAL,
    exp.LT: Operator.LESS,
    exp.LTE: Operator.AT_MOST,
    exp.GT: Operator.MORE,
    exp.GTE: Operator.AT_LEAST,
}

_MIRRORED = {
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
}

_COMPARE: Mapping[Operator, Callable[[str, str], bool]] = {
    Operator.LESS: lambda value, text: value < text,
    Operator.AT_MOST: lambda value, text: value <= text,
    Operator.MORE: lambda value, text: value > text,
    Operator.AT_LEAST: lambda value, text: value >= text,
}

"""
Which types a query's expressions have for Athena, as far as it decides anything.

Rule 1: types are inferred on a copy of the query; what cannot be inferred has no
type, and is then translated as it stands.
Rule 2: Athena's rules for decimals, dates and whole numbers stand here. DuckDB's
own are others: its 7 / 2 is 3.5, and its average of decimals a double.

Trino documentation: Decimal functions and operators; Date and time functions.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from ops.sql.returns import RETURNS

DECIMAL_DIGITS_MAX = 38
INTEGERS_END = 2**31

Kind = exp.DataType
Schema = Mapping[str, Mapping[str, str]]
Operation = exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod

_NUMBER = "type inference number"
_INTEGERS = (exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT)
_TIMES = (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ)


class Types:
    """
    The types of one query's expressions.
    """

    def __init__(self, query: exp.Expr, schema: Schema) -> None:
        """
        Infer them; every expression of the query gets a number that stays with it.
        """
        for number, node in enumerate(query.walk()):
            node.meta[_NUMBER] = number
        self._kinds: dict[int, Kind] = {}
        for node in _annotated(query.copy(), schema).walk():
            kind = node.type
            if _NUMBER in node.meta and kind and not kind.is_type(exp.DType.UNKNOWN):
                self._kinds.setdefault(node.meta[_NUMBER], kind)

    def of(self, node: exp.Expr | None) -> Kind | None:
        """
        The type of an expression of the query, or of what took its place.
        """
        return None if node is None else self._kinds.get(node.meta.get(_NUMBER, -1))

    def inherit(self, new: exp.Expr, old: exp.Expr) -> exp.Expr:
        """
        Give what takes an expression's place the expression's type.
        """
        if _NUMBER in old.meta:
            new.meta[_NUMBER] = old.meta[_NUMBER]
        return new


def is_kind(kind: Kind | None, *names: exp.DType) -> bool:
    """
    Whether it is known to be one of these.
    """
    return kind is not None and kind.this in names


def is_integer(kind: Kind | None) -> bool:
    """
    Whether it is known to be a whole number.
    """
    return is_kind(kind, *_INTEGERS)


def decimal_of(kind: Kind | None) -> tuple[int, int] | None:
    """
    Precision and scale of a decimal; a whole number counts as one.
    """
    if kind is None:
        return None
    if kind.this is exp.DType.DECIMAL:
        digits = [int(each.name) for each in kind.expressions]
        precision, scale = [*digits, DECIMAL_DIGITS_MAX, 0][:2] if digits else (38, 0)
        return precision, scale if len(digits) > 1 else 0
    return {
        exp.DType.TINYINT: (3, 0),
        exp.DType.SMALLINT: (5, 0),
        exp.DType.INT: (10, 0),
        exp.DType.BIGINT: (19, 0),
    }.get(kind.this)


def decimal(precision: int, scale: int) -> Kind:
    """
    The type of a decimal.
    """
    bounded = min(precision, DECIMAL_DIGITS_MAX)
    return exp.DataType.build(f"DECIMAL({bounded}, {scale})", dialect="trino")


def quotient(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """
    Precision and scale of the quotient of two decimals.
    """
    (p1, s1), (_, s2) = left, right
    return min(DECIMAL_DIGITS_MAX, p1 + s2 + max(0, s2 - s1)), max(s1, s2)


def _annotated(query: exp.Expr, schema: Schema) -> exp.Expr:
    for table in query.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    try:
        qualified = qualify(
            query,
            dialect="trino",
            schema={name: dict(columns) for name, columns in schema.items()},
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
        )
        return annotate_types(
            qualified,
            schema={name: dict(columns) for name, columns in schema.items()},
            expression_metadata=_METADATA,
            dialect="trino",
        )
    except (SqlglotError, KeyError, ValueError):
        # The query itself is not judged here: DuckDB will, in its own words.
        return query


def _call(annotator: Any, node: exp.Anonymous) -> None:  # noqa: ANN401 - sqlglot's own annotator, which it does not export
    rule = RETURNS.get(node.name.lower())
    kinds = [_known(argument.type) for argument in node.expressions]
    kind = rule(kinds) if callable(rule) else rule
    annotator._set_type(  # noqa: SLF001 - the way its own annotators take
        node, exp.DataType.build(kind, dialect="trino") if kind else None
    )


def _known(kind: Kind | None) -> Kind | None:
    return None if kind is None or kind.is_type(exp.DType.UNKNOWN) else kind


def _literal(annotator: Any, node: exp.Literal) -> None:  # noqa: ANN401 - as above
    kind = "VARCHAR"
    if not node.is_string:
        text = node.name.lower()
        whole, point, fraction = text.partition(".")
        if "e" in text:
            kind = "DOUBLE"
        elif point:
            digits = len(whole.lstrip("0")) + len(fraction)
            kind = f"DECIMAL({max(digits, 1)}, {len(fraction)})"
        else:
            kind = "INTEGER" if int(text) < INTEGERS_END else "BIGINT"
    annotator._set_type(node, exp.DataType.build(kind, dialect="trino"))  # noqa: SLF001 - as above


def _operation(annotator: Any, node: Operation) -> None:  # noqa: ANN401 - as above
    left, right = _known(node.this.type), _known(node.expression.type)
    annotator._set_type(node, _result(node, left, right))  # noqa: SLF001 - as above


def _result(node: Operation, left: Kind | None, right: Kind | None) -> Kind | None:
    if isinstance(node.this, exp.Interval) or is_kind(left, exp.DType.INTERVAL):
        left, right = right, left
    if is_kind(left, exp.DType.DATE, *_TIMES):
        if isinstance(node, exp.Sub) and is_kind(right, exp.DType.DATE, *_TIMES):
            return exp.DataType.build("INTERVAL")
        return left
    if is_kind(left, exp.DType.DOUBLE) or is_kind(right, exp.DType.DOUBLE):
        return exp.DataType.build("DOUBLE")
    if is_integer(left) and is_integer(right) and left and right:
        return max(left, right, key=lambda kind: _INTEGERS.index(kind.this))
    first, second = decimal_of(left), decimal_of(right)
    if first is None or second is None:
        return None
    return decimal(*_decimal_result(node, first, second))


def _decimal_result(
    node: Operation, left: tuple[int, int], right: tuple[int, int]
) -> tuple[int, int]:
    (p1, s1), (p2, s2) = left, right
    match node:
        case exp.Mul():
            return p1 + p2, s1 + s2
        case exp.Div():
            return quotient(left, right)
        case exp.Mod():
            return min(p2 - s2, p1 - s1) + max(s1, s2), max(s1, s2)
        case _:
            return max(s1, s2) + max(p1 - s1, p2 - s2) + 1, max(s1, s2)


def _moment(annotator: Any, node: exp.AtTimeZone) -> None:  # noqa: ANN401 - as above
    annotator._set_type(  # noqa: SLF001 - as above
        node, exp.DataType.build("TIMESTAMP(3) WITH TIME ZONE", dialect="trino")
    )


def _by_argument(annotator: Any, node: exp.Expr) -> None:  # noqa: ANN401 - as above
    annotator._set_type(node, _known(node.this.type))  # noqa: SLF001 - as above


def _metadata() -> dict[type[exp.Expr], dict[str, Callable[..., Any]]]:
    metadata = dict(Trino().EXPRESSION_METADATA)
    own: dict[type[exp.Expr], Callable[..., Any]] = {
        exp.Anonymous: _call,
        exp.AtTimeZone: _moment,
        exp.Literal: _literal,
        **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), _operation),
        **dict.fromkeys((exp.Filter, exp.IgnoreNulls, exp.Window), _by_argument),
    }
    metadata.update({node: {"annotator": rule} for node, rule in own.items()})
    return metadata


_METADATA = _metadata()

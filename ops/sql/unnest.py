"""
UNNEST: arrays and maps as rows.

Rule 1: DuckDB takes one array and no map; a subquery over several of its own
stands for Athena's, which fills the shorter ones with NULL as Athena does.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from ops.sql.calls import fill
from ops.sql.types import Kind, is_kind


def unnested(node: exp.Unnest, kinds: Sequence[Kind | None]) -> exp.Expr:
    """
    The subquery that has the rows of an UNNEST.
    """
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if alias else []
    ordinal = node.args.get("offset")
    if isinstance(ordinal, exp.Expr) and ordinal.name not in names:
        names.append(ordinal.name)
    wanted = len(names) - (1 if ordinal else 0)
    columns: list[exp.Expr] = []
    for value, kind in zip(node.expressions, kinds, strict=True):
        others = len(node.expressions) - 1
        columns.extend(_columns(value, kind, wanted - others))
    if ordinal:
        lengths = ", ".join(f"coalesce(len(_{n + 1}), 0)" for n in range(len(columns)))
        arrays = [column.expressions[0] for column in columns]
        columns.append(fill(f"unnest(range(1, greatest({lengths}) + 1))", *arrays))
    named = [
        exp.alias_(column, names[number] if number < len(names) else f"_col{number}")
        for number, column in enumerate(columns)
    ]
    name = alias.name if alias and alias.this else "unnested"
    return exp.select(*named, copy=False).subquery(name, copy=False)


def _columns(value: exp.Expr, kind: Kind | None, wanted: int) -> Iterator[exp.Expr]:
    key_and_value = 2
    if is_kind(kind, exp.DType.MAP) or (kind is None and wanted == key_and_value):
        yield fill("unnest(map_keys(_1))", value)
        yield fill("unnest(map_values(_1))", value)
        return
    row = kind.expressions[0] if kind is not None and kind.expressions else None
    if is_kind(row, exp.DType.STRUCT) and row is not None:
        for field in row.expressions:
            name = exp.Literal.string(field.name)
            yield fill("unnest(list_transform(_1, lambda e: e[_2]))", value, name)
        return
    yield fill("unnest(_1)", value)

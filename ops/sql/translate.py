"""
Athena's SQL in DuckDB's.

Rule 1: what is written is a query over the tables of the catalogue and over
functions that templates.py and builders.py know: nothing else gets through.
Rule 2: parts are rewritten from the inside out; each keeps the type that Athena
gives it (types.py), and the outer ones decide by that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlglot import ErrorLevel, exp

from archive.errors import MisconfiguredError
from ops.sql import dialect
from ops.sql.builders import BUILDERS
from ops.sql.builders_time import TIME_BUILDERS
from ops.sql.calls import ZONE, Call, Plain, fill, local, zone_of
from ops.sql.casts import cast, refuse
from ops.sql.columns import schema_of
from ops.sql.literals import Parameter, literal
from ops.sql.simple_patterns import PATTERN_BUILDERS
from ops.sql.tables import Catalog
from ops.sql.templates import PARTS, SAME, TEMPLATES
from ops.sql.types import Types, decimal_of, is_integer, is_kind, quotient
from ops.sql.unnest import unnested

# The schema of DuckDB that holds the tables: a WITH may use a table's name.
SCHEMA = "athena"
CATALOGS = ("", "awsdatacatalog")

# A column without a name is called so, as Athena calls it; the number of one in
# the result follows only when its stars are known (engine.py).
UNNAMED = "_col"
UNNAMED_IN_RESULT = "_col of the result "

_BUILDERS = {**BUILDERS, **TIME_BUILDERS, **PATTERN_BUILDERS}

_WRAPPERS = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Window)
# What sqlglot calls a function and SQL does not, or what is dealt with here.
_KNOWN = (
    *(exp.Anonymous, exp.And, exp.Or, exp.Xor, exp.Case, exp.If, exp.Cast, exp.Array),
    *(exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp, exp.Exists),
    *(exp.Extract, exp.GroupConcat, exp.JSONValue, exp.StrPosition, exp.Substring),
    *(exp.Trim, exp.Unnest),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    A query as a person asks it, and the time at which they do (epoch seconds).
    """

    sql: str
    parameters: Sequence[Parameter] = ()
    now: float


@dataclass(frozen=True, slots=True)
class Translated:
    """
    The query for DuckDB, and the zones that columns of its result are shown in.
    """

    sql: str
    zones: Mapping[int, str]


def translate(question: Question, catalog: Catalog) -> Translated:
    """
    The query for DuckDB; MisconfiguredError where there is none.
    """
    query = dialect.parse(question.sql, question.parameters)
    _check_tables(query, catalog)
    _name(query)
    rewriter = _Rewriter(Types(query, schema_of(catalog)), question.now)
    rewritten = rewriter.all(query)
    # What it would warn of is DuckDB's to refuse.
    sql = rewritten.sql(
        dialect=Plain, comments=False, unsupported_level=ErrorLevel.IGNORE
    )
    return Translated(sql, _zones(query))


class _Rewriter:
    def __init__(self, types: Types, now: float) -> None:
        self._types = types
        self._now = datetime.fromtimestamp(now, UTC)
        self._rules: Mapping[type[exp.Expr], Callable[..., exp.Expr]] = {
            exp.Add: self._time_arithmetic,
            exp.Anonymous: self._call,
            exp.AtTimeZone: self._at_time_zone,
            exp.Cast: lambda node: cast(node, types.of(node.this)),
            exp.CurrentDate: lambda _: literal(self._now.date()),
            exp.CurrentTimestamp: lambda _: literal(self._now),
            exp.Div: self._division,
            exp.Extract: self._extract,
            exp.HexString: _bytes,
            exp.JSONValue: self._json_value,
            exp.Localtimestamp: lambda _: literal(self._now.replace(tzinfo=None)),
            exp.Or: _lazy_or,
            exp.Sub: self._time_arithmetic,
            exp.TryCast: lambda node: cast(node, types.of(node.this)),
            exp.Unnest: self._unnest,
        }

    def all(self, query: exp.Query) -> exp.Expr:
        """
        The query, rewritten from the inside out.
        """
        # In a list before anything changes; parents come first in it.
        for node in reversed(list(query.walk(bfs=False))):
            new = self._rewritten(node)
            if new is not node:
                self._types.inherit(new, node)
                node.replace(new)
        return query

    def _rewritten(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Func) and not isinstance(node, _KNOWN):
            raise refuse(node)
        if isinstance(node, _WRAPPERS):
            return node if _is_wrapped(node) else self._wrapped_call(node)
        if isinstance(node, exp.Anonymous) and _is_wrapped(node):
            return node
        rule = self._rules.get(type(node))
        return node if rule is None else rule(node)

    def _wrapped_call(self, node: exp.Expr) -> exp.Expr:
        inner = node
        while isinstance(inner, _WRAPPERS):
            inner = inner.this
        if not isinstance(inner, exp.Anonymous):
            return node

        def over(aggregate: exp.Expr) -> exp.Expr:
            wrapper = node.copy()
            innermost = wrapper
            while isinstance(innermost.this, _WRAPPERS):
                innermost = innermost.this
            innermost.set("this", aggregate)
            return wrapper

        return self._call(inner, over)

    def _call(
        self,
        node: exp.Anonymous,
        over: Callable[[exp.Expr], exp.Expr] = lambda aggregate: aggregate,
    ) -> exp.Expr:
        name = node.name.lower()
        arguments = node.expressions
        call = Call(
            name=name,
            arguments=arguments,
            kinds=[self._types.of(argument) for argument in arguments],
            over=over,
        )
        if name == "now" and not arguments:
            return literal(self._now)
        if name in PARTS:
            call.expects(1)
            return fill(PARTS[name], local(arguments[0], call.kind(0)))
        builder = _BUILDERS.get(name)
        if builder is not None:
            return builder(call)
        template = TEMPLATES.get(f"{name}/{len(arguments)}") or TEMPLATES.get(name)
        if template is not None:
            return over(fill(template, *arguments))
        if name in SAME:
            return over(node.copy())
        msg = f"function {name}: not known to DuckDB here; Athena may know it"
        raise MisconfiguredError(msg)

    def _at_time_zone(self, node: exp.AtTimeZone) -> exp.Expr:
        made = fill("CAST(_1 AS TIMESTAMPTZ)", node.this)
        made.meta[ZONE] = node.args["zone"]
        return made

    def _extract(self, node: exp.Extract) -> exp.Expr:
        template = PARTS.get(node.name.lower())
        if template is None:
            raise refuse(node)
        value = node.expression
        return fill(template, local(value, self._types.of(value)))

    def _json_value(self, node: exp.JSONValue) -> exp.Expr:
        path = node.args["path"]
        call = exp.Anonymous(this="json_extract_scalar", expressions=[node.this, path])
        return self._call(call)

    def _division(self, node: exp.Div) -> exp.Expr:
        left, right = (self._types.of(side) for side in (node.this, node.expression))
        if is_integer(left) and is_integer(right):
            return fill("_1 // _2", node.this, node.expression)
        first, second = decimal_of(left), decimal_of(right)
        if first is None or second is None:
            return fill("_1 / _2", node.this, node.expression)
        precision, scale = quotient(first, second)
        return fill(
            f"CAST(firn_divide(CAST(_1 AS VARCHAR), CAST(_2 AS VARCHAR), {scale}) "
            f"AS DECIMAL({precision}, {scale}))",
            node.this,
            node.expression,
        )

    def _time_arithmetic(self, node: exp.Add | exp.Sub) -> exp.Expr:
        left, right = (self._types.of(side) for side in (node.this, node.expression))
        dates = [is_kind(kind, exp.DType.DATE) for kind in (left, right)]
        if all(dates):
            return fill("to_days(CAST(_1 - _2 AS INTEGER))", node.this, node.expression)
        if any(dates) and is_kind(self._types.of(node), exp.DType.DATE):
            return fill("CAST(_1 AS DATE)", node.copy())
        return node

    def _unnest(self, node: exp.Unnest) -> exp.Expr:
        return unnested(node, [self._types.of(each) for each in node.expressions])


def _is_wrapped(node: exp.Expr) -> bool:
    return isinstance(node.parent, _WRAPPERS) and node.arg_key == "this"


def _bytes(node: exp.HexString) -> exp.Expr:
    return fill("unhex(_1)", exp.Literal.string(node.name))


def _lazy_or(node: exp.Or) -> exp.Expr:
    """
    A OR B, B being looked at only where A is not true: a pattern costs.
    """
    if not any(
        call.name.startswith("firn_")
        for call in node.expression.find_all(exp.Anonymous)
    ):
        return node
    return fill("CASE WHEN _1 THEN TRUE ELSE _1 OR _2 END", node.this, node.expression)


def _check_tables(query: exp.Query, catalog: Catalog) -> None:
    """
    Let through the tables of this archive and those that the query makes itself.
    """
    known = schema_of(catalog)
    own = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        name = table.name.lower()
        if not isinstance(table.this, exp.Identifier):
            raise refuse(table)
        if not table.db and name in own:
            continue
        here = table.db.lower() in ("", catalog.database.lower())
        if name not in known or not here or table.catalog.lower() not in CATALOGS:
            msg = (
                f"table {table.sql(dialect='trino', comments=False)}: there are "
                f"{', '.join(sorted(known))} in {catalog.database}"
            )
            raise MisconfiguredError(msg)
        table.set("this", exp.to_identifier(name, quoted=True))
        table.set("db", exp.to_identifier(SCHEMA))
        table.set("catalog", None)


def _name(query: exp.Query) -> None:
    """
    Give each column that has no name the one that Athena gives it.
    """
    outermost = _outermost(query)
    for select in query.find_all(exp.Select):
        prefix = UNNAMED_IN_RESULT if select is outermost else UNNAMED
        for number, column in enumerate(list(select.expressions)):
            if not isinstance(column, exp.Alias | exp.Column | exp.Dot | exp.Star):
                named = exp.alias_(column.copy(), f"{prefix}{number}", quoted=True)
                column.replace(named)


def _zones(query: exp.Query) -> dict[int, str]:
    columns = _outermost(query).expressions
    if any(column.is_star for column in columns):
        return {}
    shown = ((number, zone_of(each.unalias())) for number, each in enumerate(columns))
    return {
        number: zone.name
        for number, zone in shown
        if isinstance(zone, exp.Literal) and zone.is_string
    }


def _outermost(query: exp.Expr) -> exp.Expr:
    while isinstance(query, exp.Subquery | exp.SetOperation):
        query = query.this
    return query

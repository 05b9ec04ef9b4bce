"""
CAST and TRY_CAST as Athena means them.

Rule 1: only where DuckDB's own cast of the same name gives something else does
another expression take its place.

Trino documentation: Conversion functions; CAST to and from JSON.
"""

from sqlglot import exp

from archive.errors import MisconfiguredError
from ops.sql.calls import fill, local, zone_of
from ops.sql.types import Kind, decimal_of, is_integer, is_kind

_TEXTS = (exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR)
_REALS = (exp.DType.DOUBLE, exp.DType.FLOAT)
_CONTAINERS = (exp.DType.ARRAY, exp.DType.MAP, exp.DType.STRUCT)
_PLAIN_NUMBER = "[+-]?[0-9]{1,18}([.][0-9]{1,18})?"
_WHOLE_NUMBER = "regexp_full_match(trim(_1), '[+-]?[0-9]+')"


def cast(node: exp.Cast, kind: Kind | None) -> exp.Expr:
    """
    What takes the place of a cast; `kind` is the type of what is cast.
    """
    value, target = node.this, node.to
    word = "TRY_CAST" if isinstance(node, exp.TryCast) else "CAST"
    if target.this is exp.DType.JSON:
        return _to_json(value, kind)
    if is_kind(kind, exp.DType.JSON) and target.this not in _CONTAINERS:
        # A JSON value's own text, without quotes; a JSON null is NULL.
        value, kind = fill("json_extract_string(_1, '$')", value), _VARCHAR
    if target.this in _TEXTS:
        return _to_text(value, kind, target)
    if target.this in _REALS and is_kind(kind, *_TEXTS):
        return _checked(word, fill("firn_double(_1)", value), value)
    if target.this is exp.DType.DECIMAL:
        return _to_decimal(word, value, kind, target)
    if is_integer(target):
        return _to_integer(word, value, kind, target)
    if target.this in (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIME):
        value = local(value, kind)
    return _plain(word, value, target)


def duckdb_type(kind: Kind) -> str:
    """
    A type as DuckDB spells it.
    """
    plain = kind.copy()
    for each in plain.find_all(exp.DataType):
        if each.this in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIME):
            # DuckDB keeps microseconds, and reads a precision as another type.
            each.set("expressions", [])
        if each.this in _TEXTS:
            each.set("expressions", [])
        if each.this is exp.DType.DECIMAL and not each.expressions:
            each.replace(exp.DataType.build("DECIMAL(38, 0)"))
    return plain.sql(dialect="duckdb")


_VARCHAR = exp.DataType.build("VARCHAR")


def _plain(word: str, value: exp.Expr, target: Kind) -> exp.Expr:
    return fill(f"{word}(_1 AS {duckdb_type(target)})", value)


def _to_json(value: exp.Expr, kind: Kind | None) -> exp.Expr:
    if is_kind(kind, exp.DType.JSON):
        return value
    if kind is not None and kind.this not in _CONTAINERS:
        return fill("to_json(_1)", value)
    if isinstance(value, exp.Map | exp.Anonymous) and _of_one_key(value):
        # Nothing to be put in order.
        return fill("to_json(_1)", value)
    return fill("CAST(firn_json(CAST(to_json(_1) AS VARCHAR)) AS JSON)", value)


def _of_one_key(value: exp.Expr) -> bool:
    arrays = [*value.find_all(exp.Array)]
    return len(arrays) == 2 and all(len(array.expressions) == 1 for array in arrays)  # noqa: PLR2004 - keys and values


def _to_text(value: exp.Expr, kind: Kind | None, target: Kind) -> exp.Expr:
    if is_kind(kind, exp.DType.DOUBLE):
        made = fill("firn_double_text(_1)", value)
    elif is_kind(kind, exp.DType.TIMESTAMP):
        made = fill(f"strftime(_1, '{_time_format(kind)}')", value)
    elif is_kind(kind, exp.DType.TIMESTAMPTZ):
        zone = zone_of(value) or exp.Literal.string("UTC")
        form = f"strftime(_1, '{_time_format(kind)}') || ' ' || _2"
        made = fill(form, local(value, kind), zone)
    else:
        made = fill("CAST(_1 AS VARCHAR)", value)
        digits = decimal_of(kind)
        if digits is not None and digits[0] == digits[1]:
            # DuckDB leaves out the zero before the point.
            made = fill("regexp_replace(_1, '^(-?)[.]', '\\10.')", made)
    if target.expressions:
        return fill(f"substr(_1, 1, {int(target.expressions[0].name)})", made)
    return made


def _time_format(kind: Kind | None) -> str:
    digits = int(kind.expressions[0].name) if kind and kind.expressions else 3
    fraction = {0: "", 3: ".%g", 6: ".%f"}.get(digits, ".%g")
    return f"%Y-%m-%d %H:%M:%S{fraction}"


def _to_decimal(
    word: str, value: exp.Expr, kind: Kind | None, target: Kind
) -> exp.Expr:
    precision, scale = decimal_of(target) or (38, 0)
    if not is_kind(kind, *_TEXTS):
        return fill(f"{word}(_1 AS DECIMAL({precision}, {scale}))", value)
    type_ = f"DECIMAL({precision}, {scale})"
    # Most numbers are plain, and DuckDB reads those as Trino does.
    made = fill(
        f"CASE WHEN regexp_full_match(_1, '{_PLAIN_NUMBER}') THEN TRY_CAST(_1 AS {type_}) "
        f"ELSE CAST(firn_decimal(_1, {precision}, {scale}) AS {type_}) END",
        value,
    )
    return _checked(word, made, value)


def _to_integer(
    word: str, value: exp.Expr, kind: Kind | None, target: Kind
) -> exp.Expr:
    name = duckdb_type(target)
    if is_kind(kind, *_REALS):
        return fill(f"{word}(round(_1) AS {name})", value)
    if is_kind(kind, *_TEXTS):
        made = fill(f"CASE WHEN {_WHOLE_NUMBER} THEN TRY_CAST(_1 AS {name}) END", value)
        return _checked(word, made, value)
    return _plain(word, value, target)


def _checked(word: str, made: exp.Expr, value: exp.Expr) -> exp.Expr:
    """
    What gives NULL where it cannot be: an error where CAST was asked for.
    """
    if word == "TRY_CAST":
        return made
    return fill(
        "CASE WHEN _2 IS NULL THEN NULL "
        "ELSE coalesce(_1, error('CAST: a value has not this type')) END",
        made,
        value,
    )


def refuse(node: exp.Expr) -> MisconfiguredError:
    """
    What is said of a part of SQL that is not known here.
    """
    words = " ".join(node.sql(dialect="trino").split())
    return MisconfiguredError(f"query: not known to DuckDB here: {words[:80]}")

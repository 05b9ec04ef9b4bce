"""
Athena's functions in DuckDB's words, where types or literals decide which.

Those of numbers, texts, JSON, arrays and maps; builders_time.py has those of times.

Rule 1: a builder sees one call and nothing else.
"""

from collections.abc import Callable

from sqlglot import exp

from archive.errors import MisconfiguredError
from ops.sql.calls import Call, fill
from ops.sql.json_paths import pointer
from ops.sql.types import decimal_of, is_integer, is_kind

Builder = Callable[[Call], exp.Expr]


def average(call: Call) -> exp.Expr:
    """
    The average; that of decimals is a decimal.
    """
    digits = decimal_of(call.kind(0))
    value = call.arguments[0]
    if digits is None or is_integer(call.kind(0)):
        return call.over(fill("avg(_1)", value))
    total, count = (call.over(fill(f"{name}(_1)", value)) for name in ("sum", "count"))
    return fill(
        f"CAST(firn_divide(CAST(_1 AS VARCHAR), CAST(nullif(_2, 0) AS VARCHAR), {digits[1]}) "
        f"AS DECIMAL(38, {digits[1]}))",
        total,
        count,
    )


def total(call: Call) -> exp.Expr:
    """
    The sum; that of whole numbers is a bigint.
    """
    made = call.over(fill("sum(_1)", *call.arguments))
    return fill("CAST(_1 AS BIGINT)", made) if is_integer(call.kind(0)) else made


def rounded(call: Call) -> exp.Expr:
    """
    A rounded number; a decimal keeps its scale.
    """
    digits = decimal_of(call.kind(0))
    made = fill(
        f"round({', '.join(f'_{n + 1}' for n in range(len(call.arguments)))})",
        *call.arguments,
    )
    if digits is None or is_integer(call.kind(0)) or len(call.arguments) == 1:
        return made
    precision, scale = min(38, digits[0] + 1), digits[1]
    return fill(f"CAST(_1 AS DECIMAL({precision}, {scale}))", made)


def concatenated(call: Call) -> exp.Expr:
    """
    Texts or arrays one after another; NULL as soon as one of them is NULL.
    """
    first, *others = call.arguments
    for other in others:
        first = fill("_1 || _2", first, other)
    return first


def extreme(call: Call) -> exp.Expr:
    """
    Greatest or least; NULL as soon as one of them is NULL.
    """
    names = [f"_{number + 1}" for number in range(len(call.arguments))]
    nulls = " OR ".join(f"{name} IS NULL" for name in names)
    return fill(
        f"CASE WHEN {nulls} THEN NULL ELSE {call.name}({', '.join(names)}) END",
        *call.arguments,
    )


def cardinality(call: Call) -> exp.Expr:
    """
    How many elements an array or a map has.
    """
    name = "cardinality" if is_kind(call.kind(0), exp.DType.MAP) else "len"
    return fill(f"CAST({name}(_1) AS BIGINT)", *call.arguments)


def element(call: Call) -> exp.Expr:
    """
    The element of an array or a map, NULL where it has none.
    """
    is_map = is_kind(call.kind(0), exp.DType.MAP) or is_kind(
        call.kind(1), exp.DType.VARCHAR
    )
    name = "map_extract_value" if is_map else "list_extract"
    return fill(f"{name}(_1, _2)", *call.arguments)


def reversed_(call: Call) -> exp.Expr:
    """
    A text or an array from behind.
    """
    is_array = is_kind(call.kind(0), exp.DType.ARRAY)
    return fill(f"{'list_reverse' if is_array else 'reverse'}(_1)", *call.arguments)


def reduced(call: Call) -> exp.Expr:
    """
    An array folded into one value.
    """
    call.expects(4)
    array, state, step, finish = call.arguments
    folded = fill("list_reduce(_1, _2, _3)", array, step, state)
    if not isinstance(finish, exp.Lambda):
        msg = "reduce: its last argument has to be a lambda"
        raise MisconfiguredError(msg)
    return applied(finish, [folded])


def map_filtered(call: Call) -> exp.Expr:
    """
    The entries of a map that a condition keeps.
    """
    mapping, condition = call.arguments
    kept = _of_entry(condition)
    template = "map_from_entries(list_filter(map_entries(_1), lambda entry: _2))"
    return fill(template, mapping, kept)


def map_transformed(call: Call) -> exp.Expr:
    """
    A map with other keys or other values.
    """
    mapping, change = call.arguments
    other = _of_entry(change)
    parts = (
        ("_2", "entry.value") if call.name == "transform_keys" else ("entry.key", "_2")
    )
    made = [f"list_transform(map_entries(_1), lambda entry: {part})" for part in parts]
    return fill(f"map({made[0]}, {made[1]})", mapping, other)


def series(call: Call) -> exp.Expr:
    """
    All values from one to another, both included.
    """
    start, stop, *steps = call.arguments
    if is_kind(call.kind(0), exp.DType.DATE):
        step = steps[0] if steps else fill("INTERVAL 1 DAY")
        return fill("CAST(generate_series(_1, _2, _3) AS DATE[])", start, stop, step)
    if steps:
        return fill("generate_series(_1, _2, _3)", start, stop, steps[0])
    template = "generate_series(_1, _2, CASE WHEN _1 <= _2 THEN 1 ELSE -1 END)"
    return fill(template, start, stop)


def extracted(call: Call) -> exp.Expr:
    """
    json_extract and json_extract_scalar, by a path that is written out.
    """
    call.expects(2)
    path = exp.Literal.string(pointer(call.text(1)))
    value = call.arguments[0]
    if not is_kind(call.kind(0), exp.DType.JSON):
        # What is no JSON has nothing at any path.
        value = fill("CASE WHEN json_valid(_1) THEN _1 END", value)
    if call.name == "json_extract":
        return fill("CAST(firn_json_part(json_extract(_1, _2)) AS JSON)", value, path)
    # An array or an object is no scalar; `->>` would give its text.
    return fill(
        "CASE WHEN json_type(_1, _2) NOT IN ('ARRAY', 'OBJECT') "
        "THEN json_extract_string(_1, _2) END",
        value,
        path,
    )


def json_size(call: Call) -> exp.Expr:
    """
    How many elements or members there are at a path; a scalar has none.
    """
    call.expects(2)
    path = exp.Literal.string(pointer(call.text(1)))
    return fill(
        "CAST(CASE json_type(_1, _2) WHEN 'ARRAY' THEN json_array_length(_1, _2) "
        "WHEN 'OBJECT' THEN len(json_keys(_1, _2)) WHEN NULL THEN NULL ELSE 0 END "
        "AS BIGINT)",
        call.arguments[0],
        path,
    )


def array_get(call: Call) -> exp.Expr:
    """
    An element of a JSON array, counted from 0 or, negative, from its end.
    """
    return fill(
        "json_extract(_1, '$[' || CASE WHEN _2 < 0 THEN '#' ELSE '' END || _2 || ']')",
        *call.arguments,
    )


def formatted(call: Call) -> exp.Expr:
    """
    format('%s: %d', …), Java's.
    """
    pattern, *values = call.arguments
    array = exp.Array(expressions=[fill("to_json(_1)", value) for value in values])
    return fill("firn_format(_1, CAST(_2 AS VARCHAR[]))", pattern, array)


def applied(function: exp.Lambda, values: list[exp.Expr]) -> exp.Expr:
    """
    A lambda's body with values in the place of its parameters.
    """
    names = {
        parameter.name.lower(): value
        for parameter, value in zip(function.expressions, values, strict=False)
    }
    body: exp.Expr = function.this.copy()
    for node in list(body.find_all(exp.Identifier, exp.Column)):
        value = names.get(node.name.lower())
        column = node.parent if isinstance(node.parent, exp.Column) else node
        if value is None or (isinstance(column, exp.Column) and column.table):
            continue
        if column is body:
            return value.copy()
        if column.parent is not None:
            column.replace(value.copy())
    return body


def _of_entry(function: exp.Expr) -> exp.Expr:
    if not isinstance(function, exp.Lambda):
        msg = "a map is filtered or transformed by a lambda"
        raise MisconfiguredError(msg)
    return applied(function, [fill("entry['key']"), fill("entry['value']")])


BUILDERS: dict[str, Builder] = {
    "array_get": array_get,
    "avg": average,
    "cardinality": cardinality,
    "concat": concatenated,
    "element_at": element,
    "format": formatted,
    "greatest": extreme,
    "json_array_get": array_get,
    "json_extract": extracted,
    "json_extract_scalar": extracted,
    "json_size": json_size,
    "least": extreme,
    "map_filter": map_filtered,
    "reduce": reduced,
    "reverse": reversed_,
    "round": rounded,
    "sequence": series,
    "sum": total,
    "transform_keys": map_transformed,
    "transform_values": map_transformed,
}

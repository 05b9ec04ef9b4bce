"""
What Athena's functions give back, for those where it decides a translation.

Rule 1: a function that is not here has no known type.

Trino documentation: Functions and operators.
"""

from collections.abc import Callable, Sequence

from sqlglot import exp

Kind = exp.DataType
Kinds = Sequence[Kind | None]
Rule = str | Callable[[Kinds], "Kind | str | None"]

_WHOLE = (exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT)


def _first(kinds: Kinds) -> Kind | None:
    return kinds[0] if kinds else None


def _second(kinds: Kinds) -> Kind | None:
    return kinds[1] if len(kinds) > 1 else None


def _third(kinds: Kinds) -> Kind | None:
    return kinds[2] if len(kinds) > 2 else None  # noqa: PLR2004 - date_add(unit, count, time)


def _any(kinds: Kinds) -> Kind | None:
    return next((kind for kind in kinds if kind is not None), None)


def _sum(kinds: Kinds) -> Kind | str | None:
    kind = _first(kinds)
    if kind is None:
        return None
    if kind.this in _WHOLE:
        return "BIGINT"
    if kind.this is exp.DType.DECIMAL:
        scale = kind.expressions[1].name if len(kind.expressions) > 1 else "0"
        return f"DECIMAL(38, {scale})"
    return kind


def _average(kinds: Kinds) -> Kind | str | None:
    kind = _first(kinds)
    return "DOUBLE" if kind is not None and kind.this in _WHOLE else kind


def _rounded(kinds: Kinds) -> Kind | str | None:
    kind = _first(kinds)
    if kind is None or kind.this is not exp.DType.DECIMAL or not kind.expressions:
        return kind
    precision, scale = (int(each.name) for each in kind.expressions)
    if len(kinds) > 1:
        return f"DECIMAL({min(38, precision + 1)}, {scale})"
    whole = precision - scale + (1 if scale else 0)
    return f"DECIMAL({min(38, max(whole, 1))}, 0)"


def _array(kinds: Kinds) -> Kind | str | None:
    kind = _first(kinds)
    return None if kind is None else f"ARRAY({kind.sql('trino')})"


def _element(kinds: Kinds) -> Kind | None:
    kind = _first(kinds)
    return kind.expressions[-1] if kind is not None and kind.expressions else None


def _map(kinds: Kinds) -> str:
    key, value = (kinds[each] if len(kinds) > each else None for each in (0, 1))
    return (
        f"MAP({key.sql('trino')}, {value.sql('trino')})"
        if key is not None and value is not None
        else "MAP"
    )


def _keys(kinds: Kinds) -> str | None:
    kind = _first(kinds)
    return (
        f"ARRAY({kind.expressions[0].sql('trino')})"
        if kind is not None and kind.expressions
        else None
    )


def _values(kinds: Kinds) -> str | None:
    kind = _first(kinds)
    return (
        f"ARRAY({kind.expressions[-1].sql('trino')})"
        if kind is not None and kind.expressions
        else None
    )


def _named(kind: str, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), kind)


RETURNS: dict[str, Rule] = {
    **_named(
        "BIGINT",
        "approx_distinct bit_count cardinality count count_if date_diff day "
        "day_of_month day_of_week day_of_year dense_rank dow doy hour "
        "json_array_length json_size length levenshtein_distance millisecond minute "
        "month ntile position quarter rank regexp_count row_number second strpos "
        "week week_of_year year year_of_week yow bitwise_and bitwise_or bitwise_xor "
        "bitwise_not array_position codepoint regexp_position",
    ),
    **_named(
        "DOUBLE",
        "cbrt corr covar_pop covar_samp cume_dist degrees e exp infinity ln log "
        "log10 log2 nan percent_rank pi pow power radians random regr_intercept "
        "regr_slope sqrt stddev stddev_pop stddev_samp to_unixtime var_pop var_samp "
        "variance geometric_mean",
    ),
    **_named(
        "VARCHAR",
        "array_join chr concat_ws date_format format format_datetime "
        "from_utf8 json_extract_scalar json_format listagg lower lpad ltrim md5_hex "
        "normalize regexp_extract regexp_replace replace rpad rtrim split_part "
        "substr substring to_base64 to_hex to_iso8601 translate trim upper",
    ),
    **_named(
        "BOOLEAN",
        "all_match any_match bool_and bool_or contains ends_with every is_finite "
        "is_infinite is_json_scalar is_nan json_array_contains none_match "
        "regexp_like starts_with arrays_overlap",
    ),
    **_named("VARBINARY", "from_base64 from_hex md5 sha1 sha256 to_utf8"),
    **_named("JSON", "json_extract json_parse json_array_get"),
    **_named("DATE", "date from_iso8601_date last_day_of_month"),
    **_named("TIMESTAMP(3)", "date_parse"),
    **_named(
        "TIMESTAMP(3) WITH TIME ZONE",
        "at_timezone from_iso8601_timestamp from_unixtime now parse_datetime "
        "with_timezone",
    ),
    **_named("ARRAY(VARCHAR)", "regexp_extract_all regexp_split split"),
    **dict.fromkeys(
        [
            "abs",
            "any_value",
            "arbitrary",
            "array_distinct",
            "array_except",
            "array_intersect",
            "array_remove",
            "array_sort",
            "array_union",
            "bit_not",
            "ceil",
            "ceiling",
            "filter",
            "first_value",
            "lag",
            "last_value",
            "lead",
            "map_concat",
            "map_filter",
            "max",
            "max_by",
            "min",
            "min_by",
            "mod",
            "nth_value",
            "nullif",
            "reverse",
            "sequence",
            "shuffle",
            "slice",
            "try",
        ],
        _first,
    ),
    **dict.fromkeys(["coalesce", "concat", "greatest", "least"], _any),
    "array_agg": _array,
    "array_max": _element,
    "array_min": _element,
    "avg": _average,
    "approx_percentile": _first,
    "ceil": _rounded,
    "ceiling": _rounded,
    "date_add": _third,
    "date_trunc": _second,
    "element_at": _element,
    "floor": _rounded,
    "histogram": lambda kinds: _map([_first(kinds), exp.DataType.build("BIGINT")]),
    "map": lambda kinds: _map([_element([each]) for each in kinds]),
    "map_agg": _map,
    "map_keys": _keys,
    "map_values": _values,
    "round": _rounded,
    "sign": _first,
    "sum": _sum,
    "truncate": _rounded,
}

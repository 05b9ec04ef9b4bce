"""
Athena's functions in DuckDB's words, where one sentence says it.

Rule 1: only what stands here or in builders.py can be called. Another function is
refused by name: one of DuckDB's own might mean something else.
Rule 2: in a template _1 is the first argument and _2 the second; what is chosen
by their number stands under NAME/NUMBER.

Trino documentation: Functions and operators. DuckDB documentation: Functions.
"""

# Names and meanings are the same in both.
SAME = frozenset(
    "abs acos array_agg array_append asin atan atan2 avg bit_count bool_and bool_or "
    "cbrt ceil ceiling chr coalesce corr cos count covar_pop covar_samp cume_dist "
    "degrees dense_rank exp first_value flatten floor grouping last_day last_value "
    "length ln log10 log2 lower lpad ltrim map_concat map_keys "
    "map_values max max_by min min_by nth_value ntile nullif percent_rank pi power "
    "radians rank regr_intercept regr_slope replace round row_number rpad "
    "rtrim sign sin sqrt starts_with stddev stddev_pop stddev_samp tan translate trim "
    "truncate upper var_pop var_samp variance lag lead map row try concat_ws "
    "ends_with sinh cosh tanh".split()
)

TEMPLATES: dict[str, str] = {
    # Aggregates. Exact where Athena's is approximate.
    "any_value": "any_value(_1)",
    "approx_distinct/1": "count(DISTINCT _1)",
    "approx_distinct/2": "count(DISTINCT _1)",
    "approx_percentile/2": "quantile_disc(_1, _2)",
    "arbitrary": "any_value(_1)",
    "count_if": "count_if(_1)",
    "every": "bool_and(_1)",
    "geometric_mean": "geometric_mean(_1)",
    "histogram": "histogram(_1)",
    "max_by/2": "arg_max_null(_1, _2)",
    "max_by/3": "arg_max(_1, _2, _3)",
    "min_by/2": "arg_min_null(_1, _2)",
    "min_by/3": "arg_min(_1, _2, _3)",
    # Numbers.
    "bitwise_and": "_1 & _2",
    "bitwise_not": "~ _1",
    "bitwise_or": "_1 | _2",
    "bitwise_xor": "xor(_1, _2)",
    "e": "exp(CAST(1 AS DOUBLE))",
    "infinity": "CAST('Infinity' AS DOUBLE)",
    "is_finite": "isfinite(_1)",
    "is_infinite": "isinf(_1)",
    "is_nan": "isnan(_1)",
    "log": "log(_1, _2)",
    "mod": "_1 % _2",
    "nan": "CAST('NaN' AS DOUBLE)",
    "pow": "power(_1, _2)",
    "truncate/1": "trunc(_1)",
    # Texts and bytes.
    "codepoint": "ord(_1)",
    "format": "firn_format(_1, _2)",
    "from_base64": "from_base64(_1)",
    "from_hex": "unhex(_1)",
    "from_utf8": "decode(_1)",
    "hamming_distance": "hamming(_1, _2)",
    "levenshtein_distance": "levenshtein(_1, _2)",
    "md5": "unhex(md5(_1))",
    "normalize": "nfc_normalize(_1)",
    "position": "strpos(_2, _1)",
    "repeat": "list_transform(range(_2), lambda i: _1)",
    "replace/2": "replace(_1, _2, '')",
    "sha1": "unhex(sha1(_1))",
    "sha256": "unhex(sha256(_1))",
    "split/2": "str_split(_1, _2)",
    "split_part": (
        "CASE WHEN _3 > len(str_split(_1, _2)) THEN NULL "
        "ELSE split_part(_1, _2, _3) END"
    ),
    "strpos/2": "strpos(_1, _2)",
    "substr/2": "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2) END",
    "substr/3": "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2, _3) END",
    "substring/2": "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2) END",
    "substring/3": "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2, _3) END",
    "to_base64": "base64(_1)",
    "to_hex": "hex(_1)",
    "to_utf8": "encode(_1)",
    "typeof": "typeof(_1)",
    "uuid": "CAST(uuid() AS VARCHAR)",
    # Patterns: Java's, which DuckDB's library does not know (java_patterns.py).
    "regexp_count": "len(firn_regexp_extract_all(_1, _2, 0))",
    "regexp_extract/2": "firn_regexp_extract(_1, _2, 0)",
    "regexp_extract/3": "firn_regexp_extract(_1, _2, CAST(_3 AS INTEGER))",
    "regexp_extract_all/2": "firn_regexp_extract_all(_1, _2, 0)",
    "regexp_extract_all/3": ("firn_regexp_extract_all(_1, _2, CAST(_3 AS INTEGER))"),
    "regexp_like": "firn_regexp_like(_1, _2)",
    "regexp_position": "firn_regexp_position(_1, _2)",
    "regexp_replace/2": "firn_regexp_replace(_1, _2, '')",
    "regexp_replace/3": "firn_regexp_replace(_1, _2, _3)",
    "regexp_split": "firn_regexp_split(_1, _2)",
    # JSON. Paths are in builders.py.
    "is_json_scalar": "json_type(_1) NOT IN ('ARRAY', 'OBJECT')",
    "json_array_contains": (
        "list_contains(CAST(json_extract(_1, '$[*]') AS JSON[]), to_json(_2))"
    ),
    "json_array_length": "CAST(json_array_length(_1) AS BIGINT)",
    "json_format": "CAST(_1 AS VARCHAR)",
    "json_parse": "CAST(firn_json(_1) AS JSON)",
    # Arrays and maps.
    "all_match": "len(list_filter(_1, _2)) = len(_1)",
    "any_match": "len(list_filter(_1, _2)) > 0",
    "array_distinct": "list_distinct(_1)",
    "array_except": "list_filter(list_distinct(_1), lambda e: NOT list_contains(_2, e))",
    "array_intersect": "list_intersect(_1, _2)",
    "array_join/2": "array_to_string(_1, _2)",
    "array_join/3": (
        "array_to_string(list_transform(_1, "
        "lambda e: coalesce(CAST(e AS VARCHAR), _3)), _2)"
    ),
    "array_max": "list_max(_1)",
    "array_min": "list_min(_1)",
    "array_position": "CAST(coalesce(list_position(_1, _2), 0) AS BIGINT)",
    "array_remove": "list_filter(_1, lambda e: e <> _2)",
    "array_sort/1": "list_sort(_1, 'ASC', 'NULLS LAST')",
    "array_union": "list_distinct(list_concat(_1, _2))",
    "arrays_overlap": "list_has_any(_1, _2)",
    "contains": "list_contains(_1, _2)",
    "filter": "list_filter(_1, _2)",
    "map/0": "map([], [])",
    "map_agg": "map(list(_1), list(_2))",
    "map_from_entries": "map_from_entries(_1)",
    "none_match": "len(list_filter(_1, _2)) = 0",
    "slice": (
        "list_slice(_1, _2, CASE WHEN _2 < 0 AND _2 + _3 >= 0 THEN -1 "
        "ELSE _2 + _3 - 1 END)"
    ),
    "transform": "list_transform(_1, _2)",
    # Times.
    "current_timezone": "'UTC'",
    "date": "CAST(_1 AS DATE)",
    "from_iso8601_date": "CAST(_1 AS DATE)",
    "from_iso8601_timestamp": "CAST(_1 AS TIMESTAMPTZ)",
    "last_day_of_month": "last_day(_1)",
    "to_unixtime": "epoch(_1)",
}

# Parts of a time, each of an argument in its own zone.
PARTS: dict[str, str] = {
    "day": "day(_1)",
    "day_of_month": "day(_1)",
    "day_of_week": "isodow(_1)",
    "day_of_year": "dayofyear(_1)",
    "dow": "isodow(_1)",
    "doy": "dayofyear(_1)",
    "hour": "hour(_1)",
    "millisecond": "millisecond(_1) % 1000",
    "minute": "minute(_1)",
    "month": "month(_1)",
    "quarter": "quarter(_1)",
    "second": "second(_1)",
    "week": "weekofyear(_1)",
    "week_of_year": "weekofyear(_1)",
    "year": "year(_1)",
    "year_of_week": "isoyear(_1)",
    "yow": "isoyear(_1)",
}

"""
What Trino 476 makes of expressions that DuckDB by itself would read otherwise.

Rule 1: each value was measured, as Trino's protocol writes it;
tests/infra/engine/test_same_answers.py measures again.
"""

MEASURED: dict[str, object] = {
    # Numbers.
    "7 / 2": 3,
    "-7 / 2": -3,
    "-7 % 3": -1,
    "7.0 / 2": "3.5",
    "1.0 / 3": "0.3",
    "10 / 3.00": "3.33",
    "1e0 / 3": 0.3333333333333333,
    "DECIMAL '1.23' * 2": "2.46",
    "round(2.345, 2)": "2.350",
    "round(-2.5)": "-3",
    "CAST(2.5e0 AS bigint)": 3,
    "CAST(3.5 AS bigint)": 4,
    "truncate(-2.7)": "-2",
    "greatest(1, NULL)": None,
    "mod(-5, 3)": -2,
    # Casts.
    "CAST(0.1e0 AS varchar)": "1.0E-1",
    "CAST(0e0 AS varchar)": "0E0",
    "CAST(123456.789e0 AS varchar)": "1.23456789E5",
    "CAST(nan() AS varchar)": "NaN",
    "CAST(TIMESTAMP '2020-01-01 00:00:00.120' AS varchar)": "2020-01-01 00:00:00.120",
    "CAST(DECIMAL '.125' AS varchar)": "0.125",
    "CAST(1.50 AS varchar)": "1.50",
    "try_cast('0.125' AS decimal(9,2))": "0.13",
    "try_cast('1E+2' AS decimal(9,2))": "100.00",
    "try_cast(' 1' AS decimal(9,2))": None,
    "try_cast('12345678.9' AS decimal(9,2))": None,
    "try_cast('1_0' AS decimal(9,2))": None,
    "try_cast('1d' AS double)": 1.0,
    "try_cast('0x10' AS double)": None,
    "try_cast('1E5000' AS double)": "Infinity",
    "try_cast('1.5' AS bigint)": None,
    "try_cast(' 1' AS bigint)": 1,
    "CAST('abcdef' AS varchar(3))": "abc",
    # Texts.
    "concat('a', NULL)": None,
    "split_part('a,b', ',', 3)": None,
    "substr('abc', 0, 2)": "",
    "substr('abc', -2)": "bc",
    "reverse('abc')": "cba",
    "format('%.20f|%5s|%-5s|%05d|%,.2f|%x|%%', 0.1e0, 'a', 'b', 42, 1234.567, 255)": (
        "0.10000000000000000000|    a|b    |00042|1,234.57|ff|%"
    ),
    # Patterns.
    "regexp_like('٣', '\\d')": False,
    "regexp_like('é', '\\w')": False,
    "regexp_like('É', '(?i)é')": True,
    "regexp_replace('abc', '(b)', '[$1]')": "a[b]c",
    "regexp_replace('abc', '(?<x>b)', '${x}${x}')": "abbc",
    "regexp_replace('abc', 'b')": "ac",
    "regexp_extract('abc123', '([a-z]+)(\\d+)', 2)": "123",
    "regexp_extract('xaz', 'a(q)?', 1)": None,
    "regexp_extract_all('a1b2', '\\d')": ["1", "2"],
    "regexp_like('aaab', '^(?>a*)ab')": False,
    "regexp_like('aaab', 'a++b')": True,
    # JSON.
    'json_format(json_parse(\'{"b": 1.10, "a": [1e3, null], "b": 2}\'))': (
        '{"a":[1000.0,null],"b":2}'
    ),
    "json_format(json_parse('\"é😀\"'))": '"é\\uD83D\\uDE00"',
    "json_format(CAST(MAP(ARRAY['b', 'a'], ARRAY[1, 2]) AS json))": '{"a":2,"b":1}',
    'json_format(json_extract(\'{"a": {"z": "😀", "b": 1.10}}\', \'$.a\'))': (
        '{"z":"\\uD83D\\uDE00","b":1.1}'
    ),
    "json_extract_scalar('{\"a\": {\"b\": 1}}', '$.a')": None,
    "json_extract_scalar('{\"a/b~\": true}', '$[\"a/b~\"]')": "true",
    "json_extract_scalar('nothing', '$.a')": None,
    "CAST(json_parse('\"x\"') AS varchar)": "x",
    "CAST(json_parse('[1, 2]') AS array(bigint))": [1, 2],
    "cardinality(map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, NULL]), (k, v) -> v > 0))": 1,
    "element_at(MAP(ARRAY['a'], ARRAY[1]), 'b')": None,
    # Arrays.
    "element_at(ARRAY[1, 2], -1)": 2,
    "array_sort(ARRAY[3, 1, NULL, 2])": [1, 2, 3, None],
    "array_distinct(ARRAY[2, 1, 2])": [2, 1],
    "array_join(ARRAY[1, NULL, 2], ',')": "1,2",
    "sequence(3, 1)": [3, 2, 1],
    "slice(ARRAY[1, 2, 3], 2, 2)": [2, 3],
    "reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s * 10)": 30,
    # Times.
    "DATE '2020-01-05' - DATE '2020-01-01'": "4 00:00:00.000",
    "DATE '2020-01-05' + interval '1' day": "2020-01-06",
    "TIMESTAMP '2020-01-05 00:00:00' - TIMESTAMP '2020-01-01 10:00:00'": (
        "3 14:00:00.000"
    ),
    "date_diff('month', DATE '2020-01-31', DATE '2020-02-29')": 1,
    "date_add('month', 1, DATE '2020-01-31')": "2020-02-29",
    "date_trunc('week', DATE '2020-01-05')": "2019-12-30",
    "day_of_week(DATE '2020-01-05')": 7,
    "week(DATE '2021-01-01')": 53,
    "from_unixtime(1.5)": "1970-01-01 00:00:01.500 UTC",
    "from_unixtime(0, 'Asia/Tokyo')": "1970-01-01 09:00:00.000 Asia/Tokyo",
    "to_iso8601(TIMESTAMP '2020-01-01 00:00:00.000')": "2020-01-01T00:00:00.000",
    "to_hex(sha256(to_utf8('a')))": (
        "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB"
    ),
}

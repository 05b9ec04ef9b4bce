"""
Athena's functions, one by one, as Trino answers them.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import MisconfiguredError
from ops.sql.engine import run
from ops.sql.formats import joda_format, mysql_format
from ops.sql.java_patterns import compiled
from ops.sql.json_paths import pointer
from ops.sql.simple_patterns import simple
from ops.sql.tables import Tables
from tests.infra.engine.rows import spelled
from tests.ops.sql.measured import MEASURED


def test_an_expression_is_what_trino_makes_of_it() -> None:
    """
    Each value and its type; all of them in one query.
    """
    sql = ", ".join(f"{expression} AS c{n}" for n, expression in enumerate(MEASURED))
    (row,) = spelled(run(f"SELECT {sql}", (), Tables()))
    different = {
        expression: (value, expected)
        for (expression, expected), value in zip(MEASURED.items(), row, strict=True)
        if value != expected
        or isinstance(value, bool) is not isinstance(expected, bool)
    }
    assert different == {}


@pytest.mark.parametrize("pattern", ["(", "[a&&b]", "\\p{IsGreek}", "\\G", "[[a]b]"])
def test_a_pattern_that_would_mean_something_else_is_refused(pattern: str) -> None:
    """
    Rather than run with Python's meaning.
    """
    with pytest.raises(ValueError, match="pattern"):
        compiled(pattern)


@given(
    st.text("a0.1-é\n", max_size=8),
    st.sampled_from([r"\.?0+$", "^a+", "[^0-9]", "(a|0)1?", r"\d{1,2}$", "-|a$"]),
)
@settings(max_examples=60, deadline=None)
def test_a_pattern_means_the_same_by_both_ways(text: str, pattern: str) -> None:
    """
    DuckDB's own library where it is sure to, Python's everywhere else.
    """
    sql = (
        "SELECT regexp_replace(t, {0}, '<$0>') AS a, regexp_like(t, {0}) AS b, "
        "regexp_extract(t, {0}) AS c FROM (VALUES (?, ?)) AS v (t, p)"
    )
    assert simple(pattern) is not None
    fast, slow = (
        run(sql.format(each), (text, pattern), Tables()).to_pylist()
        for each in (f"'{pattern}'", "p")
    )
    assert fast == slow


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", "$"),
        ("$.a.b[0]", "/a/b/0"),
        ('$["a.b"]["N"]', "/a.b/N"),
        ('$["q\\"uo\\\\te"]', '/q"uo\\te'),
        ('$["a/b~c"]', "/a~1b~0c"),
        ("lax $.a", "/a"),
    ],
)
def test_a_json_path_is_a_pointer(path: str, expected: str) -> None:
    """
    An attribute's name is data, whatever is in it.
    """
    assert pointer(path) == expected


@pytest.mark.parametrize("path", ["a", "$.a[*]", "$..a", "$.a b", '$["a]'])
def test_a_json_path_that_is_not_known_is_refused(path: str) -> None:
    """
    Rather than read as another.
    """
    with pytest.raises(MisconfiguredError, match="JSON path"):
        pointer(path)


def test_a_format_of_times_is_put_into_strftime_s_letters() -> None:
    """
    A letter that is not known is refused.
    """
    assert mysql_format("%Y-%m-%d %H:%i:%s %%") == "%Y-%m-%d %H:%M:%S %%"
    assert joda_format("yyyy-MM-dd'T'HH:mm:ss.SSS") == "%Y-%m-%dT%H:%M:%S.%g"
    for convert, unknown in ((mysql_format, "%q"), (joda_format, "GG")):
        with pytest.raises(MisconfiguredError, match="format"):
            convert(unknown)

"""
Values for question marks.
"""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import MisconfiguredError
from ops.query.parameters import Parameter, athena_literal, parse_parameter


@pytest.mark.parametrize(
    ("text", "value", "literal"),
    [
        ("a", "a", "'a'"),
        ("5", "5", "'5'"),
        ("it's", "it's", "'it''s'"),
        ("urn:a:b", "urn:a:b", "'urn:a:b'"),
        ("text:number:5", "number:5", "'number:5'"),
        ("number:-5", -5, "-5"),
        ("number:20.50", Decimal("20.50"), "20.50"),
        ("number:0.0000001", Decimal("1E-7"), "0.0000001"),
        ("boolean:true", True, "true"),
        ("date:2026-01-31", date(2026, 1, 31), "DATE '2026-01-31'"),
        (
            "timestamp:2026-01-31T12:00:00.5",
            datetime(2026, 1, 31, 12, 0, 0, 500_000),  # noqa: DTZ001 - the archive's have no zone
            "TIMESTAMP '2026-01-31 12:00:00.500'",
        ),
    ],
)
def test_a_value_is_text_unless_it_says_what_it_is(
    text: str, value: Parameter, literal: str
) -> None:
    """
    A device's id may look like a number.
    """
    assert parse_parameter(text) == value
    assert type(parse_parameter(text)) is type(value)
    assert athena_literal(value) == literal


@pytest.mark.parametrize(
    "text",
    [
        *("number:x", "number:1e5", "number:NaN", "number:", "number:1;DROP"),
        *("boolean:yes", "date:2026-13-01", "timestamp:soon"),
        "timestamp:2026-01-31T12:00:00+09:00",
    ],
)
def test_what_a_value_is_not_is_refused(text: str) -> None:
    """
    With the way to say that it is text after all.
    """
    with pytest.raises(MisconfiguredError, match=f"text:{text[:5]}"):
        parse_parameter(text)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_text_ends_its_own_literal(text: str) -> None:
    """
    Athena takes a literal for each parameter: whatever is in it stays in it.
    """
    literal = athena_literal(text)
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {literal}").fetchall() == [(text,)]

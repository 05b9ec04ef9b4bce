import math

import pytest

from archive.columns import Kind
from archive.errors import MisconfiguredError
from ops.local.options import Troubles, parse_declared_column, parse_moment


@pytest.mark.parametrize("name", ["duplicate_messages", "redeliver", "refuse"])
@pytest.mark.parametrize("value", [-0.1, 1.0, 2.0, math.nan, math.inf])
def test_a_probability_is_at_least_0_and_below_1(name: str, value: float) -> None:
    """
    At 1 nothing would ever get through, and the error names the option.
    """
    option = name.replace("_", "-")
    with pytest.raises(MisconfiguredError, match=f"^--{option} "):
        Troubles(**{name: value})


def test_a_column_is_a_name_a_type_and_perhaps_an_attribute() -> None:
    """
    The attribute defaults to the name and may hold colons itself.
    """
    plain = parse_declared_column("hum:bigint")
    assert (plain.name, plain.kind, plain.attribute) == ("hum", Kind.BIGINT, "hum")

    named = parse_declared_column("t:decimal(9,2):urn:x:Temp")
    assert (named.name, named.type, named.attribute) == (
        "t",
        "decimal(9,2)",
        "urn:x:Temp",
    )


@pytest.mark.parametrize(
    "text", ["", "t", "t:text", "1t:double", "t:double:", ":double"]
)
def test_a_column_that_cannot_be_is_refused(text: str) -> None:
    """
    By the archive's own rules, which say what is wrong.
    """
    with pytest.raises(MisconfiguredError):
        parse_declared_column(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1614556800", 1_614_556_800),
        ("0", 0),
        ("2021-03-01", 1_614_556_800),
        ("2021-03-01T00:00:00Z", 1_614_556_800),
        ("2021-03-01T09:00:00+09:00", 1_614_556_800),
        ("2021-03-01 00:00:00", 1_614_556_800),
    ],
)
def test_a_start_is_a_date_a_time_or_epoch_seconds(text: str, at: int) -> None:
    """
    UTC where no zone is given: the run must not depend on this machine's.
    """
    assert parse_moment(text) == at


@pytest.mark.parametrize(
    "text", ["", "soon", "1e9", "-1", "2021-13-01", "999999999999", "1969-12-31"]
)
def test_a_start_that_is_none_is_refused(text: str) -> None:
    """
    Also one outside the years that the clock runs through.
    """
    with pytest.raises(MisconfiguredError, match=r"^--start "):
        parse_moment(text)

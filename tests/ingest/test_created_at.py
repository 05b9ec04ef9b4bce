"""
When an item was created, and when it expires.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import PoisonError
from ingest.created_at import (
    AHEAD_SECONDS_MAX,
    DAY_SECONDS,
    PAST_SECONDS_MAX,
    Terms,
    created_at_of,
    lifetime_of,
)
from ingest.message import Json

NOW = 1_700_000_000
TERMS = Terms(NOW, 365)
D = Decimal

# How each timestamp is understood, in epoch milliseconds.
UNDERSTOOD: list[tuple[Json, str]] = [
    # ten characters are seconds, all else is milliseconds
    (D("1700000000"), "1700000000000"),
    (D("1700000000123"), "1700000000123"),
    (D("999999999"), "999999999"),
    (D("1000000000"), "1000000000000"),
    (D("9999999999"), "9999999999000"),
    (D("10000000000"), "10000000000"),
    (D(0), "0"),
    # fractional seconds are exact, however many digits they have
    (D("1700000000.5"), "1700000000500"),
    (D("1700000000.1234"), "1700000000123.4"),
    (D("1700000000.0"), "1700000000000"),
    (D("1700000000." + "1" * 28), "1700000000111." + "1" * 25),
    (D("1700000000.000000000000000000000000001"), "1700000000000." + "0" * 23 + "1"),
    # fractional milliseconds stay
    (D("1700000000123.25"), "1700000000123.25"),
    # numbers that are equal are equal times, however they are written
    (D("1.7E9"), "1700000000000"),
    (D("1.7E+12"), "1700000000000"),
    (D("1700000000." + "0" * 60), "1700000000000"),
    # text that is a number
    ("1700000000", "1700000000000"),
    ("1700000000123", "1700000000123"),
    ("1700000000.5", "1700000000500"),
    (" 1700000000\n", "1700000000000"),
    ("+1700000000", "1700000000000"),
    ("0001700000000", "1700000000000"),
    ("1.7e9", "1700000000000"),
    # a minus sign is a character, and no such time is let through anyway
    (D("-170000000"), "-170000000000"),
    (D("-1700000000"), "-1700000000"),
]


@pytest.mark.parametrize(("timestamp", "milliseconds"), UNDERSTOOD)
def test_a_timestamp_is_understood(timestamp: Json, milliseconds: str) -> None:
    """
    What prints as ten characters before any fraction is in seconds.
    """
    assert str(created_at_of(timestamp)) == milliseconds


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        True,
        False,
        [],
        {},
        "",
        " ",
        "now",
        "0x65",
        "1_700_000_000",
        "1700000000s",
        "NaN",
        "Infinity",
        "１７００００００００",  # noqa: RUF001 - digits, but not what a device prints
        "2023-11-14T22:13:20Z",
        "1e9999",
        "1e999",
        D("NaN"),
        D("-Infinity"),
        D("1E+999999999"),
        D("1700000000." + "1" * 29),
    ],
)
def test_what_is_no_timestamp_is_refused(timestamp: Json) -> None:
    """
    It fails its message rather than become a time that nobody meant.
    """
    with pytest.raises(PoisonError):
        created_at_of(timestamp)


@given(st.integers(10**9, 10**10 - 1), st.integers(0, 10**28 - 1))
def test_seconds_are_shifted_without_rounding(seconds: int, fraction: int) -> None:
    """
    38 digits in, the same 38 digits out, three places on.
    """
    digits = f"{fraction:028d}"
    expected = D(f"{seconds}{digits[:3]}.{digits[3:]}")
    assert created_at_of(D(f"{seconds}.{digits}")) == expected


@pytest.mark.parametrize(
    ("created_at", "expired_at"),
    [
        ("1700000000999", NOW + 365 * DAY_SECONDS),
        ("1700000000999.999", NOW + 365 * DAY_SECONDS),
        ("1700000001000", NOW + 1 + 365 * DAY_SECONDS),
    ],
)
def test_an_expiry_is_a_whole_second_rounded_down(
    created_at: str, expired_at: int
) -> None:
    """
    Rule 7: expiredAt = floor(createdAt / 1000) + retention.
    """
    assert lifetime_of(D(created_at), TERMS).expired_at == expired_at


@given(st.integers(0, 10**14), st.integers(1, 3650))
def test_a_lifetime_is_one_that_dynamodb_ends(created_at: int, days: int) -> None:
    """
    Neither more than five years past nor beyond the retention and 366 days ahead.

    The former is never deleted, and the latter is a wrong unit or clock.
    """
    terms = Terms(NOW, days)
    retention = days * DAY_SECONDS
    seconds = created_at if len(str(created_at)) == 10 else created_at // 1000
    ends = seconds + retention - NOW >= -PAST_SECONDS_MAX
    meant = seconds - NOW <= AHEAD_SECONDS_MAX

    try:
        lifetime = lifetime_of(D(created_at), terms)
    except PoisonError:
        assert not (ends and meant)
    else:
        assert ends
        assert meant
        assert lifetime.expired_at == seconds + retention

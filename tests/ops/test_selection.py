from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.contract import Granularity
from archive.errors import MisconfiguredError
from archive.keys import (
    DEFAULT_PARTITION,
    Partition,
    partition_date,
    partition_device,
)
from ops.selection import Selection, parse_selection

days = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@given(day=days, first=st.none() | days, last=st.none() | days)
def test_a_day_is_taken_when_it_lies_between_both_ends(
    day: date, first: date | None, last: date | None
) -> None:
    """
    Both included, either open.
    """
    if first and last and last < first:
        return
    selection = Selection(first=first, last=last)
    partition = Partition("a", day.isoformat())

    assert selection.takes(partition, Granularity.DAY) == (
        (first is None or first <= day) and (last is None or day <= last)
    )


@given(day=days, first=days, length=st.integers(0, 90))
def test_a_month_is_taken_when_one_of_its_days_is(
    day: date, first: date, length: int
) -> None:
    """
    Rule 2: a row of that day can lie in it.
    """
    selection = Selection(first=first, last=first + timedelta(days=length))
    month = day.replace(day=1)
    in_month = [
        month + timedelta(days=n)
        for n in range(31)
        if (month + timedelta(days=n)).month == month.month
    ]

    assert selection.takes(Partition("a", month.isoformat()), Granularity.MONTH) == any(
        selection.takes(Partition("a", it.isoformat()), Granularity.DAY)
        for it in in_month
    )


@given(day=days, first=days, length=st.integers(0, 40))
def test_what_may_be_taken_is_all_that_is_taken(
    day: date, first: date, length: int
) -> None:
    """
    Whichever granularity it turns out to have.
    """
    selection = Selection(first=first, last=first + timedelta(days=length))
    partition = Partition("a", day.isoformat())

    assert selection.may_take(partition) == any(
        selection.takes(partition, granularity) for granularity in Granularity
    )


@pytest.mark.parametrize("device", ["a", "o'hara", "x" * 300, "roof/7", "a b", "ü", ""])
def test_a_device_is_named_by_its_id(device: str) -> None:
    """
    However its partition spells it.
    """
    selection = parse_selection([device], None, None)

    assert selection.takes(
        Partition(partition_device(device), "2024-01-01"), Granularity.DAY
    )
    assert not selection.takes(Partition("another", "2024-01-01"), Granularity.DAY)


def test_several_devices_are_taken_together() -> None:
    """
    --device may be given again.
    """
    selection = parse_selection(["a", "b"], None, None)

    taken = [
        it
        for it in ("a", "b", "c")
        if selection.takes(Partition(it, "2024-01-01"), Granularity.DAY)
    ]
    assert taken == ["a", "b"]


def test_without_a_device_all_are_taken() -> None:
    """
    None, and an empty list of them, alike.
    """
    assert parse_selection(None, None, None) == parse_selection([], None, None)
    assert parse_selection(None, None, None).takes(
        Partition("a", "2024-01-01"), Granularity.DAY
    )


@pytest.mark.parametrize(
    ("first", "last", "is_taken"),
    [(None, None, True), ("2024-01-01", None, False), (None, "2024-01-01", False)],
)
def test_rows_without_a_time_are_taken_only_where_no_day_is_named(
    first: str | None, last: str | None, is_taken: bool
) -> None:
    """
    They lie on none.
    """
    selection = parse_selection(None, first, last)
    nowhere = Partition("a", partition_date(None))

    assert nowhere.date == DEFAULT_PARTITION
    assert selection.takes(nowhere, Granularity.DAY) is is_taken
    assert selection.may_take(nowhere) is is_taken


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_every_day_of_the_calendar_can_be_named(day: str) -> None:
    """
    The first, the last, and a leap day.
    """
    selection = parse_selection(None, day, day)

    assert selection.takes(Partition("a", day), Granularity.DAY)
    assert selection.takes(Partition("a", f"{day[:8]}01"), Granularity.MONTH)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("soon", None, "--from soon: not a date"),
        (None, "2024-02-30", "--to 2024-02-30: not a date"),
        ("", None, "--from : not a date"),
        ("2024-1-1", None, "--from 2024-1-1: not a date"),
        ("2024-01-01T00:00", None, "--from 2024-01-01T00:00: not a date"),
        ("20240101", None, "--from 20240101: not a date"),
        ("2024-W01-1", None, "--from 2024-W01-1: not a date"),
        ("2024-01-02", "2024-01-01", "--to 2024-01-01: lies before --from 2024-01-02"),
    ],
)
def test_what_is_no_range_is_refused_with_the_option(
    first: str | None, last: str | None, told: str
) -> None:
    """
    Exit 2, and how a date is written.
    """
    with pytest.raises(MisconfiguredError) as refusal:
        parse_selection(None, first, last)
    assert str(refusal.value).startswith(told)

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.contract import Contract, CreatedAtUnit, Granularity, Source
from archive.row import epoch_milliseconds
from tests.transforms.conversion.made import Converter, frame, images_of, line, rows_of
from transforms.days import Calendar
from transforms.iso8601 import parse_iso8601
from transforms.schema import MOMENT

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Whole hours, half and quarter ones, seconds (Amsterdam until 1937), a day that
# is missing (Apia, 2011-12-30), daylight saving of half an hour (Lord Howe).
ZONES = [
    *("UTC", "Asia/Tokyo", "America/St_Johns", "Asia/Kathmandu", "Europe/Amsterdam"),
    *("Pacific/Apia", "Australia/Lord_Howe", "America/New_York", "Africa/Monrovia"),
]
MOMENTS = st.integers(-62_000_000_000_000, 253_000_000_000_000)
RECENT = st.integers(-2_000_000_000_000, 2_500_000_000_000)


@given(st.sampled_from(ZONES), st.lists(st.one_of(MOMENTS, RECENT), max_size=30))
def test_a_date_is_the_day_on_the_zones_own_calendar(
    zone: str, moments: list[int]
) -> None:
    """
    Many at once as zoneinfo says of each, clocks set or not.
    """
    calendar = Calendar(Contract(time_zone=zone))
    expected = [
        (EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone)).date()
        for at in moments
    ]
    assert calendar.dates(pa.array(moments, MOMENT)).to_pylist() == expected


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe"])
def test_every_second_around_a_set_clock_has_its_date(zone: str) -> None:
    """
    Within the hour in which clocks are set, each moment is asked for alone.
    """
    calendar = Calendar(Contract(time_zone=zone))
    begin = epoch_milliseconds(datetime(2024, 4, 6, 13, tzinfo=UTC))
    moments = [begin + second * 60_000 + 59_999 for second in range(36 * 60)]
    expected = [
        (EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone)).date()
        for at in moments
    ]
    assert calendar.dates(pa.array(moments, MOMENT)).to_pylist() == expected


@given(st.lists(RECENT, min_size=1, max_size=10))
def test_a_month_is_its_first_day(moments: list[int]) -> None:
    """
    With month granularity the date is the first of the month in the zone.
    """
    contract = Contract(time_zone="Asia/Tokyo", granularity=Granularity.MONTH)
    days = Calendar(Contract(time_zone="Asia/Tokyo")).dates(pa.array(moments, MOMENT))
    months = Calendar(contract).dates(pa.array(moments, MOMENT))
    assert months.to_pylist() == [day.replace(day=1) for day in days.to_pylist()]


def test_the_same_moments_lie_in_other_files_in_other_zones(
    converted: Converter,
) -> None:
    """
    22:20 UTC is the next day in Tokyo.
    """
    image = {"deviceID": {"S": "d/1"}, "createdAt": {"N": "1731536400000"}}
    for zone, day in (("UTC", "2024-11-13"), ("Asia/Tokyo", "2024-11-14")):
        conversion = converted([frame([line(image)])], Contract(time_zone=zone))
        (file,) = conversion.files
        assert file.record.key == f"items/device=d%2F1/date={day}/00000001.parquet"


@pytest.mark.parametrize(
    "value",
    [
        {"N": "253402300800000"},
        {"N": "-62135596800001"},
        {"N": "1E+30"},
        {"N": "soon"},
        {"S": "2024-11-13"},
        {"NULL": True},
        {"M": {}},
    ],
)
def test_an_unusable_time_goes_to_the_default_partition(
    value: dict[str, object], converted: Converter
) -> None:
    """
    created_at is NULL, the value stands in `rest`, nothing is lost.
    """
    image = {"deviceID": {"S": "d"}, "createdAt": value}
    conversion = converted([frame([line(image)])])
    (file,) = conversion.files
    assert "/date=__HIVE_DEFAULT_PARTITION__/" in file.record.key
    assert rows_of(conversion)[0]["created_at"] is None
    assert len(images_of(conversion)) == 1


def test_a_time_whose_date_leaves_the_calendar_is_unusable(
    converted: Converter,
) -> None:
    """
    The last hours of 9999 are year 10000 in Tokyo.
    """
    image = {"deviceID": {"S": "d"}, "createdAt": {"N": "253402300799999"}}
    for zone, count in (("UTC", 1), ("Asia/Tokyo", 0)):
        conversion = converted([frame([line(image)])], Contract(time_zone=zone))
        found = [row["created_at"] for row in rows_of(conversion)]
        assert sum(at is not None for at in found) == count


def test_a_fractional_time_is_cut_to_its_millisecond(converted: Converter) -> None:
    """
    The column gets the millisecond it lies in, `rest` keeps the spelling.
    """
    for spelled, shown in (("1700000000123.9", 123), ("-0.5", 999)):
        image = {"deviceID": {"S": "d"}, "createdAt": {"N": spelled}}
        (row,) = rows_of(converted([frame([line(image)])]))
        assert row["created_at"].microsecond == shown * 1000  # type: ignore[attr-defined]
        assert row["rest"] == f'{{"createdAt":{{"N":"{spelled}"}}}}'


@pytest.mark.parametrize(
    ("unit", "value", "exact"),
    [
        (CreatedAtUnit.SECONDS, {"N": "1731536400"}, True),
        (CreatedAtUnit.SECONDS, {"N": "1731536400.123"}, True),
        (CreatedAtUnit.SECONDS, {"N": "1731536400.1234"}, False),
        (CreatedAtUnit.ISO8601, {"S": "2024-11-13T22:20:00.000Z"}, True),
        (CreatedAtUnit.ISO8601, {"S": "2024-11-13T22:20:00Z"}, False),
        (CreatedAtUnit.ISO8601, {"S": "2024-11-14T07:20:00+09:00"}, False),
    ],
)
def test_other_units_show_the_same_moment(
    unit: CreatedAtUnit, value: dict[str, object], exact: bool, converted: Converter
) -> None:
    """
    Seconds and ISO 8601 fill created_at; `rest` holds what it does not spell.
    """
    contract = Contract(source=Source(created_at_unit=unit))
    image = {"deviceID": {"S": "d"}, "createdAt": value}
    (row,) = rows_of(converted([frame([line(image)])], contract))
    assert str(row["created_at"]).startswith("2024-11-13 22:20:00")
    assert (row["rest"] is None) is exact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-11-13T22:20:00.000Z", 1_731_536_400_000),
        ("2024-11-13t22:20:00,0009z", 1_731_536_400_000),
        ("2024-11-13 22:20", 1_731_536_400_000),
        ("2024-11-14T07:20:00+0900", 1_731_536_400_000),
        ("2024-11-13T12:50:00-09:30", 1_731_536_400_000),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2024-11-13", 1_731_456_000_000),
        ("2024-02-30", None),
        ("2024-11-13T24:00:00Z", None),
        ("2024-11-13T22:20:60Z", None),
        ("2024-W46-3", None),
        ("20241113", None),
        ("", None),
        ("٢٠٢٤-11-13", None),
    ],
)
def test_iso8601_is_read_by_one_grammar(text: str, expected: int | None) -> None:
    """
    What Python or Arrow would read beside it differs between their versions.
    """
    assert parse_iso8601(text) == expected

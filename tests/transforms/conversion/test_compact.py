from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.columns import parse_column
from archive.contract import Contract, Granularity
from archive.errors import DamagedError
from archive.image import image_bytes
from tests.transforms.conversion.images import CONTRACTS, images
from tests.transforms.conversion.made import (
    Converter,
    archived_of,
    bytes_of,
    frame,
    images_of,
    line,
    reading,
    rows_of,
)
from transforms.compact import compact

OLD = Contract(columns=(parse_column("hum", "bigint"), parse_column("gone", "string")))
NEW = Contract(
    columns=(parse_column("hum", "bigint"), parse_column("t", "decimal(4,1)"))
)


def lines(begin: int, end: int) -> list[bytes]:
    """
    Readings of two devices, two a day.
    """
    return [
        line(
            {
                **reading(f"d{k % 2}", 1_730_419_200_000 + k * 43_200_000),
                "hum": {"N": str(k)},
                "t": {"N": f"{k}.5"},
                "gone": {"S": "g"},
            },
            str(k),
        )
        for k in range(begin, end)
    ]


def test_the_files_of_a_partition_become_one(converted: Converter) -> None:
    """
    The doubles that two files share go with it.
    """
    one = converted([frame(lines(0, 4))], OLD)
    two = converted([frame(lines(2, 6))], OLD)
    sources = [*archived_of(one, OLD), *archived_of(two, OLD)]
    conversion = compact(sources, converted.job(OLD, 9))

    assert conversion.counts.lines == 8
    assert conversion.counts.rows == 6
    assert conversion.counts.doubles_dropped == 2
    keys = [file.record.key for file in conversion.files]
    assert len(set(keys)) == len(keys)
    assert all(key.endswith("/00000009.parquet") for key in keys)
    whole = converted([frame(lines(0, 6))], OLD)
    assert images_of(conversion, OLD) == images_of(whole, OLD)


def test_compacted_rows_are_those_of_one_batch(converted: Converter) -> None:
    """
    One conversion, writer and order: the same rows give the same bytes.
    """
    one = converted([frame(lines(0, 9))], OLD)
    again = compact(archived_of(one, OLD), converted.job(OLD, 1))
    assert bytes_of(again) == bytes_of(one)


def test_days_become_months(converted: Converter) -> None:
    """
    A change of granularity shows in the compacted files.
    """
    month = replace(OLD, granularity=Granularity.MONTH)
    daily = converted([frame(lines(0, 40))], OLD)
    conversion = compact(archived_of(daily, OLD), converted.job(month, 2))
    assert len(daily.files) == 40
    assert [file.record.partition.date for file in conversion.files] == [
        "2024-11-01"
    ] * 2
    assert images_of(conversion, month) == images_of(daily, OLD)


def test_a_column_declared_since_is_filled_from_rest(converted: Converter) -> None:
    """
    And a column that is no longer declared goes back there.
    """
    old = converted([frame(lines(0, 4))], OLD)
    conversion = compact(archived_of(old, OLD), converted.job(NEW, 2))
    first = rows_of(conversion)[0]
    assert str(first["t"]) == "0.5"
    assert first["rest"] == '{"gone":{"S":"g"}}'
    assert images_of(conversion, NEW) == images_of(old, OLD)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.lists(images(), min_size=1, max_size=6))
def test_any_image_survives_a_change_of_columns(
    converted: Converter, some: list[dict[str, object]]
) -> None:
    """
    From no columns to some and back, image bytes stay what they were.
    """
    bare, declared = Contract(time_zone="Asia/Tokyo"), CONTRACTS["columns"]
    body = frame(line(image, str(number)) for number, image in enumerate(some))
    first = converted([body], bare)
    second = compact(archived_of(first, bare), converted.job(declared, 2))
    third = compact(archived_of(second, declared), converted.job(bare, 1))
    expected = sorted(map(image_bytes, some))
    assert images_of(second, declared) == expected
    assert images_of(third, bare) == expected
    assert bytes_of(third) == bytes_of(first)


def test_a_source_with_other_rows_than_its_record_is_damage(
    converted: Converter,
) -> None:
    """
    Compaction never makes fewer of more.
    """
    conversion = converted([frame(lines(0, 2))], OLD)
    source = archived_of(conversion, OLD)[0]
    wrong = replace(source, record=replace(source.record, rows=7))
    with pytest.raises(DamagedError):
        compact([wrong], converted.job(OLD, 2))


def test_a_source_written_under_other_columns_than_said_is_damage(
    converted: Converter,
) -> None:
    """
    A file is read by the contract that its entry names, or not at all.
    """
    conversion = converted([frame(lines(0, 2))], OLD)
    with pytest.raises(DamagedError):
        compact(archived_of(conversion, NEW), converted.job(NEW, 2))

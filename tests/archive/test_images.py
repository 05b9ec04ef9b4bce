"""
Image bytes, and rows that become images again.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.columns import parse_column
from archive.contract import Contract, CreatedAtUnit, Source
from archive.errors import DamagedError
from archive.image import image_bytes
from archive.row import plain_number, rebuild, spell, spell_created_at, spell_iso8601

MOMENT = datetime(2024, 11, 13, 22, 20, 0, 123000, tzinfo=UTC)


def test_the_order_of_keys_and_of_sets_does_not_matter() -> None:
    """
    A set has no order, nor has a map, at any depth.
    """
    one = {"b": {"M": {"y": {"SS": ["q", "p"]}, "x": {"NULL": True}}}, "a": {"S": ""}}
    other = {"a": {"S": ""}, "b": {"M": {"x": {"NULL": True}, "y": {"SS": ["p", "q"]}}}}

    assert image_bytes(one) == image_bytes(other)


def test_the_order_of_a_list_matters() -> None:
    """
    A list is not a set.
    """
    assert image_bytes({"a": {"L": [{"N": "1"}, {"N": "2"}]}}) != image_bytes(
        {"a": {"L": [{"N": "2"}, {"N": "1"}]}}
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"BOOL": True}, {"N": "1"}),
        ({"N": "1"}, {"N": "1.0"}),
        ({"N": "1"}, {"S": "1"}),
        ({"S": "MQ=="}, {"B": "MQ=="}),
        ({"NULL": True}, {"BOOL": True}),
        ({"L": []}, {"M": {}}),
    ],
)
def test_values_that_python_might_confuse_are_different_images(
    one: dict[str, object], other: dict[str, object]
) -> None:
    """
    A type or a spelling that changed is a change.
    """
    assert image_bytes({"a": one}) != image_bytes({"a": other})


def test_image_bytes_are_compact_utf8() -> None:
    """
    The bytes are those of docs/FORMAT.md, so anyone can hash them.
    """
    image = {"ü": {"S": 'a"\n\x01'}, "a": {"N": "55"}}

    assert image_bytes(image) == '{"a":{"N":"55"},"ü":{"S":"a\\"\\n\\u0001"}}'.encode()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("55.0", "55"),
        ("1E+3", "1000"),
        ("1E-3", "0.001"),
        ("-0", "0"),
        ("-0.50", "-0.5"),
        ("100", "100"),
        ("1E+125", "1" + "0" * 125),
    ],
)
def test_numbers_are_spelled_plainly(number: str, text: str) -> None:
    """
    No exponent, no zeros that say nothing.
    """
    assert plain_number(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10))
def test_a_plain_number_has_the_numbers_value(number: Decimal) -> None:
    """
    The spelling changes, never the value.
    """
    assert Decimal(plain_number(number)) == number


def test_rest_wins_over_the_columns() -> None:
    """
    A column may hold the nearest value; `rest` holds the one that was sent.
    """
    contract = Contract(
        columns=(
            parse_column("t", "decimal(9,2)", "Temperature"),
            parse_column("ok", "boolean"),
            parse_column("name", "string"),
            parse_column("x", "double"),
            parse_column("n", "bigint"),
            parse_column("absent", "string"),
        )
    )
    row = {
        "device_id": "d1",
        "created_at": MOMENT,
        "expired_at": MOMENT.replace(microsecond=0),
        "t": Decimal("1.50"),
        "ok": False,
        "name": "",
        "x": 1e21,
        "n": 7,
        "absent": None,
        "rest": '{"Temperature":{"N":"1.4999"},"raw":{"B":"AA=="}}',
    }

    assert rebuild(row, contract) == {
        "deviceID": {"S": "d1"},
        "createdAt": {"N": "1731536400123"},
        "expiredAt": {"N": "1731536400"},
        "Temperature": {"N": "1.4999"},
        "ok": {"BOOL": False},
        "name": {"S": ""},
        "x": {"N": "1000000000000000000000"},
        "n": {"N": "7"},
        "raw": {"B": "AA=="},
    }


def test_a_row_of_another_table_gets_that_tables_names() -> None:
    """
    Source names and the unit of the creation time come from the contract.
    """
    source = Source(
        device_attribute="thing",
        created_at_attribute="at",
        created_at_unit=CreatedAtUnit.ISO8601,
        ttl_attribute="ttl",
    )
    row = {"device_id": "d1", "created_at": MOMENT, "expired_at": None, "rest": None}

    assert rebuild(row, Contract(source=source)) == {
        "thing": {"S": "d1"},
        "at": {"S": "2024-11-13T22:20:00.123Z"},
    }


@pytest.mark.parametrize(
    ("milliseconds", "seconds"),
    [(1731536400000, "1731536400"), (1731536400500, "1731536400.5"), (-1, "-0.001")],
)
def test_seconds_are_spelled_plainly(milliseconds: int, seconds: str) -> None:
    """
    A table that counts seconds gets seconds back, fractions included.
    """
    unit = CreatedAtUnit.SECONDS

    assert spell_created_at(milliseconds, unit) == {"N": seconds}


def test_years_before_1000_keep_their_four_digits() -> None:
    """
    ISO 8601 has four digits for a year.
    """
    assert spell_iso8601(-62135596800000) == "0001-01-01T00:00:00.000Z"


def test_a_value_of_another_type_than_its_column_is_damage() -> None:
    """
    A file whose column holds something else was not written by us.
    """
    with pytest.raises(DamagedError, match="'n'"):
        spell("7", parse_column("n", "bigint"))
    with pytest.raises(DamagedError, match="device id"):
        rebuild({"device_id": None}, Contract())

"""
What DynamoDB will not store, against a strict model of what it does.
"""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import PoisonError
from ingest.created_at import Terms
from ingest.item import items_of
from ingest.limits import ITEM_BYTES_MAX, LEVELS_MAX, check_device_id, image_of
from ingest.message import Json, parse_message
from ingest.number import DIGITS_MAX, spell, weigh

D = Decimal

NUMBERS = st.decimals(allow_nan=True, allow_infinity=True) | st.builds(
    lambda digits, exponent: D(f"{digits}E{exponent}"),
    st.integers(-(10**40), 10**40),
    st.integers(-180, 180),
)
TEXTS = st.text(st.characters(), max_size=6)  # lone surrogates among them
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)


class RefusedError(Exception):
    """
    The model's ValidationException.
    """


def strict_size(value: dict[str, Any], level: int = 1) -> int:
    """
    What an attribute value weighs; RefusedError where DynamoDB refuses it.

    Written from the developer guide and from what was measured of the service,
    and from DynamoDB JSON, where ours works on what the device sent.
    """
    if level > 32:
        raise RefusedError
    ((tag, inner),) = value.items()
    match tag:
        case "S":
            return strict_bytes(inner)
        case "N":
            return strict_number(inner)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + strict_size(element, level + 1) for element in inner)
        case "M":
            return 3 + sum(
                1 + strict_name(name) + strict_size(element, level + 1)
                for name, element in inner.items()
            )
        case _:
            raise RefusedError


def strict_bytes(text: str) -> int:
    """
    Bytes of UTF-8, which half a surrogate pair has none of.
    """
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise RefusedError from error


def strict_name(name: str) -> int:
    """
    Bytes of an attribute's name.
    """
    size = strict_bytes(name)
    if not 1 <= size <= 65_535:
        raise RefusedError
    return size


def strict_number(text: str) -> int:
    """
    Bytes of a number within 38 digits and the range.
    """
    number = D(text)
    if not number.is_finite():
        raise RefusedError
    whole, _, fraction = format(number.copy_abs(), "f").partition(".")
    significant = (whole + fraction).strip("0")
    if len(significant) > 38:
        raise RefusedError
    if number and not D("1E-130") <= abs(number) <= D("9." + "9" * 37 + "E+125"):
        raise RefusedError
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if not fraction:
        whole = whole.rstrip("0")
    if not whole:
        fraction = fraction.lstrip("0")
    halves = -(-len(whole) // 2) - (-len(fraction) // 2)
    return 1 + halves + (number < 0)


def strict_item(image: dict[str, Any]) -> int:
    """
    What an item weighs.
    """
    size = sum(strict_name(name) + strict_size(value) for name, value in image.items())
    if size > 409_600:
        raise RefusedError
    return size


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_what_the_check_lets_through_dynamodb_stores(
    attributes: dict[str, Json],
) -> None:
    """
    No image that image_of gives breaks one of the limits.
    """
    try:
        image = image_of(attributes)
    except PoisonError:
        return
    strict_item(image)
    json.dumps(image).encode()


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_what_dynamodb_stores_the_check_lets_through(
    attributes: dict[str, Json],
) -> None:
    """
    And nothing is refused that could have been stored: before, it was.
    """
    try:
        strict_item({name: naive(value) for name, value in attributes.items()})
    except RefusedError:
        with pytest.raises(PoisonError):
            image_of(attributes)
    else:
        image_of(attributes)


def naive(value: Json) -> dict[str, Any]:
    """
    DynamoDB JSON without a single check.
    """
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case Decimal():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list():
            return {"L": [naive(element) for element in value]}
        case dict():
            return {"M": {name: naive(element) for name, element in value.items()}}


@given(NUMBERS)
@example(D("1E+125"))
@example(D("1E-130"))
@example(D("-0.0"))
@example(D("0E+500"))
@example(D("1" + "0" * 60))
@example(D("9." + "9" * 37 + "E+125"))
def test_a_number_is_spelled_exactly_or_refused(number: Decimal) -> None:
    """
    Equal numbers have one spelling, so a key compares as text.

    It is that of DynamoDB: no exponent, and no zeros that say nothing.
    """
    try:
        text = spell(number)
    except PoisonError:
        return
    assert D(text) == number
    assert "E" not in text
    assert text != "-0"
    assert not ("." in text and text[-1] in ".0")
    assert spell(D(text)) == text


@pytest.mark.parametrize(
    ("number", "size"),
    [
        # measured against the service: dynamodb-conformance, numberByteSize
        ("3.14159", 5),
        ("123456", 4),
        ("1E125", 2),
        ("42.12", 3),
        # by the same rule
        ("0", 1),
        ("-1", 3),
        ("1700000000000", 2),
        ("100.5", 4),
        ("0.05", 2),
        ("9" * 38, 20),
    ],
)
def test_a_number_weighs_what_was_measured(number: str, size: int) -> None:
    """
    The developer guide says approximately; this is what the service counts.
    """
    assert weigh(spell(D(number))) == size


def test_an_item_of_exactly_400_kb_is_stored() -> None:
    """
    409,600 bytes, names included, are taken; one more is not.
    """
    text = "x" * (ITEM_BYTES_MAX - len("name"))
    assert strict_item(image_of({"name": text})) == ITEM_BYTES_MAX
    with pytest.raises(PoisonError, match="409601 bytes"):
        image_of({"name": text + "x"})


def test_nesting_counts_the_attribute_as_its_first_level() -> None:
    """
    31 maps around a scalar are taken and 32 are not.
    """
    value: Json = "leaf"
    for _ in range(LEVELS_MAX - 1):
        value = {"n": value}
    image_of({"a": value})
    with pytest.raises(PoisonError, match="deeper"):
        image_of({"a": [value]})


def test_a_device_of_2048_bytes_is_a_key() -> None:
    """
    The bytes of UTF-8 count, not the characters.
    """
    check_device_id("é" * 1024)
    for device_id in ("", "é" * 1024 + "x"):
        with pytest.raises(PoisonError):
            check_device_id(device_id)


def test_38_digits_are_stored_and_39_are_not() -> None:
    """
    Zeros at either end are no digits.
    """
    assert spell(D("1" * DIGITS_MAX + "0" * 20)) == "1" * DIGITS_MAX + "0" * 20
    with pytest.raises(PoisonError, match="39 digits"):
        spell(D("1" * (DIGITS_MAX + 1)))


BODIES = st.text(max_size=40) | st.builds(
    json.dumps,
    st.dictionaries(
        st.sampled_from(
            ["topic", "data", "timestamp", "client_id", "things_name", "x"]
        ),
        st.recursive(
            st.none()
            | st.booleans()
            | st.floats()
            | st.integers()
            | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=9), inner, max_size=3)
            ),
            max_leaves=8,
        ),
    ),
)


@given(BODIES)
def test_no_body_raises_anything_but_poison(body: str) -> None:
    """
    Whatever a device sends, it is an item, or its own message's fault.
    """
    try:
        items = items_of(parse_message(body), Terms(1_700_000_000, 365)).items
    except PoisonError:
        return
    for item in items:
        strict_item(dict(item.image))

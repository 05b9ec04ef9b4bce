"""
What DynamoDB will not store.

Rule 1: this is the only file that knows the limits of an item, and it knows
them before the write: BatchWriteItem refuses all 25 items for one that is bad.
Rule 2: an Image that `image_of` gives is within all of them.

Sizes follow the developer guide, "DynamoDB item sizes and formats".
"""

from collections.abc import Mapping
from decimal import Decimal

from archive.errors import PoisonError
from archive.image import AttributeValue
from ingest.message import Json
from ingest.number import spell, weigh

# Each of these refuses the call, and with it the other 24 items.
ITEM_BYTES_MAX = 400 * 1024
HASH_KEY_BYTES_MAX = 2048
# "Naming rules": up to 64 KB. Measured: 65,535 is taken and 65,536 is not.
NAME_BYTES_MAX = 65_535
# An attribute's own value is level 1: 31 maps around a scalar are taken and 32
# are not (measured: github.com/paritysuite/dynamodb-conformance, nestingDepth).
LEVELS_MAX = 32

CONTAINER_BYTES = 3  # of a list or map
ELEMENT_BYTES = 1  # of each thing in one


def image_of(attributes: Mapping[str, Json]) -> dict[str, AttributeValue]:
    """
    The attributes as DynamoDB JSON; PoisonError where it would not store them.
    """
    image: dict[str, AttributeValue] = {}
    total = 0
    for name, value in attributes.items():
        image[name], size = _encode(value, 1)
        total += _weigh_name(name) + size
    if total > ITEM_BYTES_MAX:
        msg = f"an item has {total} bytes, above {ITEM_BYTES_MAX}"
        raise PoisonError(msg)
    return image


def check_device_id(device_id: str) -> None:
    """
    PoisonError unless the device can be a hash key.
    """
    size = _weigh_text(device_id)
    if size == 0:
        msg = "no device"
        raise PoisonError(msg)
    if size > HASH_KEY_BYTES_MAX:
        msg = f"a device of {size} bytes, above {HASH_KEY_BYTES_MAX}"
        raise PoisonError(msg)


def _encode(value: Json, level: int) -> tuple[AttributeValue, int]:
    """
    One value as DynamoDB JSON, and its size without a name.
    """
    # Before anything goes deeper: a body can hold more levels than Python's
    # stack does, and must fail its own message only.
    if level > LEVELS_MAX:
        msg = f"an item is nested deeper than {LEVELS_MAX} levels"
        raise PoisonError(msg)
    match value:
        case str():
            return {"S": value}, _weigh_text(value)
        case Decimal():
            text = spell(value)
            return {"N": text}, weigh(text)
        case bool():
            return {"BOOL": value}, 1
        case None:
            return {"NULL": True}, 1
        case dict():
            return _encode_map(value, level)
        case list():
            return _encode_list(value, level)


def _encode_map(value: dict[str, Json], level: int) -> tuple[AttributeValue, int]:
    encoded: dict[str, AttributeValue] = {}
    total = CONTAINER_BYTES
    for name, inner in value.items():
        encoded[name], size = _encode(inner, level + 1)
        total += ELEMENT_BYTES + _weigh_name(name) + size
    return {"M": encoded}, total


def _encode_list(value: list[Json], level: int) -> tuple[AttributeValue, int]:
    encoded: list[AttributeValue] = []
    total = CONTAINER_BYTES
    for inner in value:
        element, size = _encode(inner, level + 1)
        encoded.append(element)
        total += ELEMENT_BYTES + size
    return {"L": encoded}, total


def _weigh_name(name: str) -> int:
    size = _weigh_text(name)
    if size == 0:
        msg = "an attribute's name is empty"
        raise PoisonError(msg)
    if size > NAME_BYTES_MAX:
        msg = f"an attribute's name has {size} bytes, above {NAME_BYTES_MAX}"
        raise PoisonError(msg)
    return size


def _weigh_text(text: str) -> int:
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        msg = "a string holds half of a surrogate pair"
        raise PoisonError(msg) from None

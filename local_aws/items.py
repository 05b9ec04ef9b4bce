"""
Items as DynamoDB stores them: checked, spelled its way, and small in memory.

Rule 1: an item that exists is one that DynamoDB would have taken.
Rule 2: an item is its image as JSON bytes; what moto reads is made on demand.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import orjson
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from local_aws.spelling import spell

# DynamoDB: Quotas, "Item size" and "Nested attribute depth".
ITEM_BYTES_MAX = 400 * 1024
DEPTH_MAX = 32

# DynamoDB item sizes and formats: a map or list costs 3 bytes, an element 1.
_NESTED_BYTES = 3

Value = dict[str, Any]


class Checked(dict[str, Value]):
    """
    Attributes that DynamoDB takes, spelled its way.
    """

    size: int = 0


class LeanItem(Item):  # type: ignore[misc]
    """
    An item in a table of moto's, at a fraction of its memory and time.
    """

    image_json: bytes
    stored_size: int
    _attrs: LimitedSizeDict | None

    def __new__(cls, *_args: object, **_kwargs: object) -> Self:
        """
        Make one that moto's dashboard does not hold on to for ever.
        """
        return object.__new__(cls)

    def __init__(
        self,
        hash_key: DynamoType,
        range_key: DynamoType | None,
        attrs: Mapping[str, Value],
    ) -> None:
        """
        Check the attributes and spell their numbers as DynamoDB does.
        """
        for key in (hash_key, range_key):
            if key is not None and key.is_number():
                key.value = spell(key.value)
        self.hash_key = hash_key
        self.range_key = range_key
        self._store(attrs)

    @property
    def attrs(self) -> LimitedSizeDict:
        """
        The attributes as moto reads and, in an update, changes them.
        """
        if self._attrs is None:
            attributes = LimitedSizeDict()
            for name, value in self.image().items():
                # Past its own check, which costs the square of their number.
                dict.__setitem__(attributes, name, DynamoType(value))
            self._attrs = attributes
        return self._attrs

    def image(self) -> dict[str, Value]:
        """
        The item as DynamoDB JSON.
        """
        image: dict[str, Value] = orjson.loads(self.image_json)
        return image

    def settle(self) -> None:
        """
        Store what an update has made of the attributes.
        """
        if self._attrs is not None:
            self._store({name: _plain(value) for name, value in self._attrs.items()})

    def size(self) -> int:
        """
        The item's size in bytes, as DynamoDB counts.
        """
        return self.stored_size

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """
        Copy cheaply: the bytes are shared, for they never change.
        """
        copied = object.__new__(type(self))
        copied.hash_key = self.hash_key
        copied.range_key = self.range_key
        copied.image_json = self.image_json
        copied.stored_size = self.stored_size
        copied._attrs = None
        memo[id(self)] = copied
        return copied

    def _store(self, attributes: Mapping[str, Value]) -> None:
        image = attributes if isinstance(attributes, Checked) else checked(attributes)
        # A copy: orjson returns bytes whose memory is that of its whole buffer.
        self.image_json = bytes(memoryview(orjson.dumps(image)))
        self.stored_size = image.size
        self._attrs = None


def checked(attributes: Mapping[str, Value]) -> Checked:
    """
    The attributes with their numbers spelled as DynamoDB does.

    Raises moto's MockValidationException where DynamoDB refuses them.
    """
    image = Checked()
    for name, value in attributes.items():
        image[name], size = _checked_value(value, 1)
        image.size += _name_size(name) + size
    if image.size > ITEM_BYTES_MAX:
        msg = "Item size has exceeded the maximum allowed size"
        raise MockValidationException(msg)
    return image


def key_size(keys: Mapping[str, Value]) -> int:
    """
    The size of key attributes in bytes.
    """
    return sum(
        _name_size(name) + _checked_value(value, 1)[1] for name, value in keys.items()
    )


def _checked_value(value: Value, depth: int) -> tuple[Value, int]:
    ((tag, inner),) = value.items()
    if tag == "N":
        number = spell(inner)
        return {"N": number}, len(number) // 2 + 2
    if tag == "S":
        return value, len(inner) if inner.isascii() else len(_utf8(inner))
    if tag == "B":
        return {"B": _base64(inner)}, len(_bytes(inner))
    if tag in ("BOOL", "NULL"):
        return value, 1
    if tag in ("M", "L"):
        return _checked_document(tag, inner, depth)
    return _checked_set(tag, inner)


def _checked_document(
    tag: str, inner: Mapping[str, Value] | Sequence[Value], depth: int
) -> tuple[Value, int]:
    if depth > DEPTH_MAX:
        msg = "Nesting Levels have exceeded supported limits"
        raise MockValidationException(msg)
    total = _NESTED_BYTES
    if isinstance(inner, Mapping):
        members: dict[str, Value] = {}
        for name, element in inner.items():
            members[name], size = _checked_value(element, depth + 1)
            total += _name_size(name) + size + 1
        return {tag: members}, total
    elements: list[Value] = []
    for element in inner:
        stored, size = _checked_value(element, depth + 1)
        elements.append(stored)
        total += size + 1
    return {tag: elements}, total


def _checked_set(tag: str, inner: Sequence[str]) -> tuple[Value, int]:
    spelling: dict[str, Callable[[Any], str]] = {"NS": spell, "SS": str, "BS": _base64}
    elements = [spelling[tag](element) for element in inner]
    if not elements:
        msg = "One or more parameter values were invalid: An set may not be empty"
        raise MockValidationException(msg)
    if len(set(elements)) < len(elements):
        msg = (
            "One or more parameter values were invalid: "
            f"Input collection {elements} contains duplicates."
        )
        raise MockValidationException(msg)
    measure: dict[str, Callable[[str], int]] = {
        "NS": lambda element: len(element) // 2 + 2,
        "SS": lambda element: len(_utf8(element)),
        "BS": lambda element: len(_bytes(element)),
    }
    return {tag: elements}, sum(map(measure[tag], elements))


def _base64(binary: bytes | str) -> str:
    return base64.b64encode(_bytes(binary)).decode()


def _bytes(binary: bytes | str) -> bytes:
    # moto hands binary on as bytes or as the wire's text, by the way it came.
    return binary if isinstance(binary, bytes) else base64.b64decode(binary)


def _name_size(name: str) -> int:
    if not name:
        msg = "One or more parameter values were invalid: Attribute name is empty"
        raise MockValidationException(msg)
    return len(name) if name.isascii() else len(_utf8(name))


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        msg = "The string is no UTF-8 text"
        raise MockValidationException(msg) from error


def _plain(value: DynamoType) -> Value:
    if value.is_list():
        return {"L": [_plain(element) for element in value.value]}
    if value.is_map():
        return {"M": {name: _plain(element) for name, element in value.value.items()}}
    inner: Value = value.to_json()
    return inner

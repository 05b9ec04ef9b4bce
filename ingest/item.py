"""
From a message to its items.

Rule 1: this is the only file that knows which part of a message becomes an
item, and what is set on it.
Rule 2: an Item that exists can be stored; nothing after it need ask.
Rule 3: it reads no clock and knows no AWS: what it needs comes in as a value.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from archive.errors import PoisonError
from archive.image import AttributeValue
from ingest.created_at import Terms, lifetime_of
from ingest.limits import check_device_id, image_of
from ingest.message import Json, Message

DEVICE_ID = "deviceID"
CREATED_AT = "createdAt"
EXPIRED_AT = "expiredAt"
SENSOR_ID = "sensorID"
SENSOR_SUFFIX = "-sen"


class Key(NamedTuple):
    """
    What makes two items the same one; created_at as DynamoDB spells it.
    """

    device_id: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    One item that DynamoDB can hold: its key, its image, its bytes on the wire.
    """

    key: Key
    image: Mapping[str, AttributeValue]
    wire_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """
    What a message gives: its items in order, the nulls skipped, and the faults.

    A message with faults fails, after its items were stored.
    """

    items: tuple[Item, ...]
    skipped_nulls: int = 0
    faults: tuple[str, ...] = ()


def items_of(message: Message, terms: Terms) -> Yield:
    """
    The items of a message; PoisonError where it gives none at all.
    """
    fields = message.fields
    inner = fields.get("data")
    if not inner:
        return Yield(items=(_whole_message(fields, terms),))

    device_id = _device_of_topic(fields)
    check_device_id(device_id)
    match inner:
        case dict():
            item = _element(inner, device_id, fields.get("timestamp"), terms)
            return Yield(items=(item,))
        case list():
            return _elements(inner, device_id, fields.get("timestamp"), terms)
        case _:
            msg = "data: neither an object nor a list"
            raise PoisonError(msg)


def key_of(image: Mapping[str, AttributeValue]) -> Key:
    """
    The key that an image has.
    """
    return Key(str(image[DEVICE_ID]["S"]), str(image[CREATED_AT]["N"]))


def _whole_message(fields: Mapping[str, Json], terms: Terms) -> Item:
    name = fields.get("things_name")
    if name is not None and not isinstance(name, str):
        msg = "things_name: not a string"
        raise PoisonError(msg)
    # Whole, even with a slash: unlike a topic, a thing's name is a device's id.
    device_id = name or _device_of_topic(fields)
    check_device_id(device_id)
    timestamp = _first(fields.get("createdat"), fields.get("timestamp"))
    # No sensorID: before, too, only the elements of `data` got one.
    return _item(fields, device_id, timestamp, terms)


def _device_of_topic(fields: Mapping[str, Json]) -> str:
    topic = fields.get("topic", "")
    if not isinstance(topic, str):
        msg = "topic: not a string"
        raise PoisonError(msg)
    return topic.partition("/")[0]


def _elements(
    elements: list[Json], device_id: str, timestamp: Json, terms: Terms
) -> Yield:
    items, faults = [], []
    for position, element in enumerate(elements):
        if element is None:
            continue
        # One bad element fails the message and not its neighbours: the good
        # ones are stored now, and again when the message returns. What that can
        # do to them says docs/GUARANTEES.md.
        try:
            items.append(_element(element, device_id, timestamp, terms))
        except PoisonError as error:
            faults.append(f"data[{position}]: {error}")
    return Yield(
        items=tuple(items),
        skipped_nulls=sum(element is None for element in elements),
        faults=tuple(faults),
    )


def _element(element: Json, device_id: str, timestamp: Json, terms: Terms) -> Item:
    if not isinstance(element, dict):
        msg = "neither null nor an object"
        raise PoisonError(msg)
    attributes = {**element, SENSOR_ID: device_id + SENSOR_SUFFIX}
    created_at = _first(element.get(CREATED_AT), timestamp)
    return _item(attributes, device_id, created_at, terms)


def _first(*timestamps: Json) -> Json:
    return next((value for value in timestamps if value is not None), None)


def _item(
    attributes: Mapping[str, Json], device_id: str, timestamp: Json, terms: Terms
) -> Item:
    lifetime = lifetime_of(timestamp, terms)
    image = image_of(
        {
            **attributes,
            CREATED_AT: lifetime.created_at,
            EXPIRED_AT: Decimal(lifetime.expired_at),
            DEVICE_ID: device_id,
        }
    )
    return Item(
        key=key_of(image),
        image=image,
        # As botocore writes it, which for some text is several times its size.
        wire_bytes=len(json.dumps(image)),
    )

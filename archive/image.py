"""
Images: items as DynamoDB JSON, and when two of them are the same.

Rule 1: images are compared and hashed as their bytes, never as Python values:
True == 1 there, and a set has no order.
Rule 2: a number is its spelling. Nothing here turns one into a float.
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

# {"N": "55"}, {"M": {"a": {"S": "x"}}}: one attribute value as the stream has it.
AttributeValue: TypeAlias = Mapping[str, object]
Image: TypeAlias = Mapping[str, AttributeValue]

SET_TYPES = frozenset({"SS", "NS", "BS"})


def image_bytes(image: Image) -> bytes:
    """
    The image as compact UTF-8 JSON, keys sorted at every level, sets sorted.

    Two images are the same item exactly when these bytes are equal.
    """
    ordered = {name: _ordered(value) for name, value in image.items()}
    return json.dumps(
        ordered, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()


def _ordered(value: AttributeValue) -> AttributeValue:
    ((tag, inner),) = value.items()
    if tag in SET_TYPES:
        return {tag: sorted(inner)}  # type: ignore[call-overload]
    if tag == "L":
        return {tag: [_ordered(element) for element in inner]}  # type: ignore[attr-defined]
    if tag == "M":
        return {tag: {name: _ordered(item) for name, item in inner.items()}}  # type: ignore[attr-defined]
    return value

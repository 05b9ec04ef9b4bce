"""
The one spelling of an attribute value, and what is no attribute value.

Rule 1: two attribute values are the same exactly when their spelling here is:
keys sorted at every level, sets sorted, as in image bytes.
Rule 2: what DynamoDB could not have sent is refused, never guessed at.
"""

from collections.abc import Mapping
from typing import TypeGuard

import orjson

from archive.errors import PoisonError
from archive.image import SET_TYPES, AttributeValue

_TEXTS = frozenset({"S", "N", "B"})
_FLAGS = frozenset({"BOOL", "NULL"})

# DynamoDB nests 32 deep; more than it allows, less than Python's stack.
DEPTH_MAX = 100


def canonical_json(attributes: Mapping[str, object]) -> str:
    """
    An image or an attribute value as the text that `rest` holds.
    """
    return orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS).decode()


def ordered(value: object, depth: int = 0) -> AttributeValue:
    """
    An attribute value with its sets sorted; PoisonError where it is none.
    """
    if isinstance(value, dict) and len(value) == 1 and depth <= DEPTH_MAX:
        ((tag, inner),) = value.items()
        # Nearly all values are of the first kind, so it is asked for first.
        if tag in _TEXTS and isinstance(inner, str):
            return value
        if tag in _FLAGS and isinstance(inner, bool):
            return value
        if tag == "M" and isinstance(inner, dict):
            return {
                tag: {name: ordered(each, depth + 1) for name, each in inner.items()}
            }
        if tag == "L" and isinstance(inner, list):
            return {tag: [ordered(each, depth + 1) for each in inner]}
        if tag in SET_TYPES and _are_texts(inner):
            return {tag: sorted(inner)}
    msg = "an attribute of the image is no DynamoDB JSON"
    raise PoisonError(msg)


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)

"""
The one spelling of an attribute value, and what is no attribute value.

Rule 1: two attribute values are the same exactly when their spelling here is:
keys sorted at every level, sets sorted, as in image bytes.
Rule 2: what DynamoDB could not have sent is refused, never guessed at.
"""

from collections.abc import Mapping

import orjson

from archive.errors import PoisonError
from archive.image import AttributeValue

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
    if not isinstance(value, dict) or len(value) != 1 or depth > DEPTH_MAX:
        msg = "an attribute of the image is no DynamoDB JSON"
        raise PoisonError(msg)
    ((tag, inner),) = value.items()
    match tag, inner:
        case (("S" | "N" | "B"), str()):
            return value
        case (("BOOL" | "NULL"), bool()):
            return value
        case "M", dict():
            return {
                tag: {name: ordered(item, depth + 1) for name, item in inner.items()}
            }
        case "L", list():
            return {tag: [ordered(item, depth + 1) for item in inner]}
        case (("SS" | "NS" | "BS"), list()) if all(
            isinstance(each, str) for each in inner
        ):
            return {tag: sorted(inner)}
        case _:
            msg = "an attribute of the image is no DynamoDB JSON"
            raise PoisonError(msg)

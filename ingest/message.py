"""
What a device sent: from the SQS body to a message.

Rule 1: this is the only file that knows how a body is spelled and what the
keys of a message mean as they were sent.
Rule 2: a number becomes an exact decimal here and is never a float.
Rule 3: it sees one body and nothing else: no clock, no AWS.

The numbered steps in the comments are those of the contract "as before" that
docs/GUARANTEES.md lists: devices and dashboards rely on each of them.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from archive.errors import PoisonError

Json: TypeAlias = "bool | Decimal | str | list[Json] | dict[str, Json] | None"

# The one APP_ENV whose deployment takes the test devices, and how those sign.
STAGING = "Staging"
STAGING_MARK = "stg"

_THINGS_NAME = "things_name"
_TOPIC = "topic"
_CLIENT_ID = "client_id"
_TOPIC_OF_THING = "/SENSOR/DAT"


@dataclass(frozen=True, slots=True)
class Message:
    """
    One message: its fields under lower-cased names, and who sent it.
    """

    fields: Mapping[str, Json]
    client_id: str

    def belongs_to(self, app_env: str) -> bool:
        """
        Whether this deployment stores the message or leaves it to the other one.
        """
        return (STAGING_MARK in self.client_id) is (app_env == STAGING)


def parse_message(body: str) -> Message:
    """
    The message in an SQS body; PoisonError says why there is none.
    """
    sent = _parse_object(body)

    # Steps 2 and 3 see the keys as sent, so `Client_ID` is no client_id. The
    # assignments keep an existing key in its place among the others: of two
    # keys that step 4 makes equal the later one wins, and devices rely on which.
    if _THINGS_NAME in sent:
        name = _text(sent, _THINGS_NAME)
        sent[_TOPIC] = name + _TOPIC_OF_THING
        sent[_CLIENT_ID] = name
    client_id = _text(sent, _CLIENT_ID) if _CLIENT_ID in sent else ""

    # Step 4: the top level only. Keys inside values keep their case.
    return Message({key.lower(): value for key, value in sent.items()}, client_id)


def _parse_object(body: str) -> dict[str, Json]:
    text = body.lstrip()
    try:
        if not text.startswith("{"):
            # Step 1: what is not in the Base64 alphabet is skipped, as ever.
            # b64decode skips foreign bytes, but refuses text beyond ASCII.
            text = base64.b64decode(body.encode("ascii", "ignore")).decode()
        # NaN is no JSON, but it may stand where nothing is stored. As a decimal
        # it reaches the item's check, or is left behind with its field.
        parsed = json.loads(
            text, parse_int=Decimal, parse_float=Decimal, parse_constant=Decimal
        )
    # ArithmeticError: an exponent that Decimal itself refuses.
    except (ValueError, RecursionError, ArithmeticError) as error:
        msg = f"body: not Base64 of a JSON object, nor one itself ({_kind(error)})"
        raise PoisonError(msg) from None
    if not isinstance(parsed, dict):
        msg = "body: its JSON is not an object"
        raise PoisonError(msg)
    return parsed


def _text(sent: Mapping[str, Json], key: str) -> str:
    value = sent[key]
    if not isinstance(value, str):
        msg = f"{key}: not a string"
        raise PoisonError(msg)
    return value


def _kind(error: BaseException) -> str:
    # The type alone: the text of a decoding error can quote the body.
    return type(error).__name__

"""
The ingest that devices and dashboards grew up with, as far as it is on record.

Rule 1: this is written from the contract alone and shares no code with ours.
Rule 2: what it did badly is kept: one bad message failed its whole batch.
"""

import base64
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

YEAR_SECONDS = 365 * 24 * 60 * 60


class WholeBatchFailed(Exception):  # noqa: N818 - what happened, not whose fault
    """
    Nothing of the batch was stored, and all of it came back for ever.
    """


def store_as_before(bodies: Iterable[str], app_env: str) -> list[dict[str, Any]]:
    """
    The items that a batch left in an empty table, in the order of their keys.
    """
    table: dict[tuple[str, Decimal], dict[str, Any]] = {}
    for body in bodies:
        try:
            items = _items(body, app_env)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WholeBatchFailed from error
        for item in items:
            _refuse_what_boto3_refuses(item)
            table[item["deviceID"], item["createdAt"]] = item
    return [table[key] for key in sorted(table)]


def _items(body: str, app_env: str) -> list[dict[str, Any]]:
    message = json.loads(
        base64.b64decode(body).decode("utf-8"), parse_int=Decimal, parse_float=Decimal
    )
    if "things_name" in message:
        message["topic"] = message["things_name"] + "/SENSOR/DAT"
        message["client_id"] = message["things_name"]
    staging = "stg" in message.get("client_id", "")
    if staging != (app_env == "Staging"):
        return []
    message = {key.lower(): value for key, value in message.items()}

    content = message.get("data")
    if not content:
        return _whole(message)
    items = []
    for element in [content] if isinstance(content, dict) else content:
        created_at = element.get("createdAt", message.get("timestamp"))
        if created_at is None:
            continue  # was dropped without a word
        device_id = message["topic"].split("/")[0]
        item = element | _times(created_at)
        item |= {"deviceID": device_id, "sensorID": device_id + "-sen"}
        items.append(item)
    return items


def _whole(message: dict[str, Any]) -> list[dict[str, Any]]:
    name = "createdat" if "createdat" in message else "timestamp"
    if message[name] is None:
        return []  # was dropped without a word
    device_id = message.get("things_name") or message["topic"].split("/")[0]
    return [message | _times(message[name]) | {"deviceID": device_id}]


def _times(created_at: Any) -> dict[str, Decimal]:  # noqa: ANN401 - any JSON
    if len(str(created_at)) == 10:
        created_at = created_at * 1000
    expired_at = Decimal(int(created_at / 1000) + YEAR_SECONDS)
    return {"createdAt": created_at, "expiredAt": expired_at}


def _refuse_what_boto3_refuses(item: dict[str, Any]) -> None:
    from boto3.dynamodb.types import TypeSerializer  # noqa: PLC0415 - only here

    try:
        TypeSerializer().serialize(item)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise WholeBatchFailed from error
    if not item["deviceID"]:
        raise WholeBatchFailed

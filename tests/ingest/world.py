"""
What the tests of ingest share: building messages, reading the table, faults.
"""

import base64
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

TABLE = "device-data"
NOW = 1_614_600_000  # 1 March 2021, 12:00 UTC
TOPIC = "BH/SENSOR/DAT"
EVENTS = Path(__file__).parents[1] / "events"


def message(**fields: object) -> dict[str, object]:
    """
    A message with the usual topic and time, and these fields.
    """
    return {"topic": TOPIC, "timestamp": NOW, **fields}


def base64_of(message: object) -> str:
    """
    A message as devices send it.
    """
    return base64.b64encode(json.dumps(message).encode()).decode()


def sqs_event(bodies: Iterable[str]) -> dict[str, Any]:
    """
    An event with these bodies; the n-th message's id is str(n).
    """
    return {
        "Records": [
            {
                "messageId": str(position),
                "receiptHandle": uuid.uuid4().hex,
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:messages",
                "awsRegion": "eu-west-1",
            }
            for position, body in enumerate(bodies)
        ]
    }


def plain(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """
    An attribute value with its number's spelling taken away, types kept.
    """
    ((tag, inner),) = value.items()
    match tag:
        case "N":
            return "N", Decimal(inner).normalize()
        case "M":
            return "M", {name: plain(element) for name, element in inner.items()}
        case "L":
            return "L", [plain(element) for element in inner]
        case _:
            return tag, inner


@dataclass(slots=True)
class Context:
    """
    What Lambda gives; each look at the time left costs `tick` milliseconds.
    """

    milliseconds: int = 60_000
    tick: int = 0
    function_name: str = "estate-ingest"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:1:function:estate-ingest"
    aws_request_id: str = "d0c7f3a1"

    def get_remaining_time_in_millis(self) -> int:
        """
        Milliseconds until the function is stopped.
        """
        self.milliseconds -= self.tick
        return self.milliseconds


@dataclass(frozen=True, slots=True)
class Done:
    """
    What an invocation answered and logged.
    """

    failed: list[str]
    counts: dict[str, Any]
    metrics: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """
    The function, the table behind it, and the sleeps that it asked for.
    """

    client: Any
    invoke: Callable[[dict[str, Any], Context], tuple[Any, list[Any]]]
    slept: list[float]

    def send(self, *bodies: str, context: Context | None = None) -> Done:
        """
        Deliver these bodies as one batch.
        """
        return self.deliver(sqs_event(bodies), context or Context())

    def deliver(self, event: dict[str, Any], context: Context) -> Done:
        """
        Deliver an event.
        """
        response, lines = self.invoke(event, context)
        metrics, counts = lines
        failed = [
            failure["itemIdentifier"] for failure in response["batchItemFailures"]
        ]
        return Done(failed, counts, metrics)

    def items(self) -> list[Any]:
        """
        The table, in the order of its keys, numbers without their spelling.
        """
        pages = self.client.get_paginator("scan").paginate(TableName="device-data")
        images = [plain({"M": item})[1] for page in pages for item in page["Items"]]
        return sorted(images, key=lambda image: (image["deviceID"], image["createdAt"]))


@dataclass(slots=True)
class Faults:
    """
    Strikes BatchWriteItem where botocore makes the call.

    One fault per call in this order, and after them none: `None` lets it
    through; an int leaves so many items unprocessed; "unreachable" does not do
    it and "lost" does, both without an answer; anything else is the code of a refusal.
    """

    plan: Sequence[int | str | None]
    then: int | str | None = None
    calls: list[int] = field(default_factory=list)
    _patch: Any = None

    def __enter__(self) -> Self:
        """
        Begin to strike.
        """
        make = BaseClient._make_api_call  # noqa: SLF001 - the botocore level
        faults = self

        def struck(client: BaseClient, operation: str, request: Any) -> Any:  # noqa: ANN401
            if operation != "BatchWriteItem":
                return make(client, operation, request)
            return faults.strike(lambda done: make(client, operation, done), request)

        self._patch = patch.object(BaseClient, "_make_api_call", struck)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        """
        Let calls through again.
        """
        self._patch.stop()

    def strike(self, do: Callable[[Any], Any], request: Any) -> Any:  # noqa: ANN401
        """
        One call and what befalls it.
        """
        ((table, puts),) = request["RequestItems"].items()
        number = len(self.calls)
        fault = self.plan[number] if number < len(self.plan) else self.then
        self.calls.append(len(puts))
        match fault:
            case None:
                return do(request)
            case int():
                taken = puts[: max(len(puts) - fault, 0)]
                if taken:
                    do({"RequestItems": {table: taken}})
                left = puts[len(taken) :]
                return {"UnprocessedItems": {table: left} if left else {}}
            case "unreachable":
                raise ConnectTimeoutError(endpoint_url="https://dynamodb")
            case "lost":
                do(request)
                raise ReadTimeoutError(endpoint_url="https://dynamodb")
            case _:
                status = 500 if fault == "InternalServerError" else 400
                raise ClientError(
                    {
                        "Error": {"Code": fault, "Message": "no"},
                        "ResponseMetadata": {"HTTPStatusCode": status},
                    },
                    "BatchWriteItem",
                )

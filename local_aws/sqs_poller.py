"""
Queues that feed a function.

Rule 1: only the messages that a function did not fail are deleted; the others
come back when their visibility timeout is over, until the redrive policy
takes them.
Rule 2: messages are received in the order in which they were sent, one batch
at a time. AWS promises no order and polls in parallel; a function that needs
either would be wrong, and runs that can be repeated are worth more here.

Lambda: Using Lambda with Amazon SQS; Handling errors for an SQS event source.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson
from moto.sqs.models import Message, Queue

from local_aws.events import DeadLettered, Invoked, MessagesLost, Polled
from local_aws.filter_pattern import Filters
from local_aws.scene import Scene, backend

# Lambda quotas: "Invocation payload", 6 MB for synchronous calls.
PAYLOAD_BYTES_MAX = 6 * 1024 * 1024

# A window of 0 polls at once; above ten messages it must be 1 s or more.
BATCH_DEFAULT = 10


@dataclass(slots=True)
class _Mapping:
    configuration: Mapping[str, Any]
    queue: Queue
    filters: Filters
    visibility_seconds: int
    retention_seconds: int
    receives_max: int | None
    opened_at: int | None = None
    received: int = 0
    handles: int = 0


@dataclass(slots=True)
class SqsPollers:
    """
    All event source mappings from queues.
    """

    scene: Scene
    _revision: int = -1
    _mappings: dict[str, _Mapping] = field(default_factory=dict)

    def next_at(self) -> int | None:
        """
        When the next batch is full or its window over.
        """
        self._refresh()
        times = [self._due_at(mapping) for mapping in self._mappings.values()]
        return min((at for at in times if at is not None), default=None)

    def act(self) -> None:
        """
        Deliver the batches that are due.
        """
        now = self.scene.clock.now()
        for mapping in self._mappings.values():
            due = self._due_at(mapping)
            if due is not None and due <= now:
                mapping.opened_at = None
                self._deliver(mapping)

    def _refresh(self) -> None:
        control = self.scene.control
        if control.revision == self._revision:
            return
        known = self._mappings
        self._mappings = {}
        for configuration in control.mappings("sqs"):
            arn = configuration["EventSourceArn"]
            attributes = control.queue(arn)
            redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
            filters = configuration.get("FilterCriteria", {}).get("Filters", [])
            mapping = _Mapping(
                configuration=configuration,
                queue=backend("sqs").get_queue(arn.rsplit(":", 1)[1]),
                filters=Filters([it["Pattern"] for it in filters]),
                visibility_seconds=int(attributes["VisibilityTimeout"]),
                retention_seconds=int(attributes["MessageRetentionPeriod"]),
                receives_max=redrive.get("maxReceiveCount"),
            )
            former = known.get(configuration["UUID"])
            if former is not None:
                mapping.opened_at = former.opened_at
                mapping.handles = former.handles
            self._mappings[configuration["UUID"]] = mapping
        self._revision = control.revision

    def _due_at(self, mapping: _Mapping) -> int | None:
        messages = mapping.queue._messages  # noqa: SLF001 - AWS reads its own queues
        if not messages:
            mapping.opened_at = None
            return None
        now = self.scene.clock.now()
        size = mapping.configuration.get("BatchSize", BATCH_DEFAULT)
        visible = (it for it in messages if _visible_at(it) <= now)
        ready = sum(1 for _ in islice(visible, size))
        if not ready:
            mapping.opened_at = None
            return math.ceil(min(map(_visible_at, messages)))
        if mapping.opened_at is None:
            mapping.opened_at = now
        if ready == size:
            return now
        window = mapping.configuration.get("MaximumBatchingWindowInSeconds", 0)
        return max(mapping.opened_at + int(window), now)

    def _deliver(self, mapping: _Mapping) -> None:
        received = self._receive(mapping)
        acting = self.scene.acting
        acting.on_source(mapping.configuration, "ReceiveMessage", "GetQueueAttributes")
        wanted: list[Message] = []
        records: list[dict[str, Any]] = []
        for message in received:
            record = _record(message, mapping.queue)
            if mapping.filters.match_message(record):
                wanted.append(message)
                records.append(record)
            else:
                # Lambda deletes what its filter rejects (Control which events
                # Lambda sends to your function, "SQS").
                mapping.queue._messages.remove(message)  # noqa: SLF001 - see above
                self.scene.acting.on_source(mapping.configuration, "DeleteMessage")
        if received:
            self.scene.tell(
                Polled(
                    at=self.scene.clock.now(),
                    source=mapping.queue.name,
                    records=len(received),
                    filtered=len(received) - len(wanted),
                )
            )
        if wanted:
            self._invoke(mapping, wanted, records)

    def _receive(self, mapping: _Mapping) -> list[Message]:
        """
        Take the first visible messages, and send on those received too often.
        """
        now = self.scene.clock.now()
        size = mapping.configuration.get("BatchSize", BATCH_DEFAULT)
        taken: list[Message] = []
        dead: list[Message] = []
        outlived: list[Message] = []
        payload = 0
        for message in mapping.queue._messages:  # noqa: SLF001 - AWS reads its own queues
            if _visible_at(message) > now:
                continue
            payload += len(message.body) + 1_000
            if len(taken) == size or payload > PAYLOAD_BYTES_MAX:
                break
            if message.sent_timestamp / 1000 + mapping.retention_seconds < now:
                outlived.append(message)
            elif (
                mapping.receives_max is not None
                and message.approximate_receive_count >= mapping.receives_max
            ):
                dead.append(message)
            else:
                self._mark_received(mapping, message)
                taken.append(message)
        _remove(mapping.queue, [*dead, *outlived])
        for message in dead:
            self._dead_letter(mapping, message)
        if outlived:
            lost = MessagesLost(
                at=now, queue=mapping.queue.name, messages=len(outlived)
            )
            self.scene.tell(lost)
        return taken

    def _dead_letter(self, mapping: _Mapping, message: Message) -> None:
        target = mapping.queue.dead_letter_queue
        if target is None:
            msg = f"{mapping.queue.name}: a redrive policy without its queue"
            raise ValueError(msg)
        message.visible_at = 0.0
        target._messages.append(message)  # noqa: SLF001 - AWS moves it itself
        now = self.scene.clock.now()
        self.scene.tell(DeadLettered(at=now, queue=target.name, body=message.body))

    def _mark_received(self, mapping: _Mapping, message: Message) -> None:
        now_ms = int(self.scene.clock.exact_now() * 1000)
        if not message.approximate_first_receive_timestamp:
            message.approximate_first_receive_timestamp = now_ms
        message.approximate_receive_count += 1
        message.visible_at = now_ms + mapping.visibility_seconds * 1000
        mapping.handles += 1
        message.receipt_handle = f"{message.id}#{mapping.handles}"

    def _invoke(
        self,
        mapping: _Mapping,
        messages: Sequence[Message],
        records: Sequence[dict[str, Any]],
    ) -> None:
        functions = self.scene.functions
        function = mapping.configuration["FunctionArn"].rsplit(":", 1)[1]
        event = orjson.dumps({"Records": records})
        outcome, log = functions.invoke(function, event)
        failed = {message.id for message in messages}
        if outcome.error is None:
            failed = _failed(mapping.configuration, failed, outcome.value)
        _remove(mapping.queue, [it for it in messages if it.id not in failed])
        if len(failed) < len(messages):
            self.scene.acting.on_source(mapping.configuration, "DeleteMessage")
        functions.done(
            Invoked(
                at=self.scene.clock.now(),
                function=function,
                source=mapping.queue.name,
                records=len(records),
                error=outcome.error,
                retry=bool(failed),
                log=log,
            )
        )


def _failed(
    configuration: Mapping[str, Any], identifiers: set[str], value: object
) -> set[str]:
    """
    Which messages a function's answer fails.

    An answer that names no message of the batch, or is none at all, fails the
    whole batch (Handling errors for an SQS event source, "Success and failure
    conditions"); without ReportBatchItemFailures no answer matters.
    """
    if "ReportBatchItemFailures" not in configuration.get("FunctionResponseTypes", []):
        return set()
    if value is None or value == {}:
        return set()
    failures = value.get("batchItemFailures") if isinstance(value, dict) else ()
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return identifiers
    named = {str(it.get("itemIdentifier")) for it in failures if isinstance(it, dict)}
    if len(named) < len(failures) or not named <= identifiers:
        return identifiers
    return named


def _visible_at(message: Message) -> float:
    at: float = max(message.visible_at, message.delayed_until) / 1000
    return at


def _remove(queue: Queue, messages: Sequence[Message]) -> None:
    if not messages:
        return
    gone = {id(message) for message in messages}
    kept: list[Message] = []
    for end, message in enumerate(queue._messages, start=1):  # noqa: SLF001 - AWS's own queue
        if id(message) in gone:
            gone.discard(id(message))
        else:
            kept.append(message)
        if not gone:
            # Only the head changes: the tail may be two hundred thousand long.
            queue._messages[:end] = kept  # noqa: SLF001 - see above
            return


def _record(message: Message, queue: Queue) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(
                message.approximate_first_receive_timestamp
            ),
        },
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }

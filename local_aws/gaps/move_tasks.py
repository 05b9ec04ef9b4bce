"""
SQS: moving dead letters back to where they came from.

Rule 1: a task is over as soon as it has begun, whatever its velocity: nothing
here waits between messages.
"""

import base64
import json
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import Queue, SQSBackend
from moto.sqs.responses import SQSResponse


def _move_tasks() -> AbstractContextManager[Any]:
    """
    Messages of a dead-letter queue go back to the queue that they were sent to.

    API_StartMessageMoveTask, to DestinationArn or, without one, to "their
    respective original source queues"; API_ListMessageMoveTasks; moto has
    neither.
    """
    stack = ExitStack()
    for name, operation in (
        ("start_message_move_task", _start),
        ("list_message_move_tasks", _list),
    ):
        stack.enter_context(patch.object(SQSResponse, name, operation, create=True))
    return stack


def _start(self: SQSResponse) -> ActionResult:
    source = _queue(self.sqs_backend, self._get_param("SourceArn"))
    destination = self._get_param("DestinationArn")
    target = _queue(self.sqs_backend, destination) if destination else None
    moved = [*source._messages]  # noqa: SLF001 - SQS moves them itself
    for message in moved:
        queue = target or _origin(self.sqs_backend, source)
        message.visible_at = 0.0
        # "a new message, with a new message ID and enqueue time" in all but id.
        message.approximate_receive_count = 0
        message.sent_timestamp = int(unix_time_millis())
        queue._messages.append(message)  # noqa: SLF001 - see above
    source._messages.clear()  # noqa: SLF001 - see above
    task = {
        "Status": "COMPLETED",
        "SourceArn": source.queue_arn,
        "DestinationArn": destination,
        "ApproximateNumberOfMessagesMoved": len(moved),
        "ApproximateNumberOfMessagesToMove": len(moved),
        "StartedTimestamp": int(unix_time_millis()),
    }
    tasks = _tasks(source)
    tasks.insert(0, {name: value for name, value in task.items() if value is not None})
    handle = json.dumps({"taskId": len(tasks), "sourceArn": source.queue_arn})
    return ActionResult({"TaskHandle": base64.b64encode(handle.encode()).decode()})


def _list(self: SQSResponse) -> ActionResult:
    source = _queue(self.sqs_backend, self._get_param("SourceArn"))
    most = self._get_param("MaxResults") or 1
    return ActionResult({"Results": _tasks(source)[:most]})


def _origin(backend: SQSBackend, source: Queue) -> Queue:
    for queue in backend.queues.values():
        if queue.dead_letter_queue is source:
            return queue
    raise QueueDoesNotExist


def _queue(backend: SQSBackend, arn: str) -> Queue:
    return backend.get_queue(arn.rsplit(":", 1)[1])


def _tasks(queue: Queue) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = queue.__dict__.setdefault("move_tasks", [])
    return tasks


GAPS = (_move_tasks,)

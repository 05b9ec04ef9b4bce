"""
SQS: what moto forgets of a queue.
"""

from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.sqs.models import Queue


def gaps() -> tuple[AbstractContextManager[Any], ...]:
    """
    One for each.
    """
    return _redrive_allow_policy(), _policy_stays()


def _redrive_allow_policy() -> AbstractContextManager[Any]:
    """
    A dead-letter queue says which queues may use it.

    API_SetQueueAttributes, RedriveAllowPolicy; moto takes it and does not know
    it when it is asked.
    """
    stack = ExitStack()
    attributes = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    stack.enter_context(patch.object(Queue, "BASE_ATTRIBUTES", attributes))
    stack.enter_context(patch.object(Queue, "redrive_allow_policy", None, create=True))
    return stack


def _policy_stays() -> AbstractContextManager[Any]:
    """
    Attributes that a call does not name stay as they are.

    API_SetQueueAttributes: "Sets the value of one or more queue attributes";
    moto drops the queue's policy with every call that names another one.
    """
    set_attributes = Queue._set_attributes  # noqa: SLF001 - moto's own seam

    def with_policy(
        self: Queue, attributes: dict[str, Any], now: float | None = None
    ) -> None:
        policy = getattr(self, "policy", None)
        set_attributes(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = policy

    return patch.object(Queue, "_set_attributes", with_policy)

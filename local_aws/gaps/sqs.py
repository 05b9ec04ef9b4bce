"""
SQS: what moto forgets of a queue.
"""

import json
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.sqs.models import Queue


def _redrive_allow_policy() -> AbstractContextManager[Any]:
    """
    A dead-letter queue says which queues may use it.

    API_SetQueueAttributes, RedriveAllowPolicy, which an empty text takes away
    again; moto stores it and does not know it when it is asked.
    """
    set_attributes = Queue._set_attributes  # noqa: SLF001 - moto's own seam

    def without_empty(
        self: Queue, attributes: dict[str, Any], now: float | None = None
    ) -> None:
        set_attributes(self, attributes, now)
        self.redrive_allow_policy = self.redrive_allow_policy or None

    stack = ExitStack()
    for name, value in (
        ("BASE_ATTRIBUTES", [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]),
        ("redrive_allow_policy", None),
        ("_set_attributes", without_empty),
    ):
        stack.enter_context(patch.object(Queue, name, value, create=True))
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


def _compact_redrive_policy() -> AbstractContextManager[Any]:
    """
    A redrive policy comes back without blanks.

    As API_GetQueueAttributes shows it; moto writes it anew with blanks, which
    Terraform takes for a change.
    """
    attributes = Queue.attributes.fget

    def compact(self: Queue) -> dict[str, Any]:
        found: dict[str, Any] = attributes(self)
        if self.redrive_policy:
            text = json.dumps(self.redrive_policy, separators=(",", ":"))
            found["RedrivePolicy"] = text
        return found

    return patch.object(Queue, "attributes", property(compact))


GAPS = (_redrive_allow_policy, _policy_stays, _compact_redrive_policy)

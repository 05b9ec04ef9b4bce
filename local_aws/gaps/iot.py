"""
IoT Core: what moto does not know of a topic rule.
"""

from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

from moto.core.responses import ActionResult, EmptyResult
from moto.iot.models import IoTBackend
from moto.iot.responses import IoTResponse


def _tags() -> AbstractContextManager[Any]:
    """
    A rule has tags, from its creation on.

    API_ListTagsForResource, API_TagResource, API_UntagResource and
    API_CreateTopicRule, whose tags come in a header; moto has none of them.
    """
    create_topic_rule = IoTResponse.create_topic_rule

    def created_with_tags(self: IoTResponse) -> ActionResult:
        result: ActionResult = create_topic_rule(self)
        rule = self.iot_backend.rules[self._get_param("ruleName")]
        tags = dict(parse_qsl(self.headers.get("x-amz-tagging", "")))
        _tags_of(self.iot_backend, rule.arn).update(tags)
        return result

    stack = ExitStack()
    for name, operation in (
        ("create_topic_rule", created_with_tags),
        ("list_tags_for_resource", _list_tags_for_resource),
        ("tag_resource", _tag_resource),
        ("untag_resource", _untag_resource),
    ):
        stack.enter_context(patch.object(IoTResponse, name, operation, create=True))
    return stack


def _list_tags_for_resource(self: IoTResponse) -> ActionResult:
    tags = _tags_of(self.iot_backend, self._get_param("resourceArn"))
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return ActionResult({"tags": listed})


def _tag_resource(self: IoTResponse) -> ActionResult:
    tags = _tags_of(self.iot_backend, self._get_param("resourceArn"))
    tags.update({tag["Key"]: tag["Value"] for tag in self._get_param("tags")})
    return EmptyResult()


def _untag_resource(self: IoTResponse) -> ActionResult:
    tags = _tags_of(self.iot_backend, self._get_param("resourceArn"))
    for key in self._get_param("tagKeys"):
        tags.pop(key, None)
    return EmptyResult()


def _tags_of(backend: IoTBackend, arn: str) -> dict[str, str]:
    everything = backend.__dict__.setdefault("rule_tags", {})
    tags: dict[str, str] = everything.setdefault(arn, {})
    return tags


GAPS = (_tags,)

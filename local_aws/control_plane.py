"""
What is deployed, as the control plane tells it.

Rule 1: everything here was read through boto3; nothing knows a Deployment.
Rule 2: what was read is read again after any call that may have changed it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import boto3

from local_aws.faults import changes

# Operations that move what is stored and leave what is deployed as it was.
CONTENTS = frozenset(
    {
        "BatchWriteItem",
        "DeleteItem",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
        "CompleteMultipartUpload",
        "CopyObject",
        "CreateMultipartUpload",
        "DeleteObject",
        "DeleteObjects",
        "PutObject",
        "RestoreObject",
        "UploadPart",
        "ChangeMessageVisibility",
        "DeleteMessage",
        "DeleteMessageBatch",
        "ReceiveMessage",
        "SendMessage",
        "SendMessageBatch",
        "PutRecord",
        "PutRecordBatch",
        "PutMetricData",
    }
)
# A catalogue is all contents: no station reads it.
_CATALOGUES = frozenset({"glue", "athena"})

T = TypeVar("T")


@dataclass(slots=True)
class ControlPlane:
    """
    Answers of describe, get and list calls, kept until something changes.

    `revision` grows with every change, so that stations can keep what they
    made of the answers. `aside` is entered while it asks: these are no calls
    of anyone's, so no fault befalls them.
    """

    revision: int = 0
    aside: Callable[[], AbstractContextManager[None]] = nullcontext
    _answers: dict[str, Any] = field(default_factory=dict)

    def called(self, service: str, operation: str) -> None:
        """
        Take note of an API call: forget all answers when it may change them.
        """
        if (
            changes(operation)
            and operation not in CONTENTS
            and service not in _CATALOGUES
        ):
            self.revision += 1
            self._answers.clear()

    def mappings(self, service: str) -> list[Mapping[str, Any]]:
        """
        The enabled event source mappings whose source is of the service.
        """

        def read() -> list[Mapping[str, Any]]:
            client = boto3.client("lambda")
            return [*client.list_event_source_mappings()["EventSourceMappings"]]

        return [
            mapping
            for mapping in self._answer("mappings", read)
            if mapping["EventSourceArn"].split(":")[2] == service
            and mapping["State"] == "Enabled"
        ]

    def function(self, name: str) -> Mapping[str, Any]:
        """
        The configuration of a function, by name or ARN.
        """
        return self._answer(
            f"function {name}",
            lambda: boto3.client("lambda").get_function_configuration(
                FunctionName=name
            ),
        )

    def asynchronous(self, name: str) -> Mapping[str, Any]:
        """
        How a function's asynchronous events are retried; empty: as by default.
        """

        def read() -> Mapping[str, Any]:
            client = boto3.client("lambda")
            try:
                return client.get_function_event_invoke_config(FunctionName=name)
            except client.exceptions.ResourceNotFoundException:
                return {}

        return self._answer(f"asynchronous {name}", read)

    def ttl_attributes(self) -> Mapping[str, str]:
        """
        The TTL attribute of each table that has one.
        """

        def read() -> Mapping[str, str]:
            client = boto3.client("dynamodb")
            names = client.get_paginator("list_tables").paginate()
            described = {
                name: client.describe_time_to_live(TableName=name)[
                    "TimeToLiveDescription"
                ]
                for page in names
                for name in page["TableNames"]
            }
            return {
                name: ttl["AttributeName"]
                for name, ttl in described.items()
                if ttl["TimeToLiveStatus"] == "ENABLED"
            }

        return self._answer("ttl", read)

    def queue(self, arn: str) -> Mapping[str, str]:
        """
        The attributes of a queue.
        """

        def read() -> Mapping[str, str]:
            client = boto3.client("sqs")
            url = client.get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"]
            found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            return {str(name): value for name, value in found["Attributes"].items()}

        return self._answer(f"queue {arn}", read)

    def delivery_stream(self, name: str) -> Mapping[str, Any]:
        """
        The description of a delivery stream.
        """
        return self._answer(
            f"stream {name}",
            lambda: boto3.client("firehose").describe_delivery_stream(
                DeliveryStreamName=name
            )["DeliveryStreamDescription"],
        )

    def lifecycles(self) -> Mapping[str, Mapping[str, Any]]:
        """
        The lifecycle configuration of each bucket that has one.
        """

        def read() -> Mapping[str, Mapping[str, Any]]:
            client = boto3.client("s3")
            found: dict[str, Mapping[str, Any]] = {}
            for bucket in client.list_buckets()["Buckets"]:
                name = bucket["Name"]
                try:
                    found[name] = client.get_bucket_lifecycle_configuration(Bucket=name)
                except client.exceptions.ClientError as error:
                    code = error.response["Error"]["Code"]
                    if code != "NoSuchLifecycleConfiguration":
                        raise
            return found

        return self._answer("lifecycles", read)

    def schedules(self) -> list[Mapping[str, Any]]:
        """
        The schedules that are enabled.
        """

        def read() -> list[Mapping[str, Any]]:
            client = boto3.client("scheduler")
            pages = client.get_paginator("list_schedules").paginate()
            return [
                client.get_schedule(Name=it["Name"], GroupName=it["GroupName"])
                for page in pages
                for it in page["Schedules"]
                if it["State"] == "ENABLED"
            ]

        return self._answer("schedules", read)

    def _answer(self, question: str, read: Callable[[], T]) -> T:
        if question not in self._answers:
            with self.aside():
                self._answers[question] = read()
        answer: T = self._answers[question]
        return answer

"""
What is deployed over HTTP works in the account, and who did what is recorded.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import Invoked, ObjectLanded
from local_aws.packaged import Packaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.served import Served
    from tests.local_aws.conftest import Stage

    Reach = Callable[[str], Any]

# The fixture `stage` begins here.
START = 1_614_556_800
HOUR = 3600
ACCOUNT = "us-east-1:123456789012"


def sleeps_and_answers(event: dict[str, Any], _context: object) -> object:
    """
    A handler that calls AWS, takes five seconds, and fails where it is asked to.
    """
    boto3.client("s3").create_bucket(Bucket="landing")
    time.sleep(5)
    if event.get("fails"):
        msg = "as it was asked to"
        raise ValueError(msg)
    return {"got": event}


def test_who_waits_over_http_does_not_move_the_clock(
    stage: Stage,
    reach: Reach,
) -> None:
    """
    A long poll of another program is no part of the account's time.
    """
    url, _ = stage.queue()
    reach("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)
    assert stage.account.clock.now() == START


def test_what_is_deployed_over_http_is_at_work_here(
    stage: Stage,
    served: Served,
    reach: Reach,
) -> None:
    """
    And what is changed over HTTP is changed for the pollers too.
    """
    handler = stage.router(None, None)
    stage.function("ingest", handler)
    url = reach("sqs").create_queue(QueueName="messages")["QueueUrl"]
    mapping = reach("lambda").create_event_source_mapping(
        FunctionName="ingest",
        EventSourceArn=f"arn:aws:sqs:{ACCOUNT}:messages",
        BatchSize=1,
    )
    reach("sqs").send_message(QueueUrl=url, MessageBody="one")
    stage.account.run_until(START + 60)
    assert [it.records for it in stage.seen(Invoked)] == [1]

    reach("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    reach("sqs").send_message(QueueUrl=url, MessageBody="two")
    stage.account.run_until(START + 120)
    assert [it.records for it in stage.seen(Invoked)] == [1]

    role = "arn:aws:iam::123456789012:role/ingest"
    queue = f"arn:aws:sqs:{ACCOUNT}:messages"
    assert [
        (call.action, call.resource) for call in served.calls if call.principal == role
    ] == [
        ("sqs:ReceiveMessage", queue),
        ("sqs:GetQueueAttributes", queue),
        ("sqs:DeleteMessage", queue),
    ]


def test_what_a_mapping_does_by_the_functions_role_is_recorded(
    stage: Stage,
    served: Served,
) -> None:
    """
    It reads the stream, and writes what it gives up on.
    """
    handler = stage.router(ValueError("no"))
    stage.stream_to(
        handler,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
    )
    stage.put()
    stage.account.run_until(START + HOUR)
    (key,) = stage.keys("failures")
    stream = boto3.client("dynamodb").describe_table(TableName="items")["Table"]
    did = {
        (call.action, call.resource)
        for call in served.calls
        if call.principal == "arn:aws:iam::123456789012:role/router"
    }
    assert did == {
        ("dynamodb:DescribeStream", stream["LatestStreamArn"]),
        ("dynamodb:GetShardIterator", stream["LatestStreamArn"]),
        ("dynamodb:GetRecords", stream["LatestStreamArn"]),
        ("s3:PutObject", f"arn:aws:s3:::failures/{key}"),
        ("s3:ListBucket", "arn:aws:s3:::failures"),
    }


def test_what_firehose_and_the_scheduler_do_by_their_roles_is_recorded(
    stage: Stage,
    served: Served,
) -> None:
    """
    The stream writes by its own role, the schedule invokes by its own.
    """
    boto3.client("s3").create_bucket(Bucket="landing")
    boto3.client("firehose").create_delivery_stream(
        DeliveryStreamName="expiries",
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/delivery",
            "BucketARN": "arn:aws:s3:::landing",
        },
    )
    boto3.client("firehose").put_record(
        DeliveryStreamName="expiries", Record={"Data": b"x"}
    )
    transform = stage.function("transform", lambda *_: None)
    boto3.client("scheduler").create_schedule(
        Name="hourly",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": transform, "RoleArn": "arn:aws:iam::123456789012:role/schedule"},
    )
    stage.account.run_until(START + HOUR)
    (landed,) = stage.seen(ObjectLanded)
    assert [(it.principal, it.action, it.resource) for it in served.calls] == [
        (
            "arn:aws:iam::123456789012:role/delivery",
            "s3:PutObject",
            f"arn:aws:s3:::landing/{landed.key}",
        ),
        (
            "arn:aws:iam::123456789012:role/schedule",
            "lambda:InvokeFunction",
            transform,
        ),
    ]


def test_a_function_is_invoked_as_it_is_by_its_mapping(
    stage: Stage,
    served: Served,
    reach: Reach,
) -> None:
    """
    Its answer, its error and its sleep are those of the account.
    """
    stage.function("transform", sleeps_and_answers)
    client = reach("lambda")
    answer = client.invoke(FunctionName="transform", Payload=b'{"a": 1}')
    assert json.load(answer["Payload"]) == {"got": {"a": 1}}
    assert "FunctionError" not in answer
    assert stage.account.clock.now() == START + 5

    answer = client.invoke(FunctionName="transform", Payload=b'{"fails": true}')
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"]) == {
        "errorMessage": "as it was asked to",
        "errorType": "ValueError",
    }
    answer = client.invoke(FunctionName="transform", InvocationType="Event")
    assert answer["StatusCode"] == 202
    assert client.invoke(FunctionName="transform", InvocationType="DryRun")
    assert [it.error for it in stage.seen(Invoked)] == [
        None,
        "ValueError: as it was asked to",
        None,
    ]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="none")
    assert {call.action for call in served.calls} == {"lambda:InvokeFunction"}
    assert served.failures == []


def test_a_packaged_function_is_invoked_while_its_own_calls_are_served(
    stage: Stage,
    served: Served,
    reach: Reach,
) -> None:
    """
    It has no turn of its own, so its calls get theirs.
    """
    stage.package(
        "import os, urllib.request\n"
        "def handler(event, context):\n"
        "    scope = 'PROBE/20240101/us-east-1/s3/aws4_request'\n"
        "    signed = {'Authorization': f'AWS4-HMAC-SHA256 Credential={scope}, x'}\n"
        "    url = os.environ['AWS_ENDPOINT_URL'] + '/'\n"
        "    request = urllib.request.Request(url, headers=signed)\n"
        "    return urllib.request.urlopen(request).status\n"
    )
    with Packaged(stage.account, served):
        answer = reach("lambda").invoke(FunctionName="probe", Payload=b"{}")
    assert json.load(answer["Payload"]) == 200
    assert ("PROBE", "s3:ListAllMyBuckets") in [
        (call.principal, call.action) for call in served.calls
    ]

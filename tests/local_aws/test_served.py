"""
An account over HTTP: the same account, for programs that are not this process.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import boto3
import pytest

from local_aws.account import Account
from local_aws.events import Invoked, ObjectLanded
from local_aws.packaged import Packaged
from local_aws.served import Served

# The fixture `stage` begins here; its class is not importable from a conftest.
START = 1_614_556_800
HOUR = 3600
ACCOUNT = "us-east-1:123456789012"

Service = Literal["s3", "sqs", "lambda", "dynamodb", "firehose", "scheduler", "iam"]
Reach = Callable[[Service], Any]


@pytest.fixture
def served(stage: Any) -> Iterator[Served]:  # noqa: ANN401 - see START
    """
    The stage's account, served.
    """
    with Served(stage.account) as served:
        yield served


@pytest.fixture
def reach(served: Served) -> Reach:
    """
    Clients whose calls go over HTTP.
    """

    def client(service: Service) -> Any:  # noqa: ANN401 - boto3's own
        return boto3.client(
            service,
            endpoint_url=served.endpoint,
            aws_access_key_id="SOMEBODY",
            aws_secret_access_key="x",  # noqa: S106 - the emulator checks none
        )

    return client


def asked(served: Served, method: str, path: str, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401 - http.client's own
    """
    The answer to a request of our own making.
    """
    connection = http.client.HTTPConnection(urlsplit(served.endpoint).netloc)
    try:
        connection.request(method, path, **more)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def signed(service: str) -> dict[str, str]:
    """
    A header that says who asks which service.
    """
    scope = f"SOMEBODY/20240101/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=x"}


def test_http_and_this_process_see_one_account(reach: Reach) -> None:
    """
    What one of them writes, the other reads.
    """
    reach("s3").create_bucket(Bucket="landing")
    boto3.client("s3").put_object(Bucket="landing", Key="a", Body=b"one")
    assert reach("s3").get_object(Bucket="landing", Key="a")["Body"].read() == b"one"
    reach("s3").put_object(Bucket="landing", Key="b", Body=b"two")
    found = boto3.client("s3").get_object(Bucket="landing", Key="b")
    assert found["Body"].read() == b"two"


@pytest.mark.parametrize(
    "key", ["a b", "ü/é", "device=a%2Fb", "a//b", "a+b&c=d?e", "+"]
)
def test_a_key_arrives_as_it_was_named(reach: Reach, key: str) -> None:
    """
    Whatever has to be escaped on the way.
    """
    reach("s3").create_bucket(Bucket="landing")
    reach("s3").put_object(Bucket="landing", Key=key, Body=b"x" * 100_000)
    listed = boto3.client("s3").list_objects_v2(Bucket="landing")["Contents"]
    assert [entry["Key"] for entry in listed] == [key]
    assert (
        reach("s3").head_object(Bucket="landing", Key=key)["ContentLength"] == 100_000
    )


def test_a_body_may_come_in_chunks(served: Served, reach: Reach) -> None:
    """
    A client that does not know the length sends chunks, and a trailer.
    """
    reach("s3").create_bucket(Bucket="landing")
    status, _ = asked(
        served,
        "PUT",
        "/landing/a",
        body=iter([b"one ", b"two"]),
        headers=signed("s3"),
        encode_chunked=True,
    )
    assert status == 200
    found = reach("s3").get_object(Bucket="landing", Key="a")
    assert found["Body"].read() == b"one two"


def test_who_asks_before_the_body_is_told_to_go_on(served: Served) -> None:
    """
    As SDKs do before each object; without an answer they would wait a second.
    """
    address = urlsplit(served.endpoint)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(
            b"PUT /landing/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
            b"Expect: 100-continue\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"x")
        assert connection.recv(100).startswith(b"HTTP/1.1 403")


def test_a_program_reaches_it_with_nothing_but_its_environment(served: Served) -> None:
    """
    And its calls are recorded under the key that it was given, even an ARN.
    """
    role = "arn:aws:iam::123456789012:role/firn-router"
    program = (
        "import boto3; boto3.client('s3').create_bucket(Bucket='landing');"
        "print(boto3.client('sqs').create_queue(QueueName='q')['QueueUrl'])"
    )
    environment = {"PATH": os.environ["PATH"], **served.environment(role)}
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "https://sqs.us-east-1.amazonaws.com/123456789012/q"
    assert [(call.principal, call.action) for call in served.calls] == [
        (role, "s3:CreateBucket"),
        (role, "sqs:CreateQueue"),
    ]
    assert {call.at for call in served.calls} == {START}


def test_a_presigned_address_is_a_signed_request(served: Served, reach: Reach) -> None:
    """
    Its signature stands in the query.
    """
    reach("s3").create_bucket(Bucket="landing")
    reach("s3").put_object(Bucket="landing", Key="a b", Body=b"one")
    address = reach("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "landing", "Key": "a b"}
    )
    query = f"{urlsplit(address).path}?{urlsplit(address).query}"
    if "X-Amz-Credential" not in query:
        query += "&X-Amz-Credential=SOMEBODY/20240101/us-east-1/s3/aws4_request"
    assert asked(served, "GET", query) == (200, b"one")
    assert served.calls[-1].action == "s3:GetObject"


def test_a_request_that_nobody_signed_is_refused(served: Served) -> None:
    """
    There is no anonymous access, and no principal to record.
    """
    status, body = asked(served, "GET", "/landing/a")
    assert status == 403
    assert b"AccessDenied" in body
    assert served.calls == []


def test_what_is_not_emulated_says_so_at_once(served: Served) -> None:
    """
    With an error that no client tries again, and that the test can look at.
    """
    client = boto3.client(
        "cloudwatch",
        endpoint_url=served.endpoint,
        aws_access_key_id="SOMEBODY",
        aws_secret_access_key="x",  # noqa: S106 - the emulator checks none
    )
    with pytest.raises(client.exceptions.ClientError, match="NotEmulated"):
        client.put_composite_alarm(AlarmName="a", AlarmRule="TRUE")
    assert "PutCompositeAlarm" in served.failures[0]


def test_a_service_that_nobody_knows_is_not_emulated_either(served: Served) -> None:
    """
    The answer is an error, not a connection that breaks.
    """
    status, body = asked(served, "GET", "/", headers=signed("nonesuch"))
    assert status == 400
    assert b"NotEmulated" in body
    assert len(served.failures) == 1


def test_an_answer_bears_the_time_of_the_account(served: Served) -> None:
    """
    As AWS's own answers bear AWS's time.
    """
    connection = http.client.HTTPConnection(urlsplit(served.endpoint).netloc)
    try:
        connection.request("GET", "/", headers=signed("s3"))
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    assert response.headers["Date"] == "Mon, 01 Mar 2021 00:00:00 GMT"


def test_who_waits_over_http_does_not_move_the_clock(
    stage: Any,  # noqa: ANN401 - see START
    reach: Reach,
) -> None:
    """
    A long poll of another program is no part of the account's time.
    """
    url, _ = stage.queue()
    reach("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)
    assert stage.account.clock.now() == START


def test_many_programs_at_once_take_turns(served: Served, reach: Reach) -> None:
    """
    The tables of moto are no place for threads to meet.
    """
    reach("s3").create_bucket(Bucket="landing")
    client = reach("s3")

    def put(name: int) -> None:
        for number in range(10):
            client.put_object(Bucket="landing", Key=f"{name}/{number}", Body=b"x")

    threads = [threading.Thread(target=put, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = boto3.client("s3").list_objects_v2(Bucket="landing")
    assert listed["KeyCount"] == 80
    assert served.failures == []


def test_the_server_ends_with_its_context() -> None:
    """
    No port, no thread and no gap stays closed behind it.
    """
    with Account(START) as account:
        with Served(account) as served:
            assert asked(served, "GET", "/", headers=signed("s3"))[0] == 200
            before = threading.active_count()
        assert threading.active_count() < before
        with pytest.raises(ConnectionRefusedError):
            asked(served, "GET", "/", headers=signed("s3"))


def test_what_is_deployed_over_http_is_at_work_here(
    stage: Any,  # noqa: ANN401 - see START
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
    stage: Any,  # noqa: ANN401 - see START
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
    stage: Any,  # noqa: ANN401 - see START
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


def test_a_policy_that_wants_tls_lets_the_loopback_pass(reach: Reach) -> None:
    """
    And one that denies outright still denies.
    """
    client = reach("s3")
    client.create_bucket(Bucket="landing")
    statement: dict[str, Any] = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::landing/*",
    }
    tls = {**statement, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    client.put_bucket_policy(Bucket="landing", Policy=json.dumps({"Statement": [tls]}))
    client.put_object(Bucket="landing", Key="a", Body=b"x")
    client.put_bucket_policy(
        Bucket="landing", Policy=json.dumps({"Statement": [statement]})
    )
    with pytest.raises(client.exceptions.ClientError, match="403"):
        client.put_object(Bucket="landing", Key="a", Body=b"x")


def test_a_function_is_invoked_as_it_is_by_its_mapping(
    stage: Any,  # noqa: ANN401 - see START
    served: Served,
    reach: Reach,
) -> None:
    """
    Its answer, its error and its sleep are those of the account.
    """

    def handler(event: dict[str, Any], _context: object) -> object:
        boto3.client("s3").create_bucket(Bucket="landing")
        time.sleep(5)
        if event.get("fails"):
            msg = "as it was asked to"
            raise ValueError(msg)
        return {"got": event}

    stage.function("transform", handler)
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
    stage: Any,  # noqa: ANN401 - see START
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

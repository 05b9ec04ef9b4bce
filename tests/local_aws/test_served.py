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
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served
from tests.local_aws.over_http import asked, client_of, signed

# The fixture `stage` begins here; its class is not importable from a conftest.
START = 1_614_556_800

Reach = Callable[[str], Any]


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
    client = client_of(served, "cloudwatch")
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

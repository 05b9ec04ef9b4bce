"""
The account's time over HTTP: told, moved, and still for everybody else.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.account import Account
from local_aws.events import Event, Invoked
from local_aws.packaged import Packaged
from local_aws.served import Served
from local_aws.served_clock import CLOCK_PATH, SECONDS_MAX
from local_aws.served_http import bound
from tests.local_aws.over_http import asked, client_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.conftest import Stage

    Reach = Callable[[str], Any]

# The fixture `stage` begins here.
START = 1_614_556_800
HOUR = 3600

# A package holds no SDK, and a signature is not looked at.
CALLS_S3 = """
import os
from urllib.request import Request, urlopen
def handler(event, context):
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20240101/us-east-1/s3/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 Credential={scope}, Signature=x"
    address = os.environ["AWS_ENDPOINT_URL"] + "/made"
    headers = {"Authorization": authorization}
    urlopen(Request(address, headers=headers, method="PUT"))
"""


def clock(served: Served, method: str = "GET", **more: Any) -> tuple[int, Any]:  # noqa: ANN401 - http.client's own
    """
    What the clock answers: status and document.
    """
    status, body = asked(served, method, CLOCK_PATH, **more)
    return status, json.loads(body)


def let_pass(served: Served, seconds: object) -> tuple[int, Any]:
    """
    What the clock answers to who wants time to pass.
    """
    return clock(served, "POST", body=json.dumps({"seconds": seconds}))


def test_time_is_told_and_passes_where_it_is_asked_for(
    stage: Stage, served: Served, reach: Reach
) -> None:
    """
    And what is due meanwhile happens: a restore becomes readable.
    """
    client = reach("s3")
    client.create_bucket(Bucket="archive")
    client.put_object(Bucket="archive", Key="a", Body=b"x", StorageClass="GLACIER")
    client.restore_object(Bucket="archive", Key="a", RestoreRequest={"Days": 1})
    assert clock(served) == (200, {"now": START})
    assert let_pass(served, 5 * HOUR - 1) == (200, {"now": START + 5 * HOUR - 1})
    with pytest.raises(client.exceptions.InvalidObjectState):
        client.get_object(Bucket="archive", Key="a")
    assert let_pass(served, 1) == (200, {"now": START + 5 * HOUR})
    assert client.get_object(Bucket="archive", Key="a")["Body"].read() == b"x"
    assert clock(served) == (200, {"now": stage.account.clock.now()})
    assert served.clock == f"{served.endpoint}{CLOCK_PATH}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "5",
        "{}",
        "\udcff".encode(errors="surrogateescape"),
        *(
            json.dumps({"seconds": seconds})
            for seconds in (-1, 1.5, "1", None, True, SECONDS_MAX + 1)
        ),
    ],
)
def test_what_is_no_number_of_seconds_is_refused(
    served: Served, body: str | bytes
) -> None:
    """
    With the reason, and no time has passed.
    """
    status, told = clock(served, "POST", body=body)
    assert status == 400
    assert "seconds" in told["message"]
    assert clock(served) == (200, {"now": START})
    assert clock(served, "PUT", body=body)[0] == 405


def test_who_asks_while_time_passes_is_answered_afterwards(
    stage: Stage, served: Served, reach: Reach
) -> None:
    """
    A listing sees what the function that was running has made, all of it.
    """
    begun = threading.Event()

    def handler(_event: object, _context: object) -> None:
        before = served.asked_at
        begun.set()
        while served.asked_at == before:
            threading.Event().wait(0.01)
        boto3.client("s3").create_bucket(Bucket="made")

    stage.function("worker", handler)
    url, arn = stage.queue()
    stage.mapping("worker", arn, BatchSize=1)
    client = reach("s3")
    stage.account.send(url, "one")
    with ThreadPoolExecutor(1) as pool:
        passing = pool.submit(let_pass, served, 60)
        begun.wait()
        listed = [it["Name"] for it in client.list_buckets()["Buckets"]]
        assert passing.result() == (200, {"now": START + 60})
    assert listed == ["made"]


def test_many_who_wait_at_once_wait_one_after_another(
    stage: Stage, served: Served
) -> None:
    """
    Each of them sees its own time pass.
    """
    del stage
    with ThreadPoolExecutor(8) as pool:
        told = [*pool.map(lambda _: let_pass(served, HOUR), range(8))]
    times = [document["now"] for _, document in told]
    assert sorted(times) == [START + n * HOUR for n in range(1, 9)]


def test_a_packaged_function_calls_while_time_passes(stage: Stage) -> None:
    """
    Its calls come over HTTP too, and time waits for them.
    """
    stage.package(CALLS_S3)
    url, arn = stage.queue()
    stage.mapping("probe", arn, BatchSize=1)
    with Served(stage.account) as served, Packaged(stage.account, served):
        client_of(served, "sqs").send_message(QueueUrl=url, MessageBody="one")
        assert let_pass(served, 60) == (200, {"now": START + 60})
        assert [it.error for it in stage.seen(Invoked)] == [None]
        made = client_of(served, "s3").list_buckets()["Buckets"]
    assert [it["Name"] for it in made] == ["made"]


def test_what_breaks_while_time_passes_is_told(stage: Stage, served: Served) -> None:
    """
    As an error with its reason, and the account is served as before.
    """
    boto3.client("scheduler").create_schedule(
        Name="daily",
        ScheduleExpression="cron(0 0 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:lambda:us-east-1:123456789012:function:x",
            "RoleArn": "r",
        },
    )
    status, told = let_pass(served, 60)
    assert status == 500
    assert "is not emulated" in told["message"]
    assert len(served.failures) == 1
    assert clock(served) == (200, {"now": stage.account.clock.now()})


def test_an_account_that_ends_lets_no_more_time_pass() -> None:
    """
    Whoever watches it ends it; who waits is told so, and nothing hangs.
    """

    def ends(_event: Event) -> None:
        raise KeyboardInterrupt

    with Account(START) as account:
        client = boto3.client("s3")
        client.create_bucket(Bucket="archive")
        client.put_bucket_lifecycle_configuration(
            Bucket="archive",
            LifecycleConfiguration={
                "Rules": [
                    {
                        "ID": "go",
                        "Status": "Enabled",
                        "Filter": {"Prefix": ""},
                        "Expiration": {"Days": 1},
                    }
                ]
            },
        )
        client.put_object(Bucket="archive", Key="a", Body=b"x")
        account.observe(ends)
        with Served(account) as served:
            status, _ = asked(
                served, "POST", CLOCK_PATH, body=json.dumps({"seconds": 90 * 86_400})
            )
            assert status == 503
        assert served.failures == []


def test_a_port_is_taken_from_when_it_is_bound() -> None:
    """
    Nobody else gets it before the account is served there.
    """
    with Account(START) as account, bound(0) as port:
        number = port.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            bound(number)
        with Served(account, port) as served:
            assert served.endpoint == f"http://127.0.0.1:{number}"
            assert clock(served) == (200, {"now": START})
    # And it is free at once when the account is gone.
    bound(number).close()

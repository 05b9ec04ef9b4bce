from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING

import boto3
import pytest

from local_aws.account import Account
from local_aws.events import Invoked
from local_aws.faults import Fault, Faults, Kind
from local_aws.scene import backend

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800


def test_only_the_time_of_day_is_simulated(stage: Stage) -> None:
    """
    Every reading of the time of day agrees; monotonic clocks run on.
    """
    monotonic, counter = time.monotonic(), time.perf_counter()
    stage.account.run_until(START + 366 * 86_400)
    assert time.time() == START + 366 * 86_400
    now = dt.datetime.now(tz=dt.UTC)
    assert now.timestamp() == START + 366 * 86_400
    assert 0 < time.monotonic() - monotonic < 60
    assert 0 < time.perf_counter() - counter < 60


def test_sleeping_moves_the_clock_and_takes_no_time(stage: Stage) -> None:
    """
    Backoff is free, and the clock keeps its fractions.
    """
    begun = time.monotonic()
    time.sleep(1000)
    time.sleep(0.25)
    assert time.time() == START + 1000.25
    assert stage.account.clock.now() == START + 1000
    assert time.monotonic() - begun < 10


def test_the_clock_never_goes_back(stage: Stage) -> None:
    """
    Running to a time that is past does what is due, and stays.
    """
    stage.account.run_until(START + 100)
    stage.account.run_until(START)
    assert stage.account.clock.now() == START + 100


def test_leaving_an_account_gives_everything_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Clock, sleep, environment and boto3 are as before, whatever happened.
    """
    # What a person has set for the real AWS means nothing within.
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere")
    before = (time.sleep, boto3.DEFAULT_SESSION, dict(os.environ))
    began = time.time()

    def fail() -> None:
        with Account(START):
            boto3.client("s3").create_bucket(Bucket="bucket")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert time.time() >= began
    assert (time.sleep, boto3.DEFAULT_SESSION, dict(os.environ)) == before
    with Account(START):
        assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_nothing_deployed_means_nothing_to_come(stage: Stage) -> None:
    """
    An empty account is quiet for ever.
    """
    assert stage.account.next_event_at() is None
    assert stage.account.quiet()


def test_waiting_for_a_message_passes_simulated_time(stage: Stage) -> None:
    """
    A long poll on an empty queue ends when its seconds are over.
    """
    url, _ = stage.queue()
    client = boto3.client("sqs")
    answer = client.receive_message(QueueUrl=url, WaitTimeSeconds=10)
    assert "Messages" not in answer
    assert stage.account.clock.now() > START


def test_a_queue_without_a_mapping_keeps_what_is_sent(stage: Stage) -> None:
    """
    Sent past boto3 or through it, boto3 receives it.
    """
    url, _ = stage.queue()
    client = boto3.client("sqs")
    stage.account.send(url, "one")
    client.send_message(QueueUrl=url, MessageBody="two")
    stage.account.run_until(START + 60)
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in found] == ["one", "two"]


def test_two_hundred_thousand_messages_wait_in_line(stage: Stage) -> None:
    """
    Sent at once, received in order, twenty at a time.
    """
    received: list[str] = []
    url, arn = stage.queue()
    for number in range(200_000):
        stage.account.send(url, str(number))

    def handler(event: dict[str, list[dict[str, str]]], _context: object) -> None:
        received.extend(record["body"] for record in event["Records"])
        if len(received) == 1000:
            raise KeyboardInterrupt

    stage.function("ingest", handler)
    stage.mapping("ingest", arn, BatchSize=20)
    with pytest.raises(KeyboardInterrupt):
        stage.account.run_until(START + 3600)
    assert received == [str(number) for number in range(1000)]
    assert len(backend("sqs").get_queue("messages")._messages) == 199_020  # noqa: SLF001 - AWS's own


@pytest.mark.parametrize(
    "faults",
    [
        Faults(
            calls=(
                Fault(
                    kind=Kind.SLOW,
                    service="dynamodb",
                    calls=frozenset({3}),
                    seconds=1000,
                ),
            )
        )
    ],
)
def test_what_was_due_while_a_function_dawdled_happens_late(stage: Stage) -> None:
    """
    A function that holds up the clock holds up others, and loses nothing.
    """
    stage.table()
    url, arn = stage.queue()

    def handler(event: dict[str, list[dict[str, str]]], _context: object) -> None:
        for record in event["Records"]:
            stage.put(at=record["body"], expiry={"N": str(START + 60)})

    stage.function("ingest", handler, Timeout=900)
    stage.mapping("ingest", arn, BatchSize=1)
    stage.account.send(url, "1")
    stage.account.send(url, "2")
    stage.account.run_until(START + 700)
    assert stage.seen(Invoked)[0].error is not None
    stage.account.run_until(START + 3600)
    assert boto3.client("dynamodb").scan(TableName="items")["Count"] == 0

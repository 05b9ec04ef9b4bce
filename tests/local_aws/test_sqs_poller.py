from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import DeadLettered, Invoked, MessagesLost

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800
VISIBILITY = 300


def failures(*identifiers: str) -> dict[str, Any]:
    """
    An answer that fails these messages.
    """
    return {"batchItemFailures": [{"itemIdentifier": it} for it in identifiers]}


def mapped(stage: Stage, handler: Any, **settings: Any) -> str:  # noqa: ANN401 - boto3's own
    """
    A queue that feeds a handler as ingest's does; its URL.
    """
    _, dead_arn = stage.queue("dead")
    redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3}
    url, arn = stage.queue(
        VisibilityTimeout=str(VISIBILITY), RedrivePolicy=json.dumps(redrive)
    )
    stage.function("ingest", handler)
    stage.mapping(
        "ingest",
        arn,
        **{
            "BatchSize": 20,
            "MaximumBatchingWindowInSeconds": 60,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            **settings,
        },
    )
    return url


def test_a_batch_goes_when_it_is_full_or_its_window_is_over(stage: Stage) -> None:
    """
    Twenty at once are a batch; the rest waits 60 s from its first message.
    """
    batches: list[tuple[int, list[str]]] = []

    def handler(event: dict[str, Any], _context: object) -> None:
        bodies = [record["body"] for record in event["Records"]]
        batches.append((stage.account.clock.now(), bodies))

    url = mapped(stage, handler)
    for number in range(23):
        stage.account.send(url, str(number))
    stage.account.run_until(START + 30)
    stage.account.send(url, "23")
    stage.account.run_until(START + 200)
    assert batches == [
        (START, [str(number) for number in range(20)]),
        (START + 60, ["20", "21", "22", "23"]),
    ]


def test_the_event_is_lambdas_own(stage: Stage) -> None:
    """
    Using Lambda with Amazon SQS, "Example standard queue message event".
    """
    seen: list[dict[str, Any]] = []
    url = mapped(stage, lambda event, _: seen.append(event))
    stage.account.send(url, "hello")
    stage.account.run_until(START + 60)
    (record,) = seen[0]["Records"]
    assert set(record) == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"] == str(START * 1000)
    assert record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"


def test_only_the_failed_come_back_and_then_go_to_the_dead_letter_queue(
    stage: Stage,
) -> None:
    """
    After the visibility timeout, as often as maxReceiveCount says.
    """
    received: list[tuple[int, str]] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        now = stage.account.clock.now()
        received.extend((now, record["body"]) for record in event["Records"])
        return failures(
            *(it["messageId"] for it in event["Records"] if it["body"] == "bad")
        )

    url = mapped(stage, handler)
    for body in ("good", "bad", "fine"):
        stage.account.send(url, body)
    stage.account.run_until(START + 3 * (VISIBILITY + 60) + 60)
    assert [body for _, body in received] == ["good", "bad", "fine", "bad", "bad"]
    again = [at for at, body in received if body == "bad"]
    assert again[1] - again[0] >= VISIBILITY
    (letter,) = stage.seen(DeadLettered)
    assert (letter.queue, letter.body) == ("dead", "bad")
    client = boto3.client("sqs")
    dead = client.get_queue_url(QueueName="dead")["QueueUrl"]
    (message,) = client.receive_message(QueueUrl=dead)["Messages"]
    assert message["Body"] == "bad"
    assert stage.account.next_change_at() is None


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": "of another batch"}]},
        {"batchItemFailures": [{"badKey": "x"}]},
        {"batchItemFailures": "x"},
        "no object",
        RuntimeError("no answer at all"),
    ],
)
def test_an_answer_that_makes_no_sense_fails_the_whole_batch(
    stage: Stage, answer: object
) -> None:
    """
    Handling errors for an SQS event source, "Success and failure conditions".
    """

    def handler(_event: dict[str, Any], _context: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    url = mapped(stage, handler)
    stage.account.send(url, "a")
    stage.account.send(url, "b")
    stage.account.run_until(START + 2 * (VISIBILITY + 60))
    assert [event.records for event in stage.seen(Invoked)] == [2, 2]
    assert all(event.retry for event in stage.seen(Invoked))


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}])
def test_an_empty_answer_is_success(stage: Stage, answer: object) -> None:
    """
    The same page: null and empty lists complete the batch.
    """
    url = mapped(stage, lambda _event, _context: answer)
    stage.account.send(url, "a")
    stage.account.run_until(START + 2000)
    assert [event.retry for event in stage.seen(Invoked)] == [False]
    assert stage.account.next_change_at() is None


def test_without_the_response_type_an_answer_fails_nothing(stage: Stage) -> None:
    """
    The function returned, so the batch is done, whatever it said.
    """
    url = mapped(
        stage,
        lambda event, _: failures(event["Records"][0]["messageId"]),
        FunctionResponseTypes=[],
    )
    stage.account.send(url, "a")
    stage.account.run_until(START + 2000)
    assert len(stage.seen(Invoked)) == 1
    assert stage.account.next_change_at() is None


def test_what_the_filter_rejects_is_deleted(stage: Stage) -> None:
    """
    Control which events Lambda sends to your function, "SQS".
    """
    pattern = json.dumps({"body": {"kind": ["reading"]}})
    url = mapped(
        stage,
        lambda _event, _context: None,
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )
    stage.account.send(url, '{"kind": "noise"}')
    stage.account.send(url, '{"kind": "reading"}')
    stage.account.run_until(START + 60)
    assert [event.records for event in stage.seen(Invoked)] == [1]
    assert stage.account.next_change_at() is None


def test_a_message_that_outlives_its_queue_is_told(stage: Stage) -> None:
    """
    MessageRetentionPeriod is four days where the queue says nothing.
    """
    url, arn = stage.queue()
    stage.account.send(url, "late")
    stage.account.run_until(START + 5 * 86_400)
    stage.function("ingest", lambda _event, _context: None)
    stage.mapping("ingest", arn)
    stage.account.run_until(START + 5 * 86_400 + 60)
    assert [event.messages for event in stage.seen(MessagesLost)] == [1]
    assert not stage.seen(Invoked)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import BatchDiscarded, Polled

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800
HOUR = 3600
TTL_FILTER = json.dumps(
    {
        "eventName": ["REMOVE"],
        "userIdentity": {
            "type": ["Service"],
            "principalId": ["dynamodb.amazonaws.com"],
        },
    }
)


def put(stage: Stage, count: int, **attributes: Any) -> None:  # noqa: ANN401 - boto3's own
    """
    Put items with sort keys 0, 1, 2 ...
    """
    for number in range(count):
        stage.put(at=str(number), **attributes)


def test_the_event_is_lambdas_own_and_shows_who_deleted(stage: Stage) -> None:
    """
    Lower case in the event, and no userIdentity at all for a user's delete.
    """
    router = stage.router()
    stage.stream_to(router)
    stage.put(at="1", b={"B": b"\xff"}, expiry={"N": str(START - 1)})
    stage.put(at="2.0")
    boto3.client("dynamodb").delete_item(
        TableName="items", Key={"id": {"S": "BH"}, "at": {"N": "2"}}
    )
    stage.account.run_until(START + 600)
    inserted, _, by_user, by_ttl = [it for batch in router.batches for it in batch]
    assert inserted["eventName"] == "INSERT"
    assert "OldImage" not in inserted["dynamodb"]
    assert set(by_user) == {
        "eventID",
        "eventName",
        "eventVersion",
        "eventSource",
        "awsRegion",
        "dynamodb",
        "eventSourceARN",
    }
    assert by_user["dynamodb"]["OldImage"]["at"] == {"N": "2"}
    assert by_ttl["userIdentity"] == {
        "type": "Service",
        "principalId": "dynamodb.amazonaws.com",
    }
    change = by_ttl["dynamodb"]
    assert change["ApproximateCreationDateTime"] == START
    assert change["StreamViewType"] == "OLD_IMAGE"
    assert change["Keys"] == {"id": {"S": "BH"}, "at": {"N": "1"}}
    assert change["OldImage"]["b"] == {"B": "/w=="}
    assert int(change["SequenceNumber"]) > int(by_user["dynamodb"]["SequenceNumber"])


def test_the_filter_lets_only_ttl_deletes_through(stage: Stage) -> None:
    """
    The rest is dropped and the position moves on.
    """
    router = stage.router()
    stage.stream_to(router, FilterCriteria={"Filters": [{"Pattern": TTL_FILTER}]})
    put(stage, 3, expiry={"N": str(START - 1)})
    stage.account.run_until(START + 600)
    assert router.sort_keys == [["0", "1", "2"]]
    assert [(it.records, it.filtered) for it in stage.seen(Polled)] == [(6, 3)]


def test_a_batch_goes_when_it_is_full_or_its_window_is_over(stage: Stage) -> None:
    """
    By count at once; what is left waits for its own window.
    """
    router = stage.router()
    stage.stream_to(router, BatchSize=4, MaximumBatchingWindowInSeconds=60)
    put(stage, 6)
    stage.account.run_until(START + 59)
    assert router.sort_keys == [["0", "1", "2", "3"]]
    stage.account.run_until(START + 60)
    assert router.sort_keys[1:] == [["4", "5"]]


def test_a_batch_carries_no_more_than_an_invocation_may(stage: Stage) -> None:
    """
    Lambda quotas: 6 MB for a synchronous invocation.
    """
    router = stage.router()
    stage.stream_to(router)
    stage.table("wide", view="NEW_IMAGE")
    (arn,) = [
        it["StreamArn"]
        for it in boto3.client("dynamodbstreams").list_streams(TableName="wide")[
            "Streams"
        ]
    ]
    stage.mapping("router", arn, StartingPosition="TRIM_HORIZON")
    for number in range(20):
        stage.put("wide", at=str(number), text={"S": "x" * 400_000})
    stage.account.run_until(START)
    assert [len(batch) for batch in router.batches] == [15, 5]
    assert all(len(json.dumps(b)) <= 6 * 1024 * 1024 for b in router.batches)


def test_everything_from_the_lowest_failed_number_on_comes_again(stage: Stage) -> None:
    """
    The lowest sequence number is the checkpoint (partial batch response).
    """

    def two_failures(records: list[dict[str, Any]]) -> dict[str, Any]:
        numbers = [records[place]["dynamodb"]["SequenceNumber"] for place in (3, 1)]
        return {"batchItemFailures": [{"itemIdentifier": it} for it in numbers]}

    router = stage.router(two_failures)
    stage.stream_to(router)
    put(stage, 5)
    stage.account.run_until(START + 60)
    assert router.sort_keys == [["0", "1", "2", "3", "4"], ["1", "2", "3", "4"]]


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": "1"}]},
        {"batchItemFailures": [{}]},
        RuntimeError("down"),
    ],
)
def test_a_failed_batch_comes_again_whole_and_blocks_what_follows(
    stage: Stage, answer: object
) -> None:
    """
    Order is kept: nothing overtakes a batch that has not passed.
    """
    router = stage.router(answer)
    stage.stream_to(router, BatchSize=2)
    put(stage, 3)
    stage.account.run_until(START + 60)
    assert router.sort_keys == [["0", "1"], ["0", "1"], ["2"]]


def test_bisecting_finds_the_record_that_breaks_the_function(stage: Stage) -> None:
    """
    Splitting does not use up retries; the one bad record is discarded alone.
    """

    def fussy(records: list[dict[str, Any]]) -> object:
        keys = [it["dynamodb"]["Keys"]["at"]["N"] for it in records]
        return RuntimeError("down") if "2" in keys else None

    router = stage.router(*[fussy] * 9)
    stage.stream_to(
        router,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
    )
    put(stage, 4)
    stage.account.run_until(START + HOUR)
    assert router.sort_keys == [
        ["0", "1", "2", "3"],
        ["0", "1"],
        ["2", "3"],
        ["2"],
        ["2"],
        ["3"],
    ]
    (discarded,) = stage.seen(BatchDiscarded)
    assert (discarded.records, discarded.condition) == (1, "RetryAttemptsExhausted")
    assert stage.keys("failures") == [discarded.key]


def test_a_discarded_batch_lies_whole_in_s3(stage: Stage) -> None:
    """
    Retain discarded batch records: key, metadata and the event as text.
    """
    router = stage.router(*[RuntimeError("down")] * 3)
    mapping = stage.stream_to(
        router,
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
    )
    put(stage, 2)
    stage.account.run_until(START + HOUR)
    (key,) = stage.keys("failures")
    assert key.startswith(f"aws/lambda/{mapping}/shardId-")
    assert "/2021/03/01/2021-03-01T00.00." in key
    body = boto3.client("s3").get_object(Bucket="failures", Key=key)["Body"].read()
    record = json.loads(body)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["DDBStreamBatchInfo"]["batchSize"] == 2
    assert json.loads(record["payload"]) == {"Records": router.batches[0]}
    assert len(router.batches) == 3

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import BatchDiscarded, Invoked, Polled, RecordsLost
from local_aws.faults import Faults

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


class Router:
    """
    A handler that notes what it is given and answers as it is told.
    """

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.batches: list[list[dict[str, Any]]] = []

    def __call__(self, event: dict[str, Any], _context: object) -> object:
        self.batches.append(event["Records"])
        answer = self.answers.pop(0) if self.answers else None
        if callable(answer):
            answer = answer(event["Records"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def sort_keys(self) -> list[list[str]]:
        return [[it["dynamodb"]["Keys"]["at"]["N"] for it in b] for b in self.batches]


def failed_from(place: int) -> Any:  # noqa: ANN401 - a function of records
    """
    An answer that fails the record at this place.
    """
    return lambda records: {
        "batchItemFailures": [
            {"itemIdentifier": records[place]["dynamodb"]["SequenceNumber"]}
        ]
    }


def mapped(stage: Stage, router: Router, **settings: Any) -> str:  # noqa: ANN401 - boto3's own
    """
    A table whose stream feeds a router; the mapping's id.
    """
    stream = stage.table()
    stage.function("router", router)
    boto3.client("s3").create_bucket(Bucket="failures")
    return stage.mapping(
        "router",
        stream,
        **{
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            **settings,
        },
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
    router = Router()
    mapped(stage, router)
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
    router = Router()
    mapped(stage, router, FilterCriteria={"Filters": [{"Pattern": TTL_FILTER}]})
    put(stage, 3, expiry={"N": str(START - 1)})
    stage.account.run_until(START + 600)
    assert router.sort_keys == [["0", "1", "2"]]
    assert [(it.records, it.filtered) for it in stage.seen(Polled)] == [(6, 3)]


def test_a_batch_goes_when_it_is_full_or_its_window_is_over(stage: Stage) -> None:
    """
    By count at once; what is left waits for its own window.
    """
    router = Router()
    mapped(stage, router, BatchSize=4, MaximumBatchingWindowInSeconds=60)
    put(stage, 6)
    stage.account.run_until(START + 59)
    assert router.sort_keys == [["0", "1", "2", "3"]]
    stage.account.run_until(START + 60)
    assert router.sort_keys[1:] == [["4", "5"]]


def test_a_batch_carries_no_more_than_an_invocation_may(stage: Stage) -> None:
    """
    Lambda quotas: 6 MB for a synchronous invocation.
    """
    router = Router()
    mapped(stage, router)
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

    router = Router(two_failures)
    mapped(stage, router)
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
    router = Router(answer)
    mapped(stage, router, BatchSize=2)
    put(stage, 3)
    stage.account.run_until(START + 60)
    assert router.sort_keys == [["0", "1"], ["0", "1"], ["2"]]


def test_bisecting_finds_the_record_that_breaks_the_function(stage: Stage) -> None:
    """
    Splitting does not use up retries; the one bad record is discarded alone.
    """

    class Fussy(Router):
        def __call__(self, event: dict[str, Any], context: object) -> object:
            super().__call__(event, context)
            if "2" in self.sort_keys[-1]:
                raise RuntimeError
            return None

    router = Fussy()
    mapped(
        stage,
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
    router = Router(*[RuntimeError("down")] * 3)
    mapping = mapped(
        stage,
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


def test_records_older_than_the_limit_are_discarded_before_they_are_tried(
    stage: Stage,
) -> None:
    """
    MaximumRecordAgeInSeconds; the younger ones of the batch still pass.
    """
    router = Router(*[RuntimeError("down")] * 200)
    mapped(
        stage,
        router,
        MaximumRecordAgeInSeconds=HOUR,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
    )
    put(stage, 1)
    stage.account.run_until(START + HOUR // 2)
    router.answers = [RuntimeError("down")] * 35
    stage.put(at="9")
    stage.account.run_until(START + 2 * HOUR)
    (discarded,) = stage.seen(BatchDiscarded)
    assert (discarded.records, discarded.condition) == (1, "RecordAgeExceeded")
    assert router.sort_keys[-1] == ["9"]
    assert not stage.seen(Invoked)[-1].retry


def test_with_default_limits_a_record_is_retried_until_it_is_lost(
    stage: Stage,
) -> None:
    """
    -1 attempts and -1 age: after 24 hours the stream has forgotten it.
    """
    router = Router(*[RuntimeError("down")] * 5000)
    mapped(stage, router)
    put(stage, 3)
    stage.account.run_until(START + 25 * HOUR)
    assert [event.records for event in stage.seen(RecordsLost)] == [3]
    assert not stage.seen(BatchDiscarded)
    assert stage.account.next_change_at() is None


def test_a_mapping_that_starts_late_tells_what_it_has_missed(stage: Stage) -> None:
    """
    A mapping that was disabled for a day cannot catch up with all of it.
    """
    router = Router()
    mapping = mapped(stage, router)
    stage.account.run_until(START)
    client = boto3.client("lambda")
    put(stage, 2)
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    stage.account.run_until(START + 25 * HOUR)
    stage.put(at="9")
    client.update_event_source_mapping(UUID=mapping, Enabled=True)
    stage.account.run_until(START + 26 * HOUR)
    assert router.sort_keys == [["9"]]
    assert [event.records for event in stage.seen(RecordsLost)] == [2]


@pytest.mark.parametrize(
    ("position", "keys"), [("LATEST", []), ("TRIM_HORIZON", [["0"]])]
)
def test_latest_misses_what_was_before(
    stage: Stage, position: str, keys: list[list[str]]
) -> None:
    """
    TRIM_HORIZON begins with the oldest record that is still there.
    """
    stream = stage.table()
    put(stage, 1)
    router = Router()
    stage.function("router", router)
    stage.mapping("router", stream, StartingPosition=position)
    stage.account.run_until(START + 60)
    assert router.sort_keys == keys


@pytest.mark.parametrize("faults", [Faults(redeliver=0.5, seed=3)])
def test_a_redelivered_batch_comes_twice_and_only_twice(stage: Stage) -> None:
    """
    Stream records arrive at least once; here some arrive twice.
    """
    router = Router()
    mapped(stage, router, BatchSize=1)
    put(stage, 40)
    stage.account.run_until(START)
    keys = [key for (key,) in router.sort_keys]
    assert sorted(set(keys), key=int) == [str(number) for number in range(40)]
    assert 40 < len(keys) <= 80
    assert all(keys.count(key) <= 2 for key in keys)

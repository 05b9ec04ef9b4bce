from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import BatchDiscarded, Invoked, RecordsLost
from local_aws.faults import Faults

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800
HOUR = 3600


def put(stage: Stage, count: int, **attributes: Any) -> None:  # noqa: ANN401 - boto3's own
    """
    Put items with sort keys 0, 1, 2 ...
    """
    for number in range(count):
        stage.put(at=str(number), **attributes)


def test_records_older_than_the_limit_are_discarded_before_they_are_tried(
    stage: Stage,
) -> None:
    """
    MaximumRecordAgeInSeconds; the younger ones of the batch still pass.
    """
    router = stage.router(*[RuntimeError("down")] * 200)
    stage.stream_to(
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
    router = stage.router(*[RuntimeError("down")] * 5000)
    stage.stream_to(router)
    put(stage, 3)
    stage.account.run_until(START + 25 * HOUR)
    assert [event.records for event in stage.seen(RecordsLost)] == [3]
    assert not stage.seen(BatchDiscarded)
    assert stage.account.next_change_at() is None


def test_a_mapping_that_starts_late_tells_what_it_has_missed(stage: Stage) -> None:
    """
    A mapping that was disabled for a day cannot catch up with all of it.
    """
    router = stage.router()
    mapping = stage.stream_to(router)
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
    router = stage.router()
    stage.function("router", router)
    stage.mapping("router", stream, StartingPosition=position)
    stage.account.run_until(START + 60)
    assert router.sort_keys == keys


@pytest.mark.parametrize("faults", [Faults(redeliver=0.5, seed=3)])
def test_a_redelivered_batch_comes_twice_and_only_twice(stage: Stage) -> None:
    """
    Stream records arrive at least once; here some arrive twice.
    """
    router = stage.router()
    stage.stream_to(router, BatchSize=1)
    put(stage, 40)
    stage.account.run_until(START)
    keys = [key for (key,) in router.sort_keys]
    assert sorted(set(keys), key=int) == [str(number) for number in range(40)]
    assert 40 < len(keys) <= 80
    assert all(keys.count(key) <= 2 for key in keys)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.account import Pace
from local_aws.events import BatchDiscarded, Invoked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.conftest import Stage

START = 1_614_556_800
HOUR = 3600
DAY = 86_400


def scheduled(stage: Stage, handler: Callable[[Any, Any], Any]) -> None:
    """
    A handler that is woken hourly, as the transform is.
    """
    arn = stage.function("transform", handler)
    boto3.client("scheduler").create_schedule(
        Name="transform",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": arn,
            "RoleArn": "arn:aws:iam::123456789012:role/scheduler",
            "Input": '{"why": "tick"}',
        },
    )
    boto3.client("s3").create_bucket(Bucket="landing")


def look(_event: object, _context: object) -> None:
    """
    A run that finds nothing to do.
    """
    boto3.client("s3").list_objects_v2(Bucket="landing")


def times(stage: Stage) -> list[int]:
    """
    The hours at which the function ran.
    """
    return [
        (event.at - START) // HOUR
        for event in stage.seen(Invoked)
        if event.function == "transform"
    ]


def test_a_schedule_fires_every_hour_with_its_input(stage: Stage) -> None:
    """
    As long as each run changes something.
    """
    events: list[object] = []

    def handler(event: dict[str, Any], _context: object) -> None:
        events.append(event)
        boto3.client("s3").put_object(Bucket="landing", Key="x", Body=b"")

    scheduled(stage, handler)
    stage.account.run_until(START + 5 * HOUR)
    assert times(stage) == [1, 2, 3, 4, 5]
    assert events == [{"why": "tick"}] * 5


def test_after_an_idle_run_ticks_are_left_out_until_something_changes(
    stage: Stage,
) -> None:
    """
    Thinned to one a day; a change in what the run looked at brings the next tick.
    """
    scheduled(stage, look)
    stage.table()
    stage.account.run_until(START + 3 * DAY)
    assert times(stage) == [1, 25, 49]

    stage.put()
    stage.account.run_until(START + 3 * DAY + HOUR // 2)
    boto3.client("s3").put_object(Bucket="landing", Key="x", Body=b"")
    stage.account.run_until(START + 4 * DAY + 2 * HOUR)
    assert times(stage)[3:] == [73, 97]


def test_when_no_age_is_left_to_wait_for_nothing_fires_until_a_change(
    stage: Stage,
) -> None:
    """
    Sixty days of stillness are longer than anything that the transform waits for.
    """
    scheduled(stage, look)
    stage.account.run_until(START + 200 * DAY)
    assert len(times(stage)) == 61
    assert stage.account.next_event_at() is None
    boto3.client("s3").put_object(Bucket="landing", Key="x", Body=b"")
    stage.account.run_until(START + 200 * DAY + HOUR)
    assert len(times(stage)) == 62


def test_nothing_that_waits_for_an_age_is_found_a_day_late(stage: Stage) -> None:
    """
    An object that becomes a day old is seen within the hour that follows.
    """

    def close_batch(_event: object, context: Any) -> None:  # noqa: ANN401 - Lambda's own
        client = boto3.client("s3")
        for entry in client.list_objects_v2(Bucket="landing").get("Contents", []):
            age = stage.account.clock.now() - entry["LastModified"].timestamp()
            if age >= DAY:
                client.delete_object(Bucket="landing", Key=entry["Key"])
                closed.append(stage.account.clock.now())
        del context

    closed: list[int] = []
    scheduled(stage, close_batch)
    stage.account.run_until(START + 10 * DAY + 100)
    boto3.client("s3").put_object(Bucket="landing", Key="x", Body=b"")
    stage.account.run_until(START + 13 * DAY)
    (at,) = closed
    assert DAY <= at - (START + 10 * DAY + 100) < DAY + HOUR


def test_a_run_that_asks_how_a_table_is_set_up_sleeps_on_while_items_are_written(
    stage: Stage,
) -> None:
    """
    A change of the table itself wakes it, as one of the mapping does.
    """
    mapping = stage.stream_to(stage.router())

    def look_at_setup(_event: object, _context: object) -> None:
        boto3.client("dynamodb").describe_time_to_live(TableName="items")
        boto3.client("lambda").get_event_source_mapping(UUID=mapping)

    scheduled(stage, look_at_setup)
    stage.account.run_until(START + 2 * HOUR)
    for hour in (3, 4, 5):
        stage.put(at=str(hour))
        stage.account.run_until(START + hour * HOUR)
    assert len(times(stage)) == 1

    boto3.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    stage.account.run_until(START + 7 * HOUR)
    assert len(times(stage)) == 2

    boto3.client("dynamodb").update_time_to_live(
        TableName="items",
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expiry"},
    )
    stage.account.run_until(START + 9 * HOUR)
    assert len(times(stage)) == 3


@pytest.mark.parametrize("pace", [Pace(idle_schedule_seconds=0)])
def test_no_tick_is_left_out_when_the_pace_says_so(stage: Stage) -> None:
    """
    The setting is explicit: 0 fires them all.
    """
    scheduled(stage, look)
    stage.account.run_until(START + DAY)
    assert times(stage) == list(range(1, 25))


@pytest.mark.parametrize(
    ("settings", "tries"),
    [({}, [0, 60, 180]), ({"MaximumRetryAttempts": 0}, [0])],
)
def test_a_failed_run_is_retried_as_its_function_says(
    stage: Stage, settings: dict[str, Any], tries: list[int]
) -> None:
    """
    Twice by default, after one and two more minutes; then the destination.
    """

    def handler(_event: object, _context: object) -> None:
        raise RuntimeError

    scheduled(stage, handler)
    boto3.client("s3").create_bucket(Bucket="failures")
    boto3.client("lambda").put_function_event_invoke_config(
        FunctionName="transform",
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
        **settings,
    )
    stage.account.run_until(START + HOUR + 300)
    ran = [event.at - START - HOUR for event in stage.seen(Invoked)]
    assert ran == tries
    (discarded,) = stage.seen(BatchDiscarded)
    assert stage.keys("failures") == [discarded.key]
    body = boto3.client("s3").get_object(Bucket="failures", Key=discarded.key)["Body"]
    assert json.loads(body.read())["requestContext"]["condition"] == "RetriesExhausted"


def test_the_account_is_quiet_only_when_scheduled_work_had_time_to_show(
    stage: Stage,
) -> None:
    """
    An idle run soon after a change proves nothing: a batch may be too young.
    """
    scheduled(stage, look)
    stage.account.run_until(START + 2 * HOUR)
    assert stage.account.next_change_at() is None
    assert not stage.account.quiet()
    stage.account.run_until(START + 3 * DAY)
    assert stage.account.quiet()

"""
What rings and what does not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.infra.planned import Planned
from tests.infra.watch.cloudwatch import exists, rings
from tests.infra.watch.conftest import alarms_of
from transforms.report import FINDINGS

Alarms = Mapping[str, Mapping[str, Any]]

HOUR = 3600
INGEST = {"dead_letters", "queue_age", "ingest_errors", "ingest_throttles"}

# What an operator has to hear of, and the alarms that say it.
ASKED = {
    "iterator age over an hour": {"iterator_age"},
    "something in on-failure": {"on_failure"},
    "TTL record without image": {"stray_lines"},
    "quarantine above 0": {"quarantine"},
    "Firehose freshness over an hour": {"delivery_freshness"},
    "Firehose throttled": {"delivery_throttled"},
    "DLQ above 0": {"dead_letters"},
    "oldest landed object older than batch_hours + 3 h": {"landed_age"},
    "no heartbeat": {"transform_heartbeat"},
    "an intent tried twice": {"intent_attempts"},
    "function errors": {"ingest_errors", "router_errors", "transform_errors"},
    "throttles": {"ingest_throttles", "router_throttles", "transform_throttles"},
    "TTL or mapping disabled": {"ttl_disabled", "mapping_disabled"},
}

# What happens, in one value a period, and whether somebody is woken.
STORIES: list[tuple[str, Sequence[float | None], bool]] = [
    ("iterator_age", [59_000, 3_600_000, 120_000], False),
    ("iterator_age", [59_000, 3_600_001], True),
    ("iterator_age", [3_700_000, 50_000], False),
    ("iterator_age", [None, None], False),
    ("on_failure", [None, 0], False),
    ("on_failure", [None, 1], True),
    ("destination_failures", [1], True),
    ("stray_lines", [0, 0], False),
    ("stray_lines", [0, 1], True),
    # A hiccup of a sender that tries again is nothing; what comes back is.
    ("router_errors", [1, 4, None, None, None], False),
    ("router_errors", [1, None, None, 1, None, None, 1], True),
    ("router_errors", [1, *[None] * 10, 1, 1], False),
    ("router_throttles", [3, 3, 3], True),
    ("ingest_errors", [1, 1], False),
    ("ingest_errors", [1, None, None, 1, None, 1], True),
    ("ingest_throttles", [9, 9, 9], True),
    ("delivery_throttled", [50], False),
    ("delivery_throttled", [50, 50, 50], True),
    ("delivery_freshness", [900, 3600], False),
    ("delivery_freshness", [900, 3601], True),
    # Nothing is held: nothing is sent.
    ("delivery_freshness", [None, None], False),
    ("dead_letters", [0, 0], False),
    ("dead_letters", [0, 1], True),
    # A bad message reaches the dead-letter queue after 5 x 780 seconds.
    ("queue_age", [5 * 780], False),
    ("queue_age", [2 * HOUR + 1], True),
    # A batch of 24 hours that a run closes in the hour that follows.
    ("landed_age", [23 * HOUR, 24 * HOUR, 25 * HOUR, 0], False),
    ("landed_age", [26 * HOUR, 27 * HOUR], False),
    ("landed_age", [27 * HOUR + 1], True),
    # What a run saw stays so until a run sees otherwise.
    ("landed_age", [28 * HOUR, None, None], True),
    ("landed_age", [28 * HOUR, None, 1], False),
    ("transform_heartbeat", [1, 1, 1, 1], False),
    ("transform_heartbeat", [1, None, 0, 1, 1], False),
    ("transform_heartbeat", [1, None, None, None], True),
    ("transform_heartbeat", [1, 0, 0, 0], True),
    ("transform_heartbeat", [None, None, None], True),
    ("intent_attempts", [0, 1, 1], False),
    ("intent_attempts", [1, 2], True),
    ("quarantine", [0, 1], True),
    ("damage", [0, 1], True),
    ("identity_conflicts", [0, 1], True),
    ("transform_errors", [0, 1], True),
    ("transform_throttles", [1, None, None], False),
    ("transform_throttles", [1, None, 1], True),
    ("ttl_disabled", [0, 1], True),
    ("ttl_disabled", [0, 1, None], True),
    ("ttl_disabled", [0, 1, 0], False),
    ("mapping_disabled", [1], True),
    ("mapping_disabled", [1, None, None, None], True),
    ("stream_changed", [1], True),
    ("mapping_failing", [0, 1, 0], False),
    ("mapping_failing", [0, 1, 1], True),
]


@pytest.mark.parametrize("asked", ASKED)
def test_every_alarm_that_was_asked_for_is_there(alarms: Alarms, asked: str) -> None:
    """
    Some as one for each function.
    """
    assert ASKED[asked] <= set(alarms)


@pytest.mark.parametrize(("key", "values", "expected"), STORIES)
def test_an_alarm_rings_when_somebody_must_act_and_only_then(
    alarms: Alarms, key: str, values: Sequence[float | None], *, expected: bool
) -> None:
    """
    Threshold, comparison, periods and missing data together.
    """
    assert rings(alarms[key], values) is expected


def test_every_alarm_has_a_story_in_which_it_rings(alarms: Alarms) -> None:
    """
    Or nobody would notice one that cannot.
    """
    assert {key for key, _, rang in STORIES if rang} == set(alarms)


def test_every_alarm_looks_at_a_metric_that_somebody_sends(alarms: Alarms) -> None:
    """
    With exactly its dimensions, or it looks at nothing for ever.
    """
    unknown = {
        key: alarm
        for key, alarm in alarms.items()
        if not exists(alarm["namespace"], alarm["metric_name"], alarm["dimensions"])
    }
    assert unknown == {}


def test_every_dimension_names_this_deployment(
    alarms: Alarms, planned: Planned
) -> None:
    """
    Two deployments in one account never ring for each other.
    """
    own = {
        *(f"firn-{hop}" for hop in ("ingest", "router", "transform")),
        "firn-messages",
        "firn-dead-letters",
        "firn-expiries",
        planned["aws_lambda_event_source_mapping.router"]["uuid"],
    }
    for key, alarm in alarms.items():
        values = {v for k, v in alarm["dimensions"].items() if k != "service"}
        assert values <= own, key
        assert alarm["alarm_name"] == f"firn-{key.replace('_', '-')}"


def test_a_function_counts_for_itself(alarms: Alarms) -> None:
    """
    An alarm that is called after a hop looks at that hop.
    """
    for key, alarm in alarms.items():
        hop, _, what = key.partition("_")
        if what in {"errors", "throttles", "heartbeat"}:
            assert f"firn-{hop}" in alarm["dimensions"].values(), key


def test_what_happens_is_summed_and_what_is_so_is_taken_at_its_worst(
    alarms: Alarms,
) -> None:
    """
    An average over the shards hides the one that stands still.
    """
    states = {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "DeliveryToS3.DataFreshness",
        "IntentAttempts",
        "IteratorAge",
        "OldestLandedAge",
        *FINDINGS.values(),
    }
    for key, alarm in alarms.items():
        is_state = alarm["metric_name"] in states
        assert alarm["statistic"] == ("Maximum" if is_state else "Sum"), key


def test_what_comes_by_the_hour_is_looked_at_by_the_hour(alarms: Alarms) -> None:
    """
    The transform runs hourly; a shorter period would mostly see nothing.
    """
    for key, alarm in alarms.items():
        is_hourly = "firn-transform" in alarm["dimensions"].values()
        assert alarm["period"] == (HOUR if is_hourly else 300), key


@pytest.mark.parametrize("metric", FINDINGS.values())
def test_everything_that_a_run_can_find_rings(alarms: Alarms, metric: str) -> None:
    """
    A finding without an alarm would be found and told to nobody.
    """
    assert metric in {alarm["metric_name"] for alarm in alarms.values()}


def test_the_age_of_what_has_landed_follows_from_batch_hours(
    alarms: Alarms, attached: Planned
) -> None:
    """
    Three hours more than the batch may wait.
    """
    assert alarms["landed_age"]["threshold"] == (24 + 3) * HOUR
    assert alarms_of(attached)["landed_age"]["threshold"] == (6 + 3) * HOUR


def test_ingest_is_watched_only_where_it_is(alarms: Alarms, attached: Planned) -> None:
    """
    A table of the user's own has no queue of ours.
    """
    assert set(alarms) - set(alarms_of(attached)) == INGEST


def test_whoever_is_called_hears_when_it_is_over(
    alarms: Alarms, planned: Planned
) -> None:
    """
    All alarms speak to the one topic, in both directions.
    """
    topic = planned["aws_sns_topic.alarms"]["arn"]
    for key, alarm in alarms.items():
        assert alarm["alarm_actions"] == alarm["ok_actions"] == [topic], key
        assert alarm.get("insufficient_data_actions") in (None, []), key
        assert alarm.get("actions_enabled") is not False, key


def test_every_address_gets_its_subscription(attached: Planned) -> None:
    """
    By mail, to the topic.
    """
    subscriptions = attached.of("aws_sns_topic_subscription").values()
    assert {(it["protocol"], it["endpoint"]) for it in subscriptions} == {
        ("email", "oncall@example.com"),
        ("email", "boss@example.com"),
    }


def test_the_mapping_counts_what_an_alarm_looks_at(planned: Planned) -> None:
    """
    Without the group EventCount Lambda sends none of these metrics.
    """
    (metrics,) = planned["aws_lambda_event_source_mapping.router"]["metrics_config"]
    assert metrics["metrics"] == ["EventCount"]


def test_no_alarm_asks_for_more_than_cloudwatch_takes(alarms: Alarms) -> None:
    """
    PutMetricAlarm: a day of periods, seven where they are hours; its texts.
    """
    for key, alarm in alarms.items():
        days = 7 if alarm["period"] >= HOUR else 1
        assert alarm["evaluation_periods"] * alarm["period"] <= days * 86_400, key
        assert alarm["datapoints_to_alarm"] <= alarm["evaluation_periods"], key
        assert alarm["period"] % 60 == 0, key
        assert len(alarm["alarm_description"]) <= 1024, key

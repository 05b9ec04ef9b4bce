"""
The alarms of the plan, over what the hops really sent while something went wrong.

The hops run on the emulator for half a day; their metrics are put into periods
as CloudWatch does, and each alarm of ours is asked whether it rang.
"""

import base64
import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from local_aws.account import Account, Pace
from local_aws.deploy import Deployed, Deployment, deploy
from local_aws.events import Event, Invoked
from local_aws.faults import NO_FAULTS, Fault, Faults, Kind
from tests.infra.watch.cloudwatch import NAMESPACES, rings

START = 1_614_556_800
HOUR = 3600
HOURS = 12
REGION = "us-east-1"

Alarms = Mapping[str, Mapping[str, Any]]
Samples = Mapping[tuple[str, str, str], list[tuple[int, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """
    What goes wrong, and who is woken. `happens` comes after the third hour.
    """

    rings: frozenset[str]
    happens: Callable[[Deployed], object] = lambda _: None
    faults: Faults = NO_FAULTS


def switch_mapping_off(deployed: Deployed) -> None:
    """
    Somebody disables the router's mapping.
    """
    client = boto3.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=deployed.router)[
        "EventSourceMappings"
    ]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def switch_time_to_live_off(deployed: Deployed) -> None:
    """
    Somebody disables the table's time to live.
    """
    boto3.client("dynamodb").update_time_to_live(
        TableName=deployed.table,
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expiredAt"},
    )


def hide_old_images(deployed: Deployed) -> None:
    """
    The stream shows keys only, as if it had been made so.
    """
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[deployed.table]
    table.stream_specification["StreamViewType"] = "KEYS_ONLY"
    # moto was not asked, so nothing tells the emulator: a tag is a change.
    boto3.client("dynamodb").tag_resource(
        ResourceArn=table.table_arn, Tags=[{"Key": "seen", "Value": "yes"}]
    )


def take_the_schedule_away(deployed: Deployed) -> None:
    """
    Nobody wakes the transform any more.
    """
    boto3.client("scheduler").delete_schedule(Name=deployed.schedule)


def land_rubbish(deployed: Deployed) -> None:
    """
    Somebody writes into the landing bucket.
    """
    boto3.client("s3").put_object(
        Bucket=deployed.landing_bucket,
        Key="landing/2021/03/01/03/rubbish.jsonl.gz",
        Body=b"no frame at all",
    )


def take_the_catalogue_away(deployed: Deployed) -> None:
    """
    Each run of the transform fails from now on.
    """
    boto3.client("glue").delete_table(
        DatabaseName=deployed.glue_database, Name="archive"
    )


MISHAPS = {
    "nothing": Mishap(rings=frozenset()),
    "the mapping is switched off": Mishap(
        happens=switch_mapping_off, rings=frozenset({"mapping_disabled"})
    ),
    "time to live is switched off": Mishap(
        happens=switch_time_to_live_off, rings=frozenset({"ttl_disabled"})
    ),
    "the stream shows no old images": Mishap(
        happens=hide_old_images,
        rings=frozenset({"stream_changed", "stray_lines", "quarantine"}),
    ),
    "the schedule is gone": Mishap(
        happens=take_the_schedule_away, rings=frozenset({"transform_heartbeat"})
    ),
    "something else lands": Mishap(happens=land_rubbish, rings=frozenset({"damage"})),
    "no run ends well": Mishap(
        happens=take_the_catalogue_away, rings=frozenset({"transform_heartbeat"})
    ),
    "a run dies": Mishap(
        faults=Faults(
            calls=(
                Fault(
                    kind=Kind.KILLED_AFTER,
                    service="s3",
                    operation="PutObject",
                    function="firn-transform",
                    calls=frozenset({2}),
                ),
            )
        ),
        rings=frozenset({"intent_attempts"}),
    ),
    "Firehose refuses now and then": Mishap(
        faults=Faults(refuse=0.3, redeliver=0.3), rings=frozenset()
    ),
}


@pytest.mark.parametrize("name", MISHAPS)
def test_what_goes_wrong_wakes_whom_it_should_and_nobody_else(
    alarms: Alarms, name: str
) -> None:
    """
    Of the alarms on Firn's own metrics exactly these ring within half a day.
    """
    samples = lived_through(MISHAPS[name])
    rang = {
        key
        for key, alarm in alarms.items()
        if alarm["namespace"] in NAMESPACES and has_rung(alarm, samples)
    }
    assert rang == MISHAPS[name].rings


def lived_through(mishap: Mishap) -> Samples:
    """
    The metrics of half a day: service, function and name, with times and values.
    """
    samples: dict[tuple[str, str, str], list[tuple[int, float]]] = defaultdict(list)

    def hear(event: Event) -> None:
        if not isinstance(event, Invoked):
            return
        for line in event.log:
            for declared in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                for metric in declared["Metrics"]:
                    which = (line["service"], line["function_name"], metric["Name"])
                    samples[which] += [(event.at, v) for v in line[metric["Name"]]]

    # Each tick, as AWS does; the emulator would leave idle ones out.
    pace = Pace(idle_schedule_seconds=0)
    with Account(start_at=START, faults=mishap.faults, pace=pace) as account:
        deployed = deploy(Deployment(retention_days=1, batch_hours=1))
        account.observe(hear)
        for hour in range(HOURS):
            if hour == HOURS // 4:
                mishap.happens(deployed)
            account.send(deployed.queue_url, reading(account.clock.now()))
            account.run_until(START + (hour + 1) * HOUR)
    return samples


def reading(now: int) -> str:
    """
    A message whose item expires in half an hour.
    """
    created_at = (now - 86_400 + HOUR // 2) * 1000
    message = {
        "topic": "BH/SENSOR/DAT",
        "client_id": "gateway",
        "data": {"createdAt": created_at, "Temperature": 21.5},
    }
    return base64.b64encode(json.dumps(message).encode()).decode()


def has_rung(alarm: Mapping[str, Any], samples: Samples) -> bool:
    """
    Whether an alarm was in the state ALARM after any of its periods.
    """
    which = (
        alarm["dimensions"]["service"],
        alarm["dimensions"]["function_name"],
        alarm["metric_name"],
    )
    period = alarm["period"]
    by_period: dict[int, list[float]] = defaultdict(list)
    for at, value in samples.get(which, ()):
        # A run at the full hour is the hour's that it ends.
        by_period[math.ceil((at - START) / period)].append(value)
    statistic = {"Sum": sum, "Maximum": max}[alarm["statistic"]]
    values = [
        statistic(by_period[number]) if number in by_period else None
        for number in range(1, HOURS * HOUR // period + 1)
    ]
    return any(rings(alarm, values[:end]) for end in range(1, len(values) + 1))

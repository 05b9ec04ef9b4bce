"""
What can go wrong in a deployment, and the section that it must lead to.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass

import boto3

from archive.contract import Contract
from archive.document import EntryKind
from archive.intent import Intent, Treatment, encode_intent
from archive.keys import entry_key, intent_key
from local_aws.account import Account
from local_aws.deployment import Deployed
from ops.ledger import Head
from ops.verified import Verified, VerifyMode, write_verified

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Scene:
    """
    Where something may go wrong.
    """

    account: Account
    deployed: Deployed


def dead_letter(scene: Scene) -> None:
    """
    A message that is none, until ingest gave it up.
    """
    scene.account.send(scene.deployed.queue_url, "no message")
    scene.account.run_until(scene.account.clock.now() + 3 * HOUR)


def time_to_live_off(scene: Scene) -> None:
    """
    Somebody switched it off.
    """
    boto3.client("dynamodb").update_time_to_live(
        TableName=scene.deployed.table,
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expiredAt"},
    )


def router_off(scene: Scene) -> None:
    """
    Somebody switched its mapping off.
    """
    mapping_off(scene.deployed.router)


def ingest_off(scene: Scene) -> None:
    """
    Somebody switched its mapping off.
    """
    mapping_off(scene.deployed.ingest)


def schedule_gone(scene: Scene) -> None:
    """
    Somebody deleted it.
    """
    boto3.client("scheduler").delete_schedule(Name=scene.deployed.schedule)


def landed_long_ago(scene: Scene) -> None:
    """
    No run of the transform ends well any more, and all else goes on.
    """
    boto3.client("lambda").update_function_configuration(
        FunctionName=scene.deployed.transform, Environment={"Variables": {}}
    )
    scene.account.run_until(scene.account.clock.now() + 5 * DAY)


def records_given_up(scene: Scene) -> None:
    """
    As the mapping saves them.
    """
    mapping = facts(scene.deployed)["router_mapping"]
    boto3.client("s3").put_object(
        Bucket=scene.deployed.failures_bucket,
        Key=f"aws/lambda/{mapping}/shard/2025/01/07/x",
        Body=b"{}",
    )


def second_try(scene: Scene) -> None:
    """
    A run that took over what another one had begun.
    """
    put_intent(scene.deployed, attempts=2, until=scene.account.clock.now() + 900)


def nobody_takes_over(scene: Scene) -> None:
    """
    A holder that died four hours ago.
    """
    put_intent(scene.deployed, attempts=1, until=scene.account.clock.now() - 4 * HOUR)


def object_deleted(scene: Scene) -> None:
    """
    One of the archive's own.
    """
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket=scene.deployed.archive_bucket, Prefix="items/")
    s3.delete_object(
        Bucket=scene.deployed.archive_bucket, Key=found["Contents"][0]["Key"]
    )


def object_too_many(scene: Scene) -> None:
    """
    Put there by hand.
    """
    boto3.client("s3").put_object(
        Bucket=scene.deployed.archive_bucket,
        Key="items/device=a/date=2025-01-01/00000001-9.parquet",
        Body=b"x",
    )


def entry_altered(scene: Scene) -> None:
    """
    The first one, by a byte.
    """
    s3 = boto3.client("s3")
    where = {"Bucket": scene.deployed.archive_bucket, "Key": entry_key(1)}
    body = s3.get_object(**where)["Body"].read()
    s3.put_object(**where, Body=body.replace(b'"lines":', b'"lines": '))


def chain_cut(scene: Scene) -> None:
    """
    Its last entry is gone; only who verified it before can tell.
    """
    head = Head(7, "0" * 64)
    write_verified(
        boto3.client("ssm"),
        "firn",
        Verified(
            at=scene.account.clock.now(),
            by="auditor",
            mode=VerifyMode.LISTING,
            head=head,
            objects=1,
            findings=0,
        ),
    )


def line_that_is_none(scene: Scene) -> None:
    """
    In quarantine with the next batch.
    """
    land(scene.account, scene.deployed, b"no line\n")


def bytes_that_are_no_frame(scene: Scene) -> None:
    """
    A damaged range of the next batch.
    """
    land(scene.account, scene.deployed, None)


def alarm_rings(_scene: Scene) -> None:
    """
    One that only CloudWatch knows the reason of.
    """
    ring("firn-delivery-freshness")


WRONG: dict[str, tuple[Callable[[Scene], None], str]] = {
    "dead letter": (dead_letter, "dead-letters"),
    "time to live off": (time_to_live_off, "ttl-disabled"),
    "router off": (router_off, "mapping-disabled"),
    "ingest off": (ingest_off, "queue-age"),
    "schedule gone": (schedule_gone, "transform-heartbeat"),
    "landed long ago": (landed_long_ago, "landed-age"),
    "records given up": (records_given_up, "on-failure"),
    "second try": (second_try, "intent-attempts"),
    "nobody takes over": (nobody_takes_over, "transform-errors"),
    "object deleted": (object_deleted, "damaged"),
    "object too many": (object_too_many, "unexplained"),
    "entry altered": (entry_altered, "damaged"),
    "chain cut": (chain_cut, "damaged"),
    "no line": (line_that_is_none, "quarantine"),
    "no frame": (bytes_that_are_no_frame, "damage"),
    "alarm": (alarm_rings, "delivery-freshness"),
}


def ring(alarm: str) -> None:
    """
    Make an alarm that rings.
    """
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="m",
        Namespace="Firn",
        Period=300,
        Statistic="Sum",
        Threshold=0,
    )
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="x")


def mapping_off(function: str) -> None:
    """
    Switch a function's mapping off.
    """
    client = boto3.client("lambda")
    found = client.list_event_source_mappings(FunctionName=function)
    (mapping,) = found["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def land(account: Account, deployed: Deployed, line: bytes | None) -> None:
    """
    Land an object of one line in a frame, or of no frame, and let two days pass.
    """
    now = account.clock.now()
    boto3.client("s3").put_object(
        Bucket=deployed.landing_bucket,
        Key=f"landing/2025/01/07/10/by-hand-{now}.jsonl.gz",
        Body=b"no frame" if line is None else gzip.compress(line, mtime=0),
    )
    account.run_until(now + 46 * HOUR)


def put_intent(deployed: Deployed, *, attempts: int, until: int) -> None:
    """
    Open the next entry, as a run does.
    """
    s3 = boto3.client("s3")
    entries = s3.list_objects_v2(
        Bucket=deployed.archive_bucket, Prefix="ledger/entries/"
    )
    n = entries["KeyCount"] + 1
    intent = Intent(
        n=n,
        kind=EntryKind.BATCH,
        inputs=(),
        treatment=Treatment.CONVERT,
        opened_at=until - 900,
        contract=Contract(),
        writer={},
        holder="a run",
        attempts=attempts,
        until=until,
    )
    s3.put_object(
        Bucket=deployed.archive_bucket, Key=intent_key(n), Body=encode_intent(intent)
    )


def facts(deployed: Deployed) -> dict[str, object]:
    """
    The deployment's parameter.
    """
    found = boto3.client("ssm").get_parameter(Name=deployed.parameter)
    document: dict[str, object] = json.loads(found["Parameter"]["Value"])
    return document


def change_facts(deployed: Deployed, **changed: object) -> None:
    """
    Write it anew.
    """
    boto3.client("ssm").put_parameter(
        Name=deployed.parameter,
        Type="String",
        Value=json.dumps({**facts(deployed), **changed}),
        Overwrite=True,
    )

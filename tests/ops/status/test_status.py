import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass

import boto3
import pytest

from archive.contract import Contract
from archive.document import EntryKind
from archive.intent import Intent, Treatment, encode_intent
from archive.keys import entry_key, intent_key
from local_aws.account import Account
from local_aws.deployment import Deployed
from ops.connection import Place, connect
from ops.ledger import Head
from ops.output import Output
from ops.status.document import document
from ops.status.judge import exit_code, judge
from ops.status.look import look
from ops.verified import Verified, VerifyMode, write_verified
from tests.ops.conftest import START, Commands

DAY = 86_400
HOUR = 3600
DEVICES = ("a", "b")

# Messages were sent on six days, and those of the first three have expired.
STANDS_AT = START + 6 * DAY + 10 * HOUR


@dataclass(frozen=True, slots=True)
class Scene:
    """
    Where something may go wrong.
    """

    account: Account
    deployed: Deployed


@pytest.fixture
def archive(account: Account, deployed: Deployed) -> Deployed:
    """
    A deployment at work for six days and a half.
    """
    for day in range(6):
        send(account, deployed, day)
        account.run_until(START + (day + 1) * DAY)
    account.run_until(STANDS_AT)
    return deployed


def send(account: Account, deployed: Deployed, day: int) -> None:
    """
    One message of each device, at the beginning of a day.
    """
    for device in DEVICES:
        message = {
            "topic": f"{device}/SENSOR/DAT",
            "client_id": device,
            "timestamp": START + day * DAY,
            "data": {"temp": 21.5},
        }
        account.send(deployed.queue_url, json.dumps(message))


@pytest.mark.usefixtures("firn")
def test_a_pipeline_at_work_needs_nobody_at_any_hour_of_a_week(
    account: Account, deployed: Deployed
) -> None:
    """
    Through arrivals, expiries, landed objects and entries.

    The command's own parts, but one connection: its clients take most of the time.
    """
    connection = connect(Place(deployment="firn"))
    terminal = Output(json=True).terminal
    entries, landed = set(), set()
    for hour in range(8 * 24):
        if hour % 24 == 0:
            send(account, deployed, hour // 24)
        account.run_until(START + hour * HOUR + 1)
        seen = look(connection, terminal, lists_items=True)
        concerns = judge(seen)
        assert (exit_code(seen, concerns), concerns) == (0, []), hour
        document_ = document(seen, concerns)
        entries.add(document_["archive"]["entries"])
        landed.add(document_["landing"]["objects"])

    # It was no idle week.
    assert {0, 1, 2} <= entries
    assert {0, 1} <= landed


@pytest.mark.usefixtures("archive")
def test_the_page_fits_one_screen(firn: Commands) -> None:
    """
    80 columns, and 24 lines while all is well.
    """
    lines = firn("status").stdout.splitlines()

    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24
    assert lines[0].startswith("firn in us-east-1, 2025-01-07 10:00 UTC")
    assert lines[-1] == "  nothing to act on"


@pytest.mark.usefixtures("archive")
def test_the_numbers_are_those_of_the_deployment(firn: Commands) -> None:
    """
    Three days of two devices have expired; two entries hold them, one day waits.
    """
    document = firn("status", "--json").document
    archive, items = document["archive"], document["items"]

    assert archive["rows"] == archive["objects"] == archive["partitions"]
    assert archive["objects"] == sum(it["objects"] for it in items["classes"].values())
    assert archive["rows"] == sum(it["rows"] for it in items["classes"].values())
    assert archive["bytes"] == sum(it["bytes"] for it in items["classes"].values())
    assert items["warmth"] == {"warm": archive["objects"]}
    assert (items["missing"], items["unnamed"], items["being_made"]) == (0, 0, 0)
    assert document["last_entry"]["n"] == archive["entries"]
    assert document["schedule"]["due_at"] == STANDS_AT + HOUR
    assert document["unseen"] == {}
    assert document["at"] == STANDS_AT


@pytest.mark.usefixtures("archive")
def test_an_archive_in_glacier_is_told_with_what_it_is_billed(
    account: Account, firn: Commands
) -> None:
    """
    40 KB on top of each object, and all of it cold.
    """
    account.run_until(STANDS_AT + 60 * DAY)
    glacier = firn("status", "--json").document["items"]

    assert set(glacier["classes"]) == {"GLACIER"}
    objects = glacier["classes"]["GLACIER"]["objects"]
    assert glacier["classes"]["GLACIER"]["overhead_bytes"] == 40 * 1024 * objects
    assert glacier["warmth"] == {"cold": objects}
    assert "overhead" in firn("status").stdout


@pytest.mark.usefixtures("archive")
def test_quick_lists_no_items(firn: Commands) -> None:
    """
    The ledger's own numbers stay.
    """
    ran = firn("status", "--quick", "--json")

    assert ran.exit_code == 0
    assert ran.document["items"] is None
    assert ran.document["archive"]["objects"] > 0
    assert "--quick" in ran.stderr


@pytest.mark.usefixtures("deployed")
def test_a_new_deployment_has_nothing_to_act_on(firn: Commands) -> None:
    """
    No entry, nothing landed, never verified.
    """
    ran = firn("status")

    assert ran.exit_code == 0
    assert "the archive has none yet" in ran.stdout
    assert "nothing waits" in ran.stdout


def test_a_table_of_ones_own_has_no_queue(deployed: Deployed, firn: Commands) -> None:
    """
    No line, no key, no crash.
    """
    change_facts(
        deployed, queue_url=None, dead_letter_url=None, ingest=None, ingest_mapping=None
    )
    ran = firn("status", "--json")

    assert ran.exit_code == 0
    assert ran.document["queues"] is None
    assert ran.document["unseen"] == {}
    assert "queue " not in ran.stderr


def dead_letter(scene: Scene) -> None:
    """
    A message that is none, until ingest gave it up.
    """
    scene.account.send(scene.deployed.queue_url, "no message")
    scene.account.run_until(STANDS_AT + 3 * HOUR)


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
    scene.account.run_until(STANDS_AT + 5 * DAY)


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
            month=None,
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


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_told_with_its_section(
    account: Account, archive: Deployed, firn: Commands, name: str
) -> None:
    """
    Exit 1, one reason, on the page and in the JSON.
    """
    happen, section = WRONG[name]
    happen(Scene(account, archive))
    ran = firn("status", "--json")

    anchors = [it["anchor"] for it in ran.document["concerns"]]
    assert (ran.exit_code, anchors) == (1, [f"docs/RUNBOOK.md#{section}"])
    assert "1 thing to act on" in ran.stderr
    assert f"docs/RUNBOOK.md#{section}" in ran.stderr
    assert max(map(len, ran.stderr.splitlines())) <= 80


@pytest.mark.usefixtures("archive")
def test_an_alarm_of_a_longer_name_is_not_ours(firn: Commands) -> None:
    """
    firn-plant-landed-age is the deployment firn-plant's.
    """
    ring("firn-plant-landed-age")

    assert firn("status").exit_code == 0


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

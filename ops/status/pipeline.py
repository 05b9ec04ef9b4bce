"""
Everything before the archive, as AWS describes it.

Rule 1: one function per part; each asks as little as it can.
Rule 2: whether the source is right is decided by the transform's own file
(transforms/watch.py), which the alarms follow too.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ops.connection import Connection
from ops.objects import BucketObjects
from ops.status.seen import (
    Failures,
    Landing,
    Metrics,
    Pile,
    Queues,
    Schedule,
    Source,
)
from transforms.router_mapping import LambdaRouterMapping
from transforms.s3_landing import LANDING
from transforms.source_table import DynamoDBSourceTable
from transforms.watch import judge

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

# Lambda: "Retaining discarded records"; the first for a mapping, by its UUID, the
# second for asynchronous calls.
BATCHES = "aws/lambda/{mapping}/"
CALLS = "aws/lambda/async/"

HOUR_SECONDS = 3600
PERIOD_SECONDS = 300

# Longer than the heartbeat may be silent.
LATELY_SECONDS = 6 * HOUR_SECONDS


def look_at_queues(connection: Connection, queue: str, dead_letters: str) -> Queues:
    """
    The queue, its mapping, and the dead letters.
    """
    sqs: SQSClient = connection.client("sqs")
    waiting, in_flight = _depth(sqs, queue)
    dead, dead_in_flight = _depth(sqs, dead_letters)
    return Queues(
        waiting=waiting,
        in_flight=in_flight,
        # One that somebody is reading is a dead letter still.
        dead_letters=dead + dead_in_flight,
        mapping=_mapping_state(connection, connection.deployment.ingest_mapping),
    )


def look_at_metrics(connection: Connection, now: int) -> Metrics:
    """
    The age of the queue's oldest message, and the last run that ended well.
    """
    facts = connection.deployment
    queries = [
        _metric(
            "run",
            ("Firn", "TransformHeartbeat", "Sum"),
            {"service": "transforms", "function_name": facts.transform},
        )
    ]
    if facts.queue_url is not None:
        queries.append(
            _metric(
                "age",
                ("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum"),
                {"QueueName": facts.queue_url.rsplit("/", 1)[-1]},
            )
        )
    answer = connection.client("cloudwatch").get_metric_data(
        MetricDataQueries=queries,
        StartTime=datetime.fromtimestamp(now - LATELY_SECONDS, UTC),
        EndTime=datetime.fromtimestamp(now, UTC),
        ScanBy="TimestampDescending",
    )
    found = {each["Id"]: each for each in answer["MetricDataResults"]}
    run, age = found["run"], found.get("age", {})
    runs = [
        at
        for at, value in zip(run["Timestamps"], run["Values"], strict=True)
        if value > 0
    ]
    return Metrics(
        queue_age_seconds=int(age["Values"][0]) if age.get("Values") else None,
        run_at=int(runs[0].timestamp()) if runs else None,
    )


def look_at_source(connection: Connection) -> Source:
    """
    The table, its stream, and the mapping that reads it.
    """
    facts = connection.deployment
    table = DynamoDBSourceTable(connection.client("dynamodb"), facts.table).look()
    mapping = LambdaRouterMapping(
        connection.client("lambda"), facts.router_mapping
    ).look()
    return Source(
        findings=judge(table, mapping, facts.source.ttl_attribute),
        ttl_status=table.ttl_status if table else "no table",
        ttl_attribute=table.ttl_attribute if table else "",
        mapping=mapping.state if mapping else "gone",
        last_result=mapping.last_result if mapping else "",
    )


def look_at_failures(connection: Connection) -> Failures:
    """
    What was given up and saved.
    """
    facts = connection.deployment
    bucket = BucketObjects(connection.client("s3"), facts.failures_bucket)
    return Failures(
        batches=pile_under(bucket, BATCHES.format(mapping=facts.router_mapping)),
        calls=pile_under(bucket, CALLS),
    )


def look_at_landing(connection: Connection) -> Landing:
    """
    What has landed and waits for its batch.
    """
    bucket = BucketObjects(
        connection.client("s3"), connection.deployment.landing_bucket
    )
    objects = total = 0
    oldest_at: int | None = None
    for stored in bucket.listed(LANDING):
        objects += 1
        total += stored.bytes
        landed_at = stored.modified_at
        oldest_at = landed_at if oldest_at is None else min(oldest_at, landed_at)
    return Landing(Pile(objects, total), oldest_at)


def look_at_schedule(connection: Connection) -> Schedule | None:
    """
    The schedule; None where there is none.
    """
    client = connection.client("scheduler")
    try:
        found = client.get_schedule(Name=connection.deployment.schedule)
    except client.exceptions.ResourceNotFoundException:
        return None
    return Schedule(
        state=found["State"],
        expression=found["ScheduleExpression"],
        created_at=int(found["CreationDate"].timestamp()),
    )


def pile_under(bucket: BucketObjects, prefix: str) -> Pile:
    """
    How many objects lie under a prefix, and their bytes.
    """
    objects = total = 0
    for stored in bucket.listed(prefix):
        objects += 1
        total += stored.bytes
    return Pile(objects, total)


def _depth(sqs: "SQSClient", url: str) -> tuple[int, int]:
    answer = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )
    found = answer["Attributes"]
    waiting = int(found["ApproximateNumberOfMessages"])
    delayed = int(found["ApproximateNumberOfMessagesDelayed"])
    return waiting + delayed, int(found["ApproximateNumberOfMessagesNotVisible"])


def _mapping_state(connection: Connection, mapping: str | None) -> str | None:
    client = connection.client("lambda")
    try:
        found = client.get_event_source_mapping(UUID=mapping)
    except client.exceptions.ResourceNotFoundException:
        return None
    state: str = found["State"]
    return state


def _metric(
    name: str, metric: tuple[str, str, str], dimensions: dict[str, str]
) -> dict[str, Any]:
    namespace, metric_name, statistic = metric
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric_name,
                "Dimensions": [
                    {"Name": key, "Value": value} for key, value in dimensions.items()
                ],
            },
            "Period": PERIOD_SECONDS,
            "Stat": statistic,
        },
    }

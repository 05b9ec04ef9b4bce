"""
A day of an analyst, of an auditor, of an operator: what their commands ask AWS.

Rule 1: each day is `firn` with that person's key, and what docs/RUNBOOK.md has of
the AWS CLI, on a deployment whose policies are in force (guarded.py).
Rule 2: nothing is asserted here; how each command ended is handed out by a name.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.served import Served
from tests.infra.access.athena import query
from tests.infra.access.commands import Ran
from tests.infra.access.person import Person, keys_under, people
from tests.infra.access.principals import ASTRAY
from tests.infra.terraform import INFRA

HOPS = ("ingest", "router", "transform")

# The queries that the module saves in the workgroup.
NAMED = tuple(sorted(path.stem for path in (INFRA / "queries").glob("*.sql")))

# One that is among the readings whether they are real ones or made ones.
DEVICE = "BH"
# Where an analyst leaves all items, as each engine gave them.
ANSWERS = {"athena": "by-athena.parquet", "duckdb": "by-duckdb.parquet"}

# What came of each command, by what it was there for.
Day = Mapping[str, Ran]


def analysts(person: Person) -> Day:
    """
    Ask too early, restore everything and wait for it, look once more, query.
    """
    everything = ("restore", "--tier", "Bulk", "--days", "2", "--yes", "--json")
    one_device = ("query", "--device", DEVICE, "--json")
    everything_there = ("query", "SELECT * FROM items_distinct")
    duckdb = ("--engine", "duckdb")
    day = {
        "query of what is cold": person.firn(*one_device),
        "query of what is cold, by DuckDB": person.firn(*one_device, *duckdb),
        "restore": person.firn(*everything, "--wait"),
        "restore again": person.firn(*everything),
        "query": person.firn(
            *(*everything_there, "--output", str(person.folder / ANSWERS["athena"]))
        ),
        "query, by DuckDB": person.firn(
            *(*everything_there, "--output", str(person.folder / ANSWERS["duckdb"])),
            *duckdb,
        ),
        "query of one device": person.firn(*one_device),
        "query of one device, by DuckDB": person.firn(*one_device, *duckdb),
        **{
            f"query named {name}": person.firn(
                "query", "--named", name, "--json", *duckdb
            )
            for name in NAMED
        },
    }
    query(person, person.deployment())
    return day


def auditors(person: Person, today: int) -> Day:
    """
    Verify the archive, three times closer, and compare the counts with AWS's own.
    """
    day = {
        "verify": person.firn("verify", "--json"),
        "verify checksums": person.firn("verify", "--checksums", "--json"),
        "verify deep": person.firn("verify", "--deep", "--json"),
        "count": person.firn(*("query", "SELECT count(*) AS n FROM items", "--json")),
        "doubles": person.firn(*("query", "--named", "doubles", "--json")),
    }
    deployment = person.deployment()
    # What was altered is compared with what it was (docs/VERIFYING.md).
    s3, archive = person.client("s3"), deployment["archive_bucket"]
    for version in s3.list_object_versions(Bucket=archive)["Versions"][:1]:
        s3.head_object(
            Bucket=archive, Key=version["Key"], VersionId=version["VersionId"]
        )
    _metrics(
        person,
        today,
        (
            "AWS/DynamoDB",
            "TimeToLiveDeletedItemCount",
            "TableName",
            deployment["table"],
        ),
    )
    query(person, deployment)
    return day


def operators(person: Person, today: int) -> Day:
    """
    Look at everything, then follow the runbook's sections.
    """
    day = {
        "status": person.firn("status", "--json"),
        "status quick": person.firn("status", "--quick", "--json"),
    }
    deployment = person.deployment()
    _see(person, deployment)
    _copy(person, deployment)

    sqs = person.client("sqs")
    for name in ("queue_url", "dead_letter_url"):
        sqs.get_queue_attributes(QueueUrl=deployment[name], AttributeNames=["All"])
    sqs.receive_message(QueueUrl=deployment["dead_letter_url"], MaxNumberOfMessages=10)

    functions = person.client("lambda")
    for name in ("ingest_mapping", "router_mapping"):
        functions.update_event_source_mapping(UUID=deployment[name], Enabled=True)
    # DryRun asks for the same permission, and runs nothing.
    functions.invoke(FunctionName=deployment["transform"], InvocationType="DryRun")

    logs = person.client("logs")
    groups = [f"/aws/lambda/{deployment[hop]}" for hop in HOPS]
    for group in (*groups, f"/aws/kinesisfirehose/{deployment['delivery_stream']}"):
        logs.filter_log_events(logGroupName=group, limit=1)

    cloudwatch = person.client("cloudwatch")
    cloudwatch.describe_alarms(AlarmNamePrefix=deployment["name"])
    cloudwatch.get_dashboard(DashboardName=deployment["dashboard"])
    _metrics(
        person,
        today,
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", deployment["name"]),
    )
    return day


def astray(served: Served, name: str, folder: Path) -> Day:
    """
    What each of them must not do, while all is cold; under keys of their own.
    """
    analyst, auditor, operator = people(served, name, folder, ASTRAY)
    restore = ("restore", "--yes")
    return {
        "analyst verifies": analyst.firn("verify"),
        "analyst looks at the status": analyst.firn("status"),
        "auditor restores": auditor.firn(*restore),
        "operator restores": operator.firn(*restore),
        "operator queries": operator.firn("query", "SELECT * FROM items"),
        "operator verifies": operator.firn("verify", "--checksums"),
    }


def _see(person: Person, deployment: Mapping[str, Any]) -> None:
    functions = person.client("lambda")
    for hop in HOPS:
        functions.get_function_configuration(FunctionName=deployment[hop])
    for name in ("ingest_mapping", "router_mapping"):
        functions.get_event_source_mapping(UUID=deployment[name])
    dynamodb = person.client("dynamodb")
    dynamodb.describe_table(TableName=deployment["table"])
    dynamodb.describe_time_to_live(TableName=deployment["table"])
    person.client("firehose").describe_delivery_stream(
        DeliveryStreamName=deployment["delivery_stream"]
    )
    person.client("scheduler").get_schedule(Name=deployment["schedule"])
    person.client("glue").get_table(
        DatabaseName=deployment["glue_database"], Name=deployment["archive_table"]
    )


def _copy(person: Person, deployment: Mapping[str, Any]) -> None:
    s3 = person.client("s3")
    archive, landing = deployment["archive_bucket"], deployment["landing_bucket"]
    for bucket, prefix in (
        (archive, "ledger/entries/"),
        (archive, "ledger/files/"),
        (archive, "items/"),
        (landing, "landing/"),
        (deployment["failures_bucket"], "aws/lambda/"),
    ):
        keys = keys_under(s3, bucket, prefix)
        for key in keys[:1] if prefix != "items/" else ():
            s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    entry = keys_under(s3, archive, "ledger/entries/")[0]
    body = json.load(s3.get_object(Bucket=archive, Key=entry)["Body"])
    # A month after the entry the landed version is gone.
    for taken in body["inputs"][:1]:
        _missing(s3, landing, taken["key"], VersionId=taken["version"])
    # Nothing is open, in quarantine or failed on a good day.
    for bucket, key in (
        (archive, "open/00000099.json"),
        (archive, "quarantine/00000099.jsonl.gz"),
        (landing, "landing/2026/01/01/00/none.jsonl.gz"),
        (deployment["failures_bucket"], "aws/lambda/none"),
    ):
        _missing(s3, bucket, key)


def _metrics(person: Person, today: int, metric: tuple[str, str, str, str]) -> None:
    namespace, name, dimension, value = metric
    person.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": "asked",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": name,
                        "Dimensions": [{"Name": dimension, "Value": value}],
                    },
                    "Period": 86_400,
                    "Stat": "Sum",
                },
            }
        ],
        StartTime=datetime.fromtimestamp(today - 86_400, tz=UTC),
        EndTime=datetime.fromtimestamp(today, tz=UTC),
    )


def _missing(s3: Any, bucket: str, key: str, **version: str) -> None:  # noqa: ANN401 - a client
    try:
        s3.get_object(Bucket=bucket, Key=key, **version)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchVersion"):
            raise
    else:
        msg = f"{key}: somebody put it there"
        raise AssertionError(msg)

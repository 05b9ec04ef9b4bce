"""
A day of an analyst, of an auditor, of an operator: what their commands ask AWS.

Rule 1: each day is `firn` with that person's key, and what docs/RUNBOOK.md has of
the AWS CLI, on a deployment whose policies are in force (guarded.py).
Rule 2: Athena acts in the name of whoever runs the query. What it does is done
here as calls of that person (Athena: "Identity-based policies", "Access to
Amazon S3 from Athena", "Fine-grained access to databases and tables").
Rule 3: nothing is asserted here; how each command ended is handed out by a name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.served import Served
from tests.infra.access.commands import Ran, firn
from tests.infra.access.principals import ASTRAY, PEOPLE

HOPS = ("ingest", "router", "transform")

# What came of each command, by what it was there for.
Day = Mapping[str, Ran]


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody with a key to a served account, who knows a deployment's name.
    """

    served: Served
    key_id: str
    name: str

    def firn(self, *words: str) -> Ran:
        """
        Run a command on the deployment.
        """
        return firn(self.served, self.key_id, *words, "--deployment", self.name)

    def client(self, service: str) -> Any:  # noqa: ANN401 - one of ten clients
        """
        The person's client of a service.
        """
        return boto3.client(
            service,
            endpoint_url=self.served.endpoint,
            aws_access_key_id=self.key_id,
            aws_secret_access_key="local",  # noqa: S106 - nothing checks it
            config=Config(
                s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}
            ),
        )

    def deployment(self) -> Mapping[str, Any]:
        """
        Where everything of the deployment is.
        """
        found = self.client("ssm").get_parameter(Name=f"/firn/{self.name}")
        deployment: Mapping[str, Any] = json.loads(found["Parameter"]["Value"])
        return deployment


def analysts(person: Person) -> Day:
    """
    Restore everything and wait for it, look once more, query.
    """
    everything = ("restore", "--tier", "Bulk", "--days", "2", "--yes", "--json")
    day = {
        "restore": person.firn(*everything, "--wait"),
        "restore again": person.firn(*everything),
    }
    _query(person, person.deployment())
    return day


def auditors(person: Person, today: int) -> Day:
    """
    Verify the archive, three times closer, and compare the counts with AWS's own.
    """
    day = {
        "verify": person.firn("verify", "--json"),
        "verify checksums": person.firn("verify", "--checksums", "--json"),
        "verify deep": person.firn("verify", "--deep", "--json"),
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
    _query(person, deployment)
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


def astray(served: Served, name: str) -> Day:
    """
    What each of them must not do, while all is cold; under keys of their own.
    """
    analyst, auditor, operator = (
        Person(served, f"{ASTRAY}{who.upper()}", name) for who in PEOPLE
    )
    restore = ("restore", "--yes")
    return {
        "analyst verifies": analyst.firn("verify"),
        "analyst looks at the status": analyst.firn("status"),
        "auditor restores": auditor.firn(*restore),
        "operator restores": operator.firn(*restore),
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
        keys = _keys(s3, bucket, prefix)
        for key in keys[:1] if prefix != "items/" else ():
            s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    entry = _keys(s3, archive, "ledger/entries/")[0]
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


def _query(person: Person, deployment: Mapping[str, Any]) -> None:
    athena, workgroup = person.client("athena"), deployment["athena_workgroup"]
    athena.get_work_group(WorkGroup=workgroup)
    for query in athena.list_named_queries(WorkGroup=workgroup)["NamedQueryIds"][:1]:
        athena.get_named_query(NamedQueryId=query)
    started = athena.start_query_execution(
        QueryString="SELECT count(*) FROM items WHERE device = ?",
        ExecutionParameters=["'device-1'"],
        QueryExecutionContext={"Database": deployment["glue_database"]},
        WorkGroup=workgroup,
    )["QueryExecutionId"]
    athena.get_query_execution(QueryExecutionId=started)
    _athena_itself(person, deployment, started)
    athena.get_query_results(QueryExecutionId=started)
    athena.stop_query_execution(QueryExecutionId=started)


def _athena_itself(person: Person, deployment: Mapping[str, Any], started: str) -> None:
    glue, database = person.client("glue"), deployment["glue_database"]
    glue.get_database(Name=database)
    glue.get_tables(DatabaseName=database)
    for view in ("items", "archive", "archive_files"):
        glue.get_table(DatabaseName=database, Name=view)
    partitions = glue.get_partitions(DatabaseName=database, TableName="archive")
    wanted = [{"Values": each["Values"]} for each in partitions["Partitions"][:1]]
    glue.batch_get_partition(
        DatabaseName=database, TableName="archive", PartitionsToGet=wanted
    )

    s3, archive = person.client("s3"), deployment["archive_bucket"]
    s3.get_bucket_location(Bucket=archive)
    for key in _keys(s3, archive, "ledger/files/"):
        s3.get_object(Bucket=archive, Key=key)["Body"].read()
    for key in _keys(s3, archive, "items/")[:1]:
        s3.head_object(Bucket=archive, Key=key)

    results = deployment["athena_results"]
    s3.get_bucket_location(Bucket=results)
    key = f"results/{started}.csv"
    s3.put_object(Bucket=results, Key=key, Body=b'"_col0"\n')
    s3.list_objects_v2(Bucket=results, Prefix=key)
    s3.get_object(Bucket=results, Key=key)["Body"].read()
    upload = s3.create_multipart_upload(Bucket=results, Key=f"{key}.large")["UploadId"]
    part = {"Bucket": results, "Key": f"{key}.large", "UploadId": upload}
    s3.upload_part(**part, PartNumber=1, Body=b"1")
    s3.list_parts(**part)
    s3.list_multipart_uploads(Bucket=results)
    s3.abort_multipart_upload(**part)


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


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:  # noqa: ANN401 - a client
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", [])]


def _missing(s3: Any, bucket: str, key: str, **version: str) -> None:  # noqa: ANN401 - a client
    try:
        s3.get_object(Bucket=bucket, Key=key, **version)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchVersion"):
            raise
    else:
        msg = f"{key}: somebody put it there"
        raise AssertionError(msg)

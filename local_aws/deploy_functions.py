"""
The three functions and what calls them.

Rule 1: a wrong starting position, filter or failure report loses items
silently; so they are literals here as they are in the Terraform module.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from local_aws.deployment import Deployed, Deployment

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import DestinationConfigTypeDef

# Twenty messages take a second; two minutes leave room for a table that
# throttles.
INGEST_TIMEOUT_SECONDS = 120
INGEST_BATCH_MESSAGES = 20
INGEST_WINDOW_SECONDS = 60

ROUTER_TIMEOUT_SECONDS = 300
ROUTER_BATCH_RECORDS = 10_000
ROUTER_WINDOW_SECONDS = 60
# A few attempts burn out within minutes of an outage; a record older than half
# the stream's life is saved while it still can be.
ROUTER_ATTEMPTS = 10_000
ROUTER_AGE_SECONDS = 43_200

TRANSFORM_TIMEOUT_SECONDS = 900
TRANSFORM_MEMORY_MIB = 3008
TRANSFORM_SCRATCH_MIB = 10_240

FILTER = {
    "eventName": ["REMOVE"],
    "userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]},
}


def deploy_functions(deployed: Deployed, deployment: Deployment, role: str) -> None:
    """
    Make the functions, their mappings and the transform's schedule.
    """
    _ingest(deployed, deployment, role)
    mapping = _router(deployed, role)
    _transform(deployed, deployment, role, mapping)


def queue_arn(url: str) -> str:
    """
    What IAM, mappings and redrive policies call the queue at this URL.
    """
    found = boto3.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn"]
    )
    return found["Attributes"]["QueueArn"]


def _ingest(deployed: Deployed, deployment: Deployment, role: str) -> None:
    client = boto3.client("lambda")
    _function(
        _Function(
            name=deployed.ingest,
            package="ingest",
            timeout=INGEST_TIMEOUT_SECONDS,
            environment={
                "DEVICE_DATA": deployed.table,
                "APP_ENV": deployment.app_env,
                "RETENTION_DAYS": str(deployment.retention_days),
            },
        ),
        role,
    )
    client.create_event_source_mapping(
        FunctionName=deployed.ingest,
        EventSourceArn=queue_arn(deployed.queue_url),
        BatchSize=INGEST_BATCH_MESSAGES,
        MaximumBatchingWindowInSeconds=INGEST_WINDOW_SECONDS,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def _router(deployed: Deployed, role: str) -> str:
    """
    The id of the mapping that feeds it.
    """
    client = boto3.client("lambda")
    _function(
        _Function(
            name=deployed.router,
            package="stream_router",
            timeout=ROUTER_TIMEOUT_SECONDS,
            environment={"DELIVERY_STREAM": deployed.delivery_stream},
        ),
        role,
    )
    created = client.create_event_source_mapping(
        FunctionName=deployed.router,
        EventSourceArn=_stream_arn(deployed.table),
        StartingPosition="TRIM_HORIZON",
        BatchSize=ROUTER_BATCH_RECORDS,
        MaximumBatchingWindowInSeconds=ROUTER_WINDOW_SECONDS,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=ROUTER_ATTEMPTS,
        MaximumRecordAgeInSeconds=ROUTER_AGE_SECONDS,
        FilterCriteria={"Filters": [{"Pattern": json.dumps(FILTER)}]},
        FunctionResponseTypes=["ReportBatchItemFailures"],
        DestinationConfig=_saved_on_failure(deployed),
        MetricsConfig={"Metrics": ["EventCount"]},
    )
    return created["UUID"]


def _transform(
    deployed: Deployed, deployment: Deployment, role: str, mapping: str
) -> None:
    arn = _function(
        _Function(
            name=deployed.transform,
            package="transforms",
            timeout=TRANSFORM_TIMEOUT_SECONDS,
            memory=TRANSFORM_MEMORY_MIB,
            scratch=TRANSFORM_SCRATCH_MIB,
            environment={
                "ARCHIVE_BUCKET": deployed.archive_bucket,
                "LANDING_BUCKET": deployed.landing_bucket,
                "GLUE_DATABASE": deployed.glue_database,
                "SOURCE_TABLE": deployed.table,
                "SOURCE_TTL_ATTRIBUTE": deployment.contract.source.ttl_attribute,
                "ROUTER_MAPPING": mapping,
                "BATCH_HOURS": str(deployment.batch_hours),
                "COMPACT_AFTER_DAYS": str(deployment.compact_after_days),
                "ARCHIVE_AFTER_DAYS": str(deployment.archive_after_days),
                "SCRATCH": deployment.scratch or tempfile.gettempdir(),
            },
        ),
        role,
    )
    _wake_hourly(deployed, role, arn)


def _wake_hourly(deployed: Deployed, role: str, transform_arn: str) -> None:
    # The next tick is the retry; a failed one is kept where someone looks.
    boto3.client("lambda").put_function_event_invoke_config(
        FunctionName=deployed.transform,
        MaximumRetryAttempts=0,
        MaximumEventAgeInSeconds=60,
        DestinationConfig=_saved_on_failure(deployed),
    )
    boto3.client("scheduler").create_schedule(
        Name=deployed.schedule,
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": transform_arn,
            "RoleArn": role,
            "Input": "{}",
            "RetryPolicy": {
                "MaximumEventAgeInSeconds": 60,
                "MaximumRetryAttempts": 0,
            },
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Function:
    name: str
    package: str
    timeout: int
    environment: Mapping[str, str]
    memory: int = 512
    scratch: int = 512


def _function(function: _Function, role: str) -> str:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        # The code is this process's own; Lambda wants a package all the same.
        # A ZipInfo has a fixed date: by name it would take the clock's, which
        # may stand before 1980, and no zip holds that.
        archive.writestr(zipfile.ZipInfo(f"{function.package}/handler.py"), "")
    created = boto3.client("lambda").create_function(
        FunctionName=function.name,
        Runtime="python3.13",
        Architectures=["arm64"],
        Role=role,
        Handler=f"{function.package}.handler.handler",
        Code={"ZipFile": package.getvalue()},
        Timeout=function.timeout,
        MemorySize=function.memory,
        EphemeralStorage={"Size": function.scratch},
        Environment={"Variables": dict(function.environment)},
    )
    return created["FunctionArn"]


def _saved_on_failure(deployed: Deployed) -> "DestinationConfigTypeDef":
    return {"OnFailure": {"Destination": f"arn:aws:s3:::{deployed.failures_bucket}"}}


def _stream_arn(table: str) -> str:
    described = boto3.client("dynamodb").describe_table(TableName=table)
    return described["Table"]["LatestStreamArn"]

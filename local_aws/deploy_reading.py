"""
What people read an archive through: the workgroup, and where everything is.

Rule 1: the parameter has the keys that the module writes (infra/deployment.tf),
so that a command cannot tell the two apart but by `clock`.
"""

import json
from typing import TYPE_CHECKING, Any

import boto3

from archive.contract import Source
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from local_aws.deployment import Deployed, Deployment
from local_aws.scene import REGION

if TYPE_CHECKING:
    from mypy_boto3_lambda.client import LambdaClient

SCAN_MAX_GIB = 100

# Nobody has verified yet: what the module writes (infra/deployment.tf), and what
# `firn verify` reads (ops/verified.py).
NEVER_VERIFIED = '{"format":1}'


def deploy_reading(deployed: Deployed, deployment: Deployment) -> None:
    """
    Make the bucket of results, the workgroup and the parameters.
    """
    boto3.client("s3").create_bucket(Bucket=deployed.athena_results)
    boto3.client("athena").create_work_group(
        Name=deployed.athena_workgroup,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "PublishCloudWatchMetricsEnabled": True,
            "BytesScannedCutoffPerQuery": SCAN_MAX_GIB * 1024**3,
            "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
            "ResultConfiguration": {
                "OutputLocation": f"s3://{deployed.athena_results}/results/"
            },
        },
    )
    client = boto3.client("ssm")
    client.put_parameter(
        Name=deployed.parameter,
        Type="String",
        Value=json.dumps(_facts(deployed, deployment)),
    )
    client.put_parameter(
        Name=f"{deployed.parameter}/verified", Type="String", Value=NEVER_VERIFIED
    )


def serve_clock(deployed: Deployed, address: str) -> None:
    """
    Tell the deployment's commands where its account's clock is moved.
    """
    client = boto3.client("ssm")
    found = client.get_parameter(Name=deployed.parameter)
    facts = {**json.loads(found["Parameter"]["Value"]), "clock": address}
    client.put_parameter(
        Name=deployed.parameter,
        Type="String",
        Value=json.dumps(facts),
        Overwrite=True,
    )


def _facts(deployed: Deployed, deployment: Deployment) -> dict[str, Any]:
    table = boto3.client("dynamodb").describe_table(TableName=deployed.table)["Table"]
    functions = boto3.client("lambda")
    return {
        "format": 1,
        "name": deployment.name,
        "region": REGION,
        "account": boto3.client("sts").get_caller_identity()["Account"],
        "table": deployed.table,
        "table_is_made": True,
        "stream_arn": table["LatestStreamArn"],
        "source": _source(deployment.contract.source),
        "retention_days": deployment.retention_days,
        "queue_url": deployed.queue_url,
        "dead_letter_url": deployed.dead_letter_queue_url,
        "ingest": deployed.ingest,
        "ingest_mapping": _mapping(functions, deployed.ingest),
        "router": deployed.router,
        "router_mapping": _mapping(functions, deployed.router),
        "delivery_stream": deployed.delivery_stream,
        "transform": deployed.transform,
        "schedule": deployed.schedule,
        "landing_bucket": deployed.landing_bucket,
        "archive_bucket": deployed.archive_bucket,
        "failures_bucket": deployed.failures_bucket,
        "athena_results": deployed.athena_results,
        # No packages are uploaded, nobody is woken, nothing is drawn or encrypted.
        "artifacts_bucket": None,
        "alarm_topic_arn": None,
        "dashboard": None,
        "kms_key_arn": None,
        "glue_database": deployed.glue_database,
        "archive_table": ARCHIVE_TABLE,
        "files_table": FILES_TABLE,
        "athena_workgroup": deployed.athena_workgroup,
        "time_zone": deployment.contract.time_zone,
        "granularity": deployment.contract.granularity.value,
        "batch_hours": deployment.batch_hours,
        "compact_after_days": deployment.compact_after_days,
        "archive_after_days": deployment.archive_after_days,
        "storage_class": deployment.storage_class,
        "size_min_bytes": 0,
        "archive_expiry_days": None,
        "noncurrent_days": 30,
        "log_retention_days": None,
        "athena_scan_max_gib": SCAN_MAX_GIB,
        "reserved_concurrency": None,
    }


def _source(source: Source) -> dict[str, str]:
    return {
        "device_attribute": source.device_attribute,
        "created_at_attribute": source.created_at_attribute,
        "created_at_unit": source.created_at_unit.value,
        "ttl_attribute": source.ttl_attribute,
    }


def _mapping(client: "LambdaClient", function: str) -> str:
    mappings = client.list_event_source_mappings(FunctionName=function)
    return mappings["EventSourceMappings"][0]["UUID"]

"""
Where items, frames and files lie: table, buckets, delivery stream, catalogue.

Rule 1: the catalogue's columns and the contract come from archive/, where the
transform reads them back.
"""

from typing import TYPE_CHECKING, Any, Literal, TypedDict

import boto3

from archive.contract import Contract
from archive.file_list import FILE_COLUMNS
from archive.glue_table import (
    ARCHIVE_TABLE,
    FILES_TABLE,
    glue_columns,
    glue_parameters,
    glue_partition_keys,
)
from archive.keys import FILE_LISTS, ITEMS
from local_aws.deploy_views import deploy_views
from local_aws.deployment import Deployed, Deployment

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import LifecycleRuleTypeDef

    class _Minimum(TypedDict, total=False):
        TransitionDefaultMinimumObjectSize: Literal["varies_by_storage_class"]


BUFFER_MIB = 128
BUFFER_SECONDS = 900
NONCURRENT_DAYS = 30

# What a delete or an overwrite leaves behind goes after a month, and then the mark
# that it left.
_NONCURRENT: "LifecycleRuleTypeDef" = {
    "ID": "noncurrent",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": NONCURRENT_DAYS},
    "Expiration": {"ExpiredObjectDeleteMarker": True},
}

_PARQUET = {"EXTERNAL": "TRUE", "classification": "parquet"}
_HIVE_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


def deploy_storage(deployed: Deployed, deployment: Deployment, role: str) -> None:
    """
    Make everything that holds something.
    """
    _table(deployed, deployment.contract)
    _buckets(deployed, deployment)
    _delivery_stream(deployed, role)
    _catalog(deployed, deployment.contract)


def _table(deployed: Deployed, contract: Contract) -> None:
    client = boto3.client("dynamodb")
    source = contract.source
    client.create_table(
        TableName=deployed.table,
        KeySchema=[
            {"AttributeName": source.device_attribute, "KeyType": "HASH"},
            {"AttributeName": source.created_at_attribute, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": source.device_attribute, "AttributeType": "S"},
            {"AttributeName": source.created_at_attribute, "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"},
    )
    client.update_time_to_live(
        TableName=deployed.table,
        TimeToLiveSpecification={
            "Enabled": True,
            "AttributeName": source.ttl_attribute,
        },
    )


def _buckets(deployed: Deployed, deployment: Deployment) -> None:
    client = boto3.client("s3")
    archive = _archive_rule(deployment)
    for bucket, rules in (
        (deployed.landing_bucket, [_NONCURRENT]),
        (deployed.archive_bucket, [_NONCURRENT, archive]),
        (deployed.failures_bucket, [_NONCURRENT]),
    ):
        # The default would keep everything below 128 KB out of Glacier.
        minimum: _Minimum = (
            {"TransitionDefaultMinimumObjectSize": "varies_by_storage_class"}
            if archive in rules
            else {}
        )
        client.create_bucket(Bucket=bucket)
        client.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        client.put_bucket_lifecycle_configuration(
            Bucket=bucket,
            LifecycleConfiguration={"Rules": rules},
            **minimum,
        )


def _archive_rule(deployment: Deployment) -> "LifecycleRuleTypeDef":
    return {
        "ID": "archive",
        "Status": "Enabled",
        "Filter": {"Prefix": ITEMS},
        "Transitions": [
            {
                "Days": deployment.archive_after_days,
                "StorageClass": deployment.storage_class,
            }
        ],
    }


def _delivery_stream(deployed: Deployed, role: str) -> None:
    boto3.client("firehose").create_delivery_stream(
        DeliveryStreamName=deployed.delivery_stream,
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration={
            "RoleARN": role,
            "BucketARN": f"arn:aws:s3:::{deployed.landing_bucket}",
            "Prefix": "landing/!{timestamp:yyyy/MM/dd/HH}/",
            "ErrorOutputPrefix": "errors/",
            "BufferingHints": {
                "SizeInMBs": BUFFER_MIB,
                "IntervalInSeconds": BUFFER_SECONDS,
            },
            "CompressionFormat": "UNCOMPRESSED",
            "FileExtension": ".jsonl.gz",
        },
    )


def _catalog(deployed: Deployed, contract: Contract) -> None:
    boto3.client("glue").create_database(DatabaseInput={"Name": deployed.glue_database})
    _glue_table(
        deployed,
        ARCHIVE_TABLE,
        ITEMS,
        {
            "Parameters": {
                **glue_parameters(contract),
                **_PARQUET,
                # Athena passes over restored objects without it.
                "read_restored_glacier_objects": "true",
            },
            "PartitionKeys": glue_partition_keys(),
            "Columns": glue_columns(contract),
        },
    )
    _glue_table(
        deployed,
        FILES_TABLE,
        FILE_LISTS,
        {
            "Parameters": _PARQUET,
            "PartitionKeys": [],
            "Columns": [
                {"Name": name, "Type": type_} for name, type_ in FILE_COLUMNS.items()
            ],
        },
    )
    deploy_views(deployed.glue_database, contract)


def _glue_table(
    deployed: Deployed, name: str, prefix: str, shape: dict[str, Any]
) -> None:
    boto3.client("glue").create_table(
        DatabaseName=deployed.glue_database,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": shape["Parameters"],
            "PartitionKeys": shape["PartitionKeys"],
            "StorageDescriptor": {
                "Columns": shape["Columns"],
                "Location": f"s3://{deployed.archive_bucket}/{prefix}",
                "InputFormat": f"{_HIVE_PARQUET}.MapredParquetInputFormat",
                "OutputFormat": f"{_HIVE_PARQUET}.MapredParquetOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": f"{_HIVE_PARQUET}.serde.ParquetHiveSerDe"
                },
            },
        },
    )

"""
What people read an archive through, as AWS describes it.

Rule 1: values only; described.py compares names and flattens.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import boto3

from local_aws.deployment import Deployed


def parameters(deployed: Deployed) -> Iterator[tuple[str, Any]]:
    """
    The facts that every command begins with, and the record of the last verify.
    """
    client = boto3.client("ssm")
    for kind, name in (
        ("deployment", deployed.parameter),
        ("verified", f"{deployed.parameter}/verified"),
    ):
        parameter = client.get_parameter(Name=name)["Parameter"]
        yield kind, {"Type": parameter["Type"], **json.loads(parameter["Value"])}


def workgroup(deployed: Deployed) -> Mapping[str, Any]:
    """
    What decides how a query runs, what it may read and where its results go.
    """
    found = boto3.client("athena").get_work_group(WorkGroup=deployed.athena_workgroup)
    configuration = found["WorkGroup"]["Configuration"]
    results = configuration["ResultConfiguration"]
    return {
        "State": found["WorkGroup"]["State"],
        "Engine": configuration["EngineVersion"]["SelectedEngineVersion"],
        "Enforced": configuration["EnforceWorkGroupConfiguration"],
        "Metrics": configuration["PublishCloudWatchMetricsEnabled"],
        "BytesMax": configuration["BytesScannedCutoffPerQuery"],
        "Results": results["OutputLocation"],
        "ResultsOwner": results.get("ExpectedBucketOwner"),
        "ResultsEncryption": results.get("EncryptionConfiguration"),
    }


def queries(deployed: Deployed) -> Mapping[str, str]:
    """
    The SQL that is saved in the workgroup, by name.
    """
    client = boto3.client("athena")
    group = deployed.athena_workgroup
    ids = client.list_named_queries(WorkGroup=group)["NamedQueryIds"]
    # One by one: moto knows no batches (local_aws/gaps closes that when served).
    found = (client.get_named_query(NamedQueryId=it)["NamedQuery"] for it in ids)
    return {each["Name"]: each["QueryString"] for each in found}


def catalog(deployed: Deployed) -> Iterator[tuple[str, Any]]:
    """
    The tables and views, by their names.
    """
    tables = boto3.client("glue").get_tables(DatabaseName=deployed.glue_database)
    for table in tables["TableList"]:
        storage = table["StorageDescriptor"]
        yield (
            table["Name"],
            {
                "TableType": table["TableType"],
                "Parameters": table["Parameters"],
                "PartitionKeys": _said(table.get("PartitionKeys", [])),
                "Columns": _said(storage["Columns"]),
                # Nothing, and an empty text, say the same.
                "Location": storage.get("Location") or None,
                "Format": [
                    storage.get("InputFormat") or None,
                    storage.get("OutputFormat") or None,
                    storage.get("SerdeInfo", {}).get("SerializationLibrary"),
                ],
            },
        )


def _said(columns: Sequence[Mapping[str, Any]]) -> list[Any]:
    # An empty comment and no parameters say the same as neither.
    return [{name: value for name, value in each.items() if value} for each in columns]

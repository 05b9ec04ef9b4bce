"""
A deployment as AWS describes it, as plain values by path.

Rule 1: it asks AWS what stands there, whoever made it.
Rule 2: names that a deployment gives its things are replaced by what they are,
so that two deployments can be compared.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import boto3

from local_aws.deployment import Deployed
from tests.infra.described_reading import catalog, parameters, queries, workgroup

# `path/to/a/setting` and its value, a text or a list in JSON.
Described = Mapping[str, str]

# What AWS makes up: a mapping's id, a stream's label.
_MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/stream/)[^\"]+")


def describe(deployed: Deployed) -> Described:
    """
    All settings of a deployment that decide what it does.
    """
    found: dict[str, Any] = {
        "function": _functions(deployed),
        "mapping": _mappings(deployed),
        "invocation": _invocation(deployed),
        "schedule": _schedule(deployed),
        "queue": _queues(deployed),
        "table": _table(deployed),
        "delivery": _delivery(deployed),
        "bucket": _buckets(deployed),
        "catalog": catalog(deployed),
        "workgroup": workgroup(deployed),
        "query": queries(deployed),
        "parameter": parameters(deployed),
    }
    names = _names(deployed)
    return {path: _replaced(value, names) for path, value in _flat(found, "")}


def _functions(deployed: Deployed) -> Iterator[tuple[str, Any]]:
    client = boto3.client("lambda")
    told = ("Runtime", "Architectures", "Handler", "Timeout", "MemorySize")
    for kind in ("ingest", "router", "transform"):
        function = client.get_function_configuration(
            FunctionName=getattr(deployed, kind)
        )
        yield (
            kind,
            {
                **_only(function, told),
                "EphemeralStorage": function["EphemeralStorage"]["Size"],
                "Environment": function["Environment"]["Variables"],
            },
        )


def _mappings(deployed: Deployed) -> Iterator[tuple[str, Any]]:
    client = boto3.client("lambda")
    told = (
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "FunctionResponseTypes",
        "StartingPosition",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "DestinationConfig",
        "EventSourceArn",
        "State",
    )
    mappings = client.list_event_source_mappings()["EventSourceMappings"]
    for kind in ("ingest", "router"):
        function = f":function:{getattr(deployed, kind)}:"
        # Lambda gives the function's ARN, with or without a version.
        (mapping,) = (
            each for each in mappings if function in f"{each['FunctionArn']}:"
        )
        filters = mapping.get("FilterCriteria", {}).get("Filters", [])
        patterns = [json.loads(each["Pattern"]) for each in filters]
        yield kind, {**_only(mapping, told), "Filters": patterns}


def _invocation(deployed: Deployed) -> Mapping[str, Any]:
    config = boto3.client("lambda").get_function_event_invoke_config(
        FunctionName=deployed.transform
    )
    told = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    return _only(config, told)


def _schedule(deployed: Deployed) -> Mapping[str, Any]:
    schedule = boto3.client("scheduler").get_schedule(Name=deployed.schedule)
    target = schedule["Target"]
    return {
        **_only(schedule, ("ScheduleExpression", "FlexibleTimeWindow", "State")),
        "Target": {
            **_only(target, ("Arn", "RetryPolicy")),
            "Input": json.loads(target["Input"]),
        },
    }


def _queues(deployed: Deployed) -> Iterator[tuple[str, Any]]:
    client = boto3.client("sqs")
    told = (
        "VisibilityTimeout",
        "MessageRetentionPeriod",
        "DelaySeconds",
        "MaximumMessageSize",
        "ReceiveMessageWaitTimeSeconds",
        "SqsManagedSseEnabled",
    )
    for kind, url in (
        ("messages", deployed.queue_url),
        ("dead_letters", deployed.dead_letter_queue_url),
    ):
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        attributes = found["Attributes"]
        yield (
            kind,
            {
                **_only(attributes, told),
                "RedrivePolicy": json.loads(attributes.get("RedrivePolicy", "{}")),
                "Policy": _statements(attributes.get("Policy", "{}")),
            },
        )


def _table(deployed: Deployed) -> Mapping[str, Any]:
    client = boto3.client("dynamodb")
    name = deployed.table
    table = client.describe_table(TableName=name)["Table"]
    lifetime = client.describe_time_to_live(TableName=name)
    backups = client.describe_continuous_backups(TableName=name)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return {
        "KeySchema": table["KeySchema"],
        "AttributeDefinitions": sorted(
            table["AttributeDefinitions"], key=lambda each: each["AttributeName"]
        ),
        "StreamSpecification": table["StreamSpecification"],
        "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode"),
        "TimeToLive": lifetime["TimeToLiveDescription"],
        "PointInTimeRecovery": recovery["PointInTimeRecoveryStatus"],
        "DeletionProtection": table.get("DeletionProtectionEnabled"),
    }


def _delivery(deployed: Deployed) -> Mapping[str, Any]:
    stream = boto3.client("firehose").describe_delivery_stream(
        DeliveryStreamName=deployed.delivery_stream
    )["DeliveryStreamDescription"]
    (destination,) = stream["Destinations"]
    told = (
        "BucketARN",
        "Prefix",
        "ErrorOutputPrefix",
        "BufferingHints",
        "CompressionFormat",
        "FileExtension",
        "CloudWatchLoggingOptions",
    )
    s3 = destination["ExtendedS3DestinationDescription"]
    # What is off is written down by Terraform, and left out elsewhere.
    off = {
        name: s3.get(name, {}).get("Enabled", False)
        for name in (
            "ProcessingConfiguration",
            "DataFormatConversionConfiguration",
            "DynamicPartitioningConfiguration",
        )
    }
    return {
        "Type": stream["DeliveryStreamType"],
        "Encryption": stream.get("DeliveryStreamEncryptionConfiguration"),
        **_only(s3, told),
        **off,
    }


def _buckets(deployed: Deployed) -> Iterator[tuple[str, Any]]:
    client = boto3.client("s3")
    for kind, name in (
        ("landing", deployed.landing_bucket),
        ("archive", deployed.archive_bucket),
        ("failures", deployed.failures_bucket),
        ("results", deployed.athena_results),
    ):
        yield (
            kind,
            {
                "Versioning": client.get_bucket_versioning(Bucket=name).get("Status"),
                **_lifecycle(client, name),
                **dict(_guards(client, name)),
            },
        )


def _lifecycle(client: Any, name: str) -> Mapping[str, Any]:  # noqa: ANN401 - an S3 client
    try:
        found = client.get_bucket_lifecycle_configuration(Bucket=name)
    except client.exceptions.ClientError:
        # S3 has an error of its own for a bucket without one.
        return {}
    return {
        "Lifecycle": {rule["ID"]: rule for rule in found["Rules"]},
        "MinimumSize": found.get("TransitionDefaultMinimumObjectSize"),
    }


def _guards(client: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - an S3 client
    for setting, ask, answer in (
        ("Policy", client.get_bucket_policy, "Policy"),
        (
            "PublicAccess",
            client.get_public_access_block,
            "PublicAccessBlockConfiguration",
        ),
        ("Ownership", client.get_bucket_ownership_controls, "OwnershipControls"),
    ):
        try:
            found = ask(Bucket=name)[answer]
        except client.exceptions.ClientError:
            # S3 has an error of its own for each thing that a bucket has not.
            continue
        yield setting, _statements(found) if setting == "Policy" else found


def _only(found: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}


def _statements(policy: str) -> list[Any]:
    statements = json.loads(policy).get("Statement", [])
    return [{**each, "Sid": None} for each in statements]


def _names(deployed: Deployed) -> list[tuple[str, str]]:
    names = {
        deployed.queue_url.rsplit("/", 1)[-1]: "(queue)",
        deployed.dead_letter_queue_url.rsplit("/", 1)[-1]: "(dead letters)",
        deployed.table: "(table)",
        deployed.landing_bucket: "(landing)",
        deployed.archive_bucket: "(archive)",
        deployed.failures_bucket: "(failures)",
        deployed.athena_results: "(results)",
        deployed.delivery_stream: "(delivery stream)",
        deployed.ingest: "(ingest)",
        deployed.router: "(router)",
        deployed.transform: "(transform)",
    }
    # The longest first: one may begin with another.
    return sorted(names.items(), key=lambda pair: -len(pair[0]))


def _replaced(value: object, names: Sequence[tuple[str, str]]) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    for name, meaning in names:
        text = text.replace(name, meaning)
    return _MADE_UP.sub("(made up)", text)


def _flat(value: Any, path: str) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - what boto3 answers
    if isinstance(value, Iterator):
        value = dict(value)
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}/{name}" if path else name)
    else:
        yield path, value

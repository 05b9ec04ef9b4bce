"""
What CloudWatch does with an alarm and a widget, and what can be measured.

Rule 1: AWS's own metrics are spelled here once more, from AWS's pages: an alarm
on a name that does not exist never rings, and nothing refuses it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.counts import METRICS as INGEST
from ingest.counts import METRICS_NAMESPACE
from ingest.counts import SERVICE as INGEST_SERVICE
from stream_router.cloudwatch import NAMESPACE as ROUTER_NAMESPACE
from stream_router.cloudwatch import SERVICE as ROUTER_SERVICE
from stream_router.counts import METRICS as ROUTER
from transforms.cloudwatch import NAMESPACE as TRANSFORM_NAMESPACE
from transforms.cloudwatch import SERVICE as TRANSFORM_SERVICE
from transforms.report import FINDINGS
from transforms.report import METRICS as TRANSFORM

# The metrics of each of our services, with the units that some have.
OURS: Mapping[str, frozenset[str]] = {
    INGEST_SERVICE: frozenset(INGEST.values()),
    ROUTER_SERVICE: frozenset(ROUTER.values()),
    TRANSFORM_SERVICE: frozenset(
        {name for name, _ in TRANSFORM.values()} | set(FINDINGS.values())
    ),
}
NAMESPACES = {METRICS_NAMESPACE, ROUTER_NAMESPACE, TRANSFORM_NAMESPACE}

# Namespace and metric, and the dimensions that it comes with.
AWS: Mapping[tuple[str, str], frozenset[str]] = {
    # Lambda: Types of metrics for Lambda functions.
    ("AWS/Lambda", "Errors"): frozenset({"FunctionName"}),
    ("AWS/Lambda", "Throttles"): frozenset({"FunctionName"}),
    ("AWS/Lambda", "IteratorAge"): frozenset({"FunctionName"}),
    ("AWS/Lambda", "DestinationDeliveryFailures"): frozenset({"FunctionName"}),
    # The same page, "Event source mapping metrics": group EventCount, streams.
    **{
        ("AWS/Lambda", name): frozenset({"EventSourceMappingUUID"})
        for name in (
            "PolledEventCount",
            "FilteredOutEventCount",
            "InvokedEventCount",
            "FailedInvokeEventCount",
            "DroppedEventCount",
            "OnFailureDestinationDeliveredEventCount",
        )
    },
    # SQS: Available CloudWatch metrics for Amazon SQS.
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): frozenset({"QueueName"}),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): frozenset({"QueueName"}),
    # Firehose: Monitor Amazon Data Firehose with CloudWatch metrics.
    **{
        ("AWS/Firehose", name): frozenset({"DeliveryStreamName"})
        for name in (
            "IncomingBytes",
            "ThrottledRecords",
            "DeliveryToS3.Bytes",
            "DeliveryToS3.DataFreshness",
        )
    },
    # DynamoDB: DynamoDB metrics and dimensions.
    ("AWS/DynamoDB", "TimeToLiveDeletedItemCount"): frozenset({"TableName"}),
    ("AWS/DynamoDB", "WriteThrottleEvents"): frozenset({"TableName"}),
    # S3: Amazon S3 metrics and dimensions, "daily storage metrics".
    ("AWS/S3", "BucketSizeBytes"): frozenset({"BucketName", "StorageType"}),
    ("AWS/S3", "NumberOfObjects"): frozenset({"BucketName", "StorageType"}),
}

COMPARISONS = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def exists(namespace: str, metric: str, dimensions: Mapping[str, str]) -> bool:
    """
    Whether somebody sends this metric with exactly these dimensions.
    """
    if namespace in NAMESPACES:
        return set(dimensions) == {
            "service",
            "function_name",
        } and metric in OURS.get(dimensions["service"], frozenset())
    return AWS.get((namespace, metric)) == set(dimensions)


def rings(alarm: Mapping[str, Any], values: Sequence[float | None]) -> bool:
    """
    Whether an alarm that was OK rings after these values, one a period.

    None is a period without a value. CloudWatch: "Configuring how CloudWatch
    alarms treat missing data", for a metric that comes without delay.
    """
    breaches = COMPARISONS[alarm["comparison_operator"]]
    state = False
    for end in range(1, len(values) + 1):
        window = list(values[max(0, end - alarm["evaluation_periods"]) : end])
        window += [None] * (alarm["evaluation_periods"] - len(window))
        known = [value for value in window if value is not None]
        if alarm["treat_missing_data"] == "ignore" and not known:
            continue
        count = sum(breaches(value, alarm["threshold"]) for value in known)
        if alarm["treat_missing_data"] == "breaching":
            count += window.count(None)
        state = count >= alarm["datapoints_to_alarm"]
    return state

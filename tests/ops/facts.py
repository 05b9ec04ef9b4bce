"""
What the module writes into the parameter of a deployment, as an example.
"""

import json
from typing import Any

FACTS: dict[str, Any] = {
    "format": 1,
    "name": "firn",
    "region": "us-east-1",
    "account": "123456789012",
    "table": "firn-items",
    "table_is_made": True,
    "stream_arn": "arn:aws:dynamodb:us-east-1:123456789012:table/firn-items/stream/x",
    "source": {
        "device_attribute": "deviceID",
        "created_at_attribute": "createdAt",
        "created_at_unit": "ms",
        "ttl_attribute": "expiredAt",
    },
    "retention_days": 365,
    "queue_url": "https://sqs.us-east-1.amazonaws.com/123456789012/firn-messages",
    "dead_letter_url": "https://sqs.us-east-1.amazonaws.com/123456789012/firn-dead-letters",
    "ingest": "firn-ingest",
    "ingest_mapping": "6e082282-0755-44e6-b4ac-2956475010ea",
    "router": "firn-router",
    "router_mapping": "f6a8f168-0186-4281-854b-ea4c47ca8f61",
    "delivery_stream": "firn-expiries",
    "transform": "firn-transform",
    "schedule": "firn-transform",
    "landing_bucket": "firn-landing-123456789012-us-east-1",
    "archive_bucket": "firn-archive-123456789012-us-east-1",
    "failures_bucket": "firn-failures-123456789012-us-east-1",
    "athena_results": "firn-athena-results-123456789012-us-east-1",
    "artifacts_bucket": "firn-artifacts-123456789012-us-east-1",
    "glue_database": "firn",
    "archive_table": "archive",
    "files_table": "archive_files",
    "athena_workgroup": "firn",
    "alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:firn-alarms",
    "dashboard": "firn",
    "kms_key_arn": None,
    "time_zone": "UTC",
    "granularity": "day",
    "batch_hours": 24,
    "compact_after_days": 35,
    "archive_after_days": 45,
    "storage_class": "GLACIER",
    "size_min_bytes": 0,
    "archive_expiry_days": None,
    "noncurrent_days": 30,
    "log_retention_days": 90,
    "athena_scan_max_gib": 100,
    "reserved_concurrency": None,
}


def parameter(**changed: object) -> str:
    """
    The parameter's text, with some facts changed.
    """
    return json.dumps({**FACTS, **changed})

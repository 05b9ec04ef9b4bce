"""
Where a mapping sends what it gives up on.

Rule 1: this is the only file that knows the record of a discarded batch.

Lambda: Retain discarded batch records for a DynamoDB event source. An S3
destination gets the whole event as text in `payload`; a queue gets the
position in the stream only.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local_aws.scene import Scene, backend
from local_aws.shard import StreamRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """
    A batch that a mapping gives up on, and why.
    """

    mapping_id: str
    function_arn: str
    stream_arn: str
    shard_id: str
    condition: str
    attempts: int
    function_failed: bool
    records: Sequence[StreamRecord]


def save(discarded: Discarded, destination: str, scene: Scene) -> str:
    """
    Send the record of a discarded batch; give the object's key or message id.
    """
    now = datetime.fromtimestamp(scene.clock.now(), tz=UTC)
    record = _invocation_record(discarded, now)
    service, name = destination.split(":")[2], destination.rsplit(":", 1)[1]
    if service == "sqs":
        queue = backend("sqs").get_queue(name)
        message = backend("sqs").send_message(queue.name, json.dumps(record))
        scene.acting.by_function(discarded.function_arn, destination, "sqs:SendMessage")
        return str(message.id)
    if service != "s3":
        msg = f"{destination}: only S3 and SQS take discarded batches here"
        raise ValueError(msg)

    body = b"".join(
        (b'{"Records":[', b",".join(it.body for it in discarded.records), b"]}")
    )
    record["payload"] = body.decode()
    key = (
        f"aws/lambda/{discarded.mapping_id}/{discarded.shard_id}/{now:%Y/%m/%d}/"
        f"{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    )
    backend("s3").put_object(name, key, json.dumps(record).encode())
    scene.activity.change("s3")
    # By the function's role, which needs to list the bucket too (Retain
    # discarded batch records for a DynamoDB event source).
    arn = f"{destination}/{key}"
    scene.acting.by_function(discarded.function_arn, arn, "s3:PutObject")
    scene.acting.by_function(discarded.function_arn, destination, "s3:ListBucket")
    return key


def _invocation_record(discarded: Discarded, now: datetime) -> dict[str, object]:
    first, last = discarded.records[0], discarded.records[-1]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": discarded.function_arn,
            "condition": discarded.condition,
            "approximateInvokeCount": discarded.attempts,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled" if discarded.function_failed else None,
        },
        "version": "1.0",
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.000Z",
        "DDBStreamBatchInfo": {
            "shardId": discarded.shard_id,
            "startSequenceNumber": str(first.number),
            "endSequenceNumber": str(last.number),
            "approximateArrivalOfFirstRecord": _iso(first.at),
            "approximateArrivalOfLastRecord": _iso(last.at),
            "batchSize": len(discarded.records),
            "streamArn": discarded.stream_arn,
        },
    }


def _iso(at: int) -> str:
    return f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"

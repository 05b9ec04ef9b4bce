"""
What a call takes of the KMS key that its resource lies under.

Rule 1: AWS's services ask KMS in the caller's name, so whoever reads or writes
what is encrypted needs the key as well. Only keys of the user's are asked for;
AWS's own need no permission.

S3: "Using server-side encryption with AWS KMS keys"; SQS: "Key management";
DynamoDB: "DynamoDB encryption at rest, How it works".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from local_aws.scene import REGION, backend

# By the action that is allowed on the resource itself.
_TAKES = {
    "s3:PutObject": ("GenerateDataKey",),
    "s3:GetObject": ("Decrypt",),
    "s3:GetObjectVersion": ("Decrypt",),
    "sqs:SendMessage": ("GenerateDataKey", "Decrypt"),
    "sqs:ReceiveMessage": ("Decrypt",),
    "dynamodb:GetRecords": ("Decrypt",),
    "dynamodb:PutItem": ("Decrypt",),
    "dynamodb:UpdateItem": ("Decrypt",),
    "dynamodb:DeleteItem": ("Decrypt",),
    "dynamodb:GetItem": ("Decrypt",),
    "dynamodb:BatchWriteItem": ("Decrypt",),
    "dynamodb:BatchGetItem": ("Decrypt",),
    "dynamodb:Query": ("Decrypt",),
    "dynamodb:Scan": ("Decrypt",),
}
# "To perform a multipart upload ... the requester must have kms:Decrypt and
# kms:GenerateDataKey" (Uploading and copying objects using multipart upload).
_PARTS = ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")


def keys_of(
    action: str, resource: str, operation: str | None = None
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """
    What KMS would be asked: action, key and condition keys.

    `operation` is the API's own, where the action came of a call.
    """
    takes = _TAKES.get(action)
    if takes is None or resource == "*" or operation == "HeadObject":
        return
    if operation in _PARTS:
        takes = ("GenerateDataKey", "Decrypt")
    service = action.partition(":")[0]
    key = _KEYS[service](resource.split(":", 5)[5])
    if key is None:
        return
    if not key.startswith("arn:"):
        key = f"arn:aws:kms:{REGION}:{DEFAULT_ACCOUNT_ID}:key/{key}"
    via = {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}
    for it in takes:
        yield f"kms:{it}", key, via


def _bucket_key(rest: str) -> str | None:
    bucket = backend("s3").buckets.get(rest.partition("/")[0])
    encryption: Mapping[str, Any] = getattr(bucket, "encryption", None) or {}
    default = encryption.get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    key: str | None = default.get("KMSMasterKeyID")
    return key


def _queue_key(rest: str) -> str | None:
    queue = backend("sqs").queues.get(rest)
    key: str | None = getattr(queue, "kms_master_key_id", None)
    return key


def _table_key(rest: str) -> str | None:
    table = backend("dynamodb").tables.get(rest.split("/")[1])
    encryption = getattr(table, "sse_specification", None) or {}
    key: str | None = encryption.get("KMSMasterKeyId")
    return key


_KEYS = {"s3": _bucket_key, "sqs": _queue_key, "dynamodb": _table_key}

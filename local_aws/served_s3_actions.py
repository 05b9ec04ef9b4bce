"""
What IAM would be asked about a call of S3, whose actions have names of their own.

Rule 1: as in the S3 user guide, "Required permissions for Amazon S3 API
operations".
"""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import parse_qs, unquote

from local_aws.served_request import Asked

_BUCKET = {
    "CreateBucket": "CreateBucket",
    "DeleteBucket": "DeleteBucket",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
# The action, and the one that takes its place where a version is named.
_OBJECT = {
    "AbortMultipartUpload": ("AbortMultipartUpload", None),
    "CompleteMultipartUpload": ("PutObject", None),
    "CopyObject": ("PutObject", None),
    "CreateMultipartUpload": ("PutObject", None),
    "DeleteObject": ("DeleteObject", "DeleteObjectVersion"),
    "DeleteObjectTagging": ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    "GetObject": ("GetObject", "GetObjectVersion"),
    "GetObjectAcl": ("GetObjectAcl", "GetObjectVersionAcl"),
    "GetObjectTagging": ("GetObjectTagging", "GetObjectVersionTagging"),
    "HeadObject": ("GetObject", "GetObjectVersion"),
    "ListParts": ("ListMultipartUploadParts", None),
    "PutObjectAcl": ("PutObjectAcl", "PutObjectVersionAcl"),
    "PutObjectTagging": ("PutObjectTagging", "PutObjectVersionTagging"),
    "SelectObjectContent": ("GetObject", None),
    "UploadPart": ("PutObject", None),
    "UploadPartCopy": ("PutObject", None),
}
_READS = ("GetObject", "HeadObject")


def s3_actions(asked: Asked, status: int) -> Iterator[tuple[str, str]]:
    """
    Each action that the call takes, with the ARN that it takes it on.
    """
    operation = str(asked.operation)
    parameters = asked.parameters
    if operation == "ListBuckets":
        yield "s3:ListAllMyBuckets", "*"
        return
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    if operation == "DeleteObjects":
        for it in parameters["Delete"]["Objects"]:
            version = "Version" if it.get("VersionId") else ""
            yield f"s3:DeleteObject{version}", f"{bucket}/{it['Key']}"
        return
    if "Key" not in parameters:
        yield f"s3:{_BUCKET.get(operation, operation)}", bucket
        return
    if parameters.get("CopySource"):
        yield _source(parameters["CopySource"])
    yield from _object(asked, f"{bucket}/{parameters['Key']}")
    if status == HTTPStatus.NOT_FOUND and operation in _READS:
        # API_GetObject: without it, a missing object is an access denied.
        yield "s3:ListBucket", bucket


def _object(asked: Asked, arn: str) -> Iterator[tuple[str, str]]:
    operation = str(asked.operation)
    parameters = asked.parameters
    plain, versioned = _OBJECT.get(operation, (operation, None))
    if operation == "GetObjectAttributes":
        plain, versioned = "GetObject", "GetObjectVersion"
        suffix = "VersionAttributes" if parameters.get("VersionId") else "Attributes"
        yield f"s3:GetObject{suffix}", arn
    yield f"s3:{versioned if parameters.get('VersionId') and versioned else plain}", arn
    if plain == "PutObject" and parameters.get("Tagging"):
        yield "s3:PutObjectTagging", arn
    if plain == "PutObject" and parameters.get("ACL"):
        yield "s3:PutObjectAcl", arn
    if operation == "DeleteObject" and parameters.get("BypassGovernanceRetention"):
        yield "s3:BypassGovernanceRetention", arn


def _source(copy_source: str) -> tuple[str, str]:
    path, _, query = copy_source.partition("?")
    version = "Version" if "versionId" in parse_qs(query) else ""
    return f"s3:GetObject{version}", f"arn:aws:s3:::{unquote(path).removeprefix('/')}"

"""
The landing bucket on S3.

Rule 1: this is the only file of the transform that calls S3 for landed objects.
What the calls promise is said by the Protocol in landing.py.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from botocore.exceptions import ClientError

from archive.document import Input
from transforms.landing import LandedObject
from transforms.s3 import ABSENT, delete_exactly

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LANDING = "landing/"


class S3LandingBucket:
    """
    The landing bucket as it is.
    """

    def __init__(self, client: "S3Client", name: str) -> None:
        """
        The bucket is versioned: pin() needs that.
        """
        self._client = client
        self._name = name

    def landed(self) -> Iterator[LandedObject]:
        """
        What has landed, in the order of the keys, which is that of the hours.
        """
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=LANDING
        )
        for page in pages:
            for listed in page.get("Contents", []):
                yield LandedObject(
                    key=listed["Key"],
                    etag=listed["ETag"].strip('"'),
                    bytes=listed["Size"],
                    landed_at=int(listed["LastModified"].timestamp()),
                )

    def pin(self, landed: LandedObject) -> Input | None:
        """
        The version that LIST showed; None where it is gone or another one.
        """
        try:
            answer = self._client.head_object(Bucket=self._name, Key=landed.key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code", "") in ABSENT:
                return None
            raise
        if answer["ETag"].strip('"') != landed.etag:
            return None
        return Input(
            key=landed.key,
            # A bucket that was never versioned has one version, called null.
            version=answer.get("VersionId", "null"),
            etag=landed.etag,
            bytes=answer["ContentLength"],
        )

    def open(self, source: Input) -> BinaryIO:
        """
        The bytes of exactly this version, from the start.
        """
        answer = self._client.get_object(
            Bucket=self._name, Key=source.key, VersionId=source.version
        )
        # It reads, it closes, and it raises where the connection ended early.
        return cast("BinaryIO", answer["Body"])

    def forget(self, source: Input) -> bool:
        """
        Delete exactly these bytes; False where others lie there.
        """
        return delete_exactly(self._client, self._name, source.key, source.etag)

"""
The archive bucket as a reader meets it.

Rule 1: this is the only file of firn local that calls S3.
Rule 2: a cold object is restored before it is read, here as anywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from archive.errors import DamagedError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

GLACIER = "GLACIER"

# GLACIER, tier Standard: "typically within 3-5 hours" (S3 user guide, archive
# retrieval options). The copies are wanted for as long as the run reads them.
RESTORE_SECONDS = 5 * 3_600
RESTORE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Bucket:
    """
    One bucket: what lies in it, in which storage class, and its bytes.
    """

    client: "S3Client"
    name: str

    @classmethod
    def of(cls, name: str) -> "Bucket":
        """
        The bucket of this name in the account that is entered.
        """
        return cls(boto3.client("s3"), name)

    def storage_classes(self, prefix: str = "") -> Mapping[str, str]:
        """
        The storage class of every object, by key.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix
        )
        return {
            stored["Key"]: stored.get("StorageClass", "STANDARD")
            for page in pages
            for stored in page.get("Contents", [])
        }

    def restore(self, keys: Iterable[str]) -> None:
        """
        Ask for readable copies of cold objects; they take RESTORE_SECONDS.
        """
        for key in keys:
            self.client.restore_object(
                Bucket=self.name,
                Key=key,
                RestoreRequest={
                    "Days": RESTORE_DAYS,
                    "GlacierJobParameters": {"Tier": "Standard"},
                },
            )

    def find(self, key: str) -> bytes | None:
        """
        The bytes of an object, or None where there is no such object.
        """
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key)
        except self.client.exceptions.NoSuchKey:
            return None
        return answer["Body"].read()

    def read(self, key: str) -> bytes:
        """
        The bytes of an object; DamagedError where there are none to be had.
        """
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            msg = f"{key}: {error.response['Error']['Code']}"
            raise DamagedError(msg) from error
        return answer["Body"].read()

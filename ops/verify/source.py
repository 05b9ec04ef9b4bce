"""
Where an archive is verified: its bucket, or a folder that holds a copy.

Rule 1: reading only.
Rule 2: this is the only file of verify that knows S3.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError

from ops.objects import BucketObjects, FolderObjects, Objects, Stored

_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """
    What is known of an object's bytes without comparing them.

    `sha256` is hex; None where S3 holds none, as for an object that the transform
    did not write. `is_etag_md5` is false under a key of KMS.
    """

    sha256: str | None
    is_etag_md5: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """
    One version of a key, or the marker that a delete left. The newest comes first.
    """

    key: str
    version: str
    is_marker: bool
    is_latest: bool
    etag: str
    modified_at: int


class Archive(Objects, Protocol):
    """
    Objects, what is stored of their checksums, and what they were before.
    """

    @property
    def place(self) -> str:
        """
        Where it is, as a person would name it.
        """
        ...

    @property
    def is_copy(self) -> bool:
        """
        Whether reading costs nothing, and no listing shows a checksum.
        """
        ...

    def checksum(self, stored: Stored) -> Checksum | None:
        """
        The checksum of an object; None where it is gone meanwhile.
        """
        ...

    def history(self, prefix: str) -> Iterator[Version]:
        """
        All versions under a prefix, by key. A copy has none.
        """
        ...


class BucketArchive(BucketObjects):
    """
    The archive bucket.
    """

    __slots__ = ()

    is_copy = False

    @property
    def place(self) -> str:
        """
        The bucket's address.
        """
        return f"s3://{self.bucket}"

    def checksum(self, stored: Stored) -> Checksum | None:
        """
        What HEAD shows. It does so of archived objects as well, restored or not.
        """
        try:
            shown = self.client.head_object(
                Bucket=self.bucket, Key=stored.key, ChecksumMode="ENABLED"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        sha256 = shown.get("ChecksumSHA256")
        # Of an object that was stored in parts it is a sum of sums: "...-3".
        whole = sha256 if sha256 and "-" not in sha256 else None
        return Checksum(
            sha256=base64.b64decode(whole).hex() if whole else None,
            is_etag_md5=not shown.get("ServerSideEncryption", "").startswith("aws:kms")
            and "-" not in stored.etag,
        )

    def history(self, prefix: str) -> Iterator[Version]:
        """
        All versions under a prefix, a thousand to a request.
        """
        pages = self.client.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        for page in pages:
            found = [
                *(
                    Version(
                        key=it["Key"],
                        version=it["VersionId"],
                        is_marker=False,
                        is_latest=it["IsLatest"],
                        etag=it["ETag"].strip('"'),
                        modified_at=int(it["LastModified"].timestamp()),
                    )
                    for it in page.get("Versions", ())
                ),
                *(
                    Version(
                        key=it["Key"],
                        version=it["VersionId"],
                        is_marker=True,
                        is_latest=it["IsLatest"],
                        etag="",
                        modified_at=int(it["LastModified"].timestamp()),
                    )
                    for it in page.get("DeleteMarkers", ())
                ),
            ]
            yield from sorted(
                found, key=lambda it: (it.key, not it.is_latest, -it.modified_at)
            )


class FolderArchive(FolderObjects):
    """
    A folder that holds a copy of the archive bucket.
    """

    __slots__ = ()

    is_copy = True

    @property
    def place(self) -> str:
        """
        The folder.
        """
        return str(self.folder)

    def checksum(self, stored: Stored) -> Checksum | None:
        """
        The checksum of the file as it is read now.
        """
        try:
            with (self.folder / stored.key).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
        except FileNotFoundError:
            return None
        return Checksum(sha256=digest.hexdigest())

    def history(self, prefix: str) -> Iterator[Version]:
        """
        A copy has no versions.
        """
        del prefix
        return iter(())

"""
The objects of an archive, wherever it lies: a bucket, or a folder with a copy.

Rule 1: reading only. Nothing here writes, deletes or spends; asking for a
restore is ops/restore's.
Rule 2: an object is found by LIST, not one HEAD each: a listing of a thousand
costs what one HEAD does, and shows storage class and restore too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from archive.errors import ColdError, DamagedError, MisconfiguredError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

# The classes whose objects cannot be read before they are restored (S3 user guide:
# "Understanding and managing Amazon S3 storage classes"). GLACIER_IR can.
ARCHIVED_CLASSES = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass(frozen=True, slots=True)
class Restored:
    """
    A restore of an archived object: under way, or there until a time.

    `expires_at` is epoch seconds, None while it is under way.
    """

    expires_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """
    One object as a listing shows it.

    `etag` is without its quotes; `restored` is None where nobody asked for it.
    `modified_at` is epoch seconds.
    """

    key: str
    bytes: int
    etag: str
    modified_at: int
    storage_class: str = "STANDARD"
    restored: Restored | None = None


class Objects(Protocol):
    """
    Objects by key.

    What is missing or cannot be read raises: DamagedError for an object that is
    not there, ColdError for one that is archived.
    """

    def listed(self, prefix: str, start_after: str = "") -> Iterator[Stored]:
        """
        The objects under a prefix, in the order of their keys.
        """
        ...

    def read(self, key: str) -> bytes:
        """
        The bytes of an object.
        """
        ...


@dataclass(frozen=True, slots=True)
class BucketObjects:
    """
    The objects of a bucket.
    """

    client: "S3Client"
    bucket: str

    def listed(self, prefix: str, start_after: str = "") -> Iterator[Stored]:
        """
        The objects under a prefix, a thousand to a request.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket,
            Prefix=prefix,
            StartAfter=start_after,
            OptionalObjectAttributes=["RestoreStatus"],
        )
        try:
            for page in pages:
                for found in page.get("Contents", ()):
                    yield _stored(found)
        except self.client.exceptions.NoSuchBucket as error:
            raise MisconfiguredError(self._gone) from error

    def read(self, key: str) -> bytes:
        """
        The bytes of an object.
        """
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except self.client.exceptions.NoSuchBucket as error:
            raise MisconfiguredError(self._gone) from error
        except self.client.exceptions.NoSuchKey as error:
            msg = f"{key}: there is no such object in {self.bucket}"
            raise DamagedError(msg) from error
        except self.client.exceptions.InvalidObjectState as error:
            msg = f"{key}: is in Glacier and not restored"
            raise ColdError(msg) from error
        return answer["Body"].read()

    @property
    def _gone(self) -> str:
        return f"{self.bucket}: there is no such bucket; apply the module again"


@dataclass(frozen=True, slots=True)
class FolderObjects:
    """
    A copy of an archive bucket: its keys are paths below the folder.
    """

    folder: Path

    def listed(self, prefix: str, start_after: str = "") -> Iterator[Stored]:
        """
        The files whose keys begin so.
        """
        above = self.folder / prefix.rpartition("/")[0]
        for key, path in sorted(self._files(above)):
            if key.startswith(prefix) and key > start_after:
                stat = path.stat()
                # No ETag: a file has none, and its MD5 would be read, not listed.
                yield Stored(
                    key=key, bytes=stat.st_size, etag="", modified_at=int(stat.st_mtime)
                )

    def read(self, key: str) -> bytes:
        """
        The bytes of a file.
        """
        try:
            return (self.folder / key).read_bytes()
        except OSError as error:
            msg = f"{key}: cannot be read in {self.folder}: {error.strerror}"
            raise DamagedError(msg) from error

    def _files(self, above: Path) -> Iterable[tuple[str, Path]]:
        return (
            (path.relative_to(self.folder).as_posix(), path)
            for path in above.rglob("*")
            if path.is_file()
        )


def _stored(found: "ObjectTypeDef") -> Stored:
    status = found.get("RestoreStatus")
    restored = None
    expiry = status.get("RestoreExpiryDate") if status else None
    if expiry is not None:
        restored = Restored(int(expiry.timestamp()))
    # Neither under way nor there: as if nobody had asked, and nothing may come.
    elif status and status.get("IsRestoreInProgress"):
        restored = Restored(None)
    return Stored(
        key=found["Key"],
        bytes=found["Size"],
        etag=found["ETag"].strip('"'),
        modified_at=int(found["LastModified"].timestamp()),
        storage_class=found.get("StorageClass", "STANDARD"),
        restored=restored,
    )

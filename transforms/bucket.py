"""
The archive bucket.

Rule 1: this is the only file that knows how S3 makes a write or a delete
conditional, and how it shows a checksum.
Rule 2: nothing here ever removes a version. A delete leaves a marker, and what
it hides stays until the bucket's lifecycle expires it.
Rule 3: no decision is made here: an answer says what happened, not what to do.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from botocore.exceptions import ClientError

from archive.errors import UndeliveredError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Body: TypeAlias = bytes | Path

# S3 answers 409 ConditionalRequestConflict while another write of the key is
# under way, and says to try again (User Guide, "Conditional writes").
CONFLICT_TRIES_MAX = 6
CONFLICT_PAUSE_SECONDS = 0.1

ABSENT = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})
UNMET = frozenset({"412", "PreconditionFailed"})
CONFLICT = frozenset({"409", "ConditionalRequestConflict"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """
    An object about to be stored: its bytes and their SHA-256, in hex.
    """

    key: str
    body: Body
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    An object's bytes, and the ETag under which they were read.
    """

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    What S3 says of an object without its bytes.

    `sha256` is None where S3 has none, as for an object that we did not write.
    """

    etag: str
    version: str
    bytes: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    An object as LIST shows it. `modified_at` is epoch seconds.
    """

    key: str
    etag: str
    bytes: int
    modified_at: int
    storage_class: str


class ArchiveBucket(Protocol):
    """
    Where the archive lies.

    Durable: what create() and replace() answer with an ETag is stored.
    Twice: an answer can be lost after the write was done. The next try is then
    told that the key is taken, or changed: read it and compare.
    Retries: the implementation repeats what S3 refused for a moment; what it
    raises is the caller's to give up on. The next run is the retry.
    """

    def create(self, sealed: Sealed) -> str | None:
        """
        Store where nothing is; the ETag, or None where the key is taken.
        """
        ...

    def replace(self, sealed: Sealed, etag: str) -> str | None:
        """
        Store over exactly these bytes; the new ETag, or None where others lie.
        """
        ...

    def read(self, key: str, version: str | None = None) -> Found | None:
        """
        The object's bytes, of this version or of the current one.
        """
        ...

    def download(self, key: str, version: str, path: Path) -> None:
        """
        The bytes of one version into a file.
        """
        ...

    def look(self, key: str, version: str | None = None) -> Shown | None:
        """
        What S3 says of the object.
        """
        ...

    def versions(self, key: str) -> list[str]:
        """
        The versions of the key that hold bytes, the newest first.
        """
        ...

    def remove(self, key: str, etag: str) -> bool:
        """
        Hide exactly these bytes; False where others lie there. Gone is gone.
        """
        ...

    def listing(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """
        What lies under the prefix, in the order of the keys.
        """
        ...


def seal(key: str, body: bytes) -> Sealed:
    """
    Bytes in memory, ready to be stored.
    """
    return Sealed(key=key, body=body, sha256=hashlib.sha256(body).hexdigest())


class S3ArchiveBucket:
    """
    The archive bucket as it is.
    """

    def __init__(
        self,
        client: "S3Client",
        name: str,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """
        `pause` waits between two tries of a write that met another.
        """
        self._client = client
        self._name = name
        self._pause = pause

    def create(self, sealed: Sealed) -> str | None:
        """
        Store where nothing is; the ETag, or None where the key is taken.
        """
        return self._put(sealed, {"IfNoneMatch": "*"})

    def replace(self, sealed: Sealed, etag: str) -> str | None:
        """
        Store over exactly these bytes; the new ETag, or None where others lie.
        """
        return self._put(sealed, {"IfMatch": etag})

    def read(self, key: str, version: str | None = None) -> Found | None:
        """
        The object's bytes, of this version or of the current one.
        """
        try:
            answer = self._client.get_object(
                Bucket=self._name, Key=key, **_version(version)
            )
        except ClientError as error:
            if _code(error) in ABSENT:
                return None
            raise
        return Found(body=answer["Body"].read(), etag=answer["ETag"].strip('"'))

    def download(self, key: str, version: str, path: Path) -> None:
        """
        The bytes of one version into a file.
        """
        answer = self._client.get_object(
            Bucket=self._name, Key=key, **_version(version)
        )
        with path.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(1024 * 1024):
                file.write(chunk)

    def look(self, key: str, version: str | None = None) -> Shown | None:
        """
        What S3 says of the object.
        """
        try:
            answer = self._client.head_object(
                Bucket=self._name, Key=key, ChecksumMode="ENABLED", **_version(version)
            )
        except ClientError as error:
            if _code(error) in ABSENT:
                return None
            raise
        checksum = answer.get("ChecksumSHA256")
        return Shown(
            etag=answer["ETag"].strip('"'),
            version=answer.get("VersionId", ""),
            bytes=answer["ContentLength"],
            sha256=checksum and base64.b64decode(checksum).hex(),
        )

    def versions(self, key: str) -> list[str]:
        """
        The versions of the key that hold bytes, the newest first.
        """
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._name, Prefix=key
        )
        return [
            version["VersionId"]
            for page in pages
            for version in page.get("Versions", [])
            if version["Key"] == key
        ]

    def remove(self, key: str, etag: str) -> bool:
        """
        Hide exactly these bytes; False where others lie there. Gone is gone.
        """
        return delete_exactly(self._client, self._name, key, etag)

    def listing(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """
        What lies under the prefix, in the order of the keys.
        """
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=prefix, StartAfter=after
        )
        for page in pages:
            for listed in page.get("Contents", []):
                yield Listed(
                    key=listed["Key"],
                    etag=listed["ETag"].strip('"'),
                    bytes=listed["Size"],
                    modified_at=int(listed["LastModified"].timestamp()),
                    storage_class=listed.get("StorageClass", "STANDARD"),
                )

    def _put(self, sealed: Sealed, condition: dict[str, str]) -> str | None:
        checksum = base64.b64encode(bytes.fromhex(sealed.sha256)).decode()
        for attempt in range(CONFLICT_TRIES_MAX):
            try:
                with ExitStack() as stack:
                    body = (
                        sealed.body
                        if isinstance(sealed.body, bytes)
                        else stack.enter_context(sealed.body.open("rb"))
                    )
                    answer = self._client.put_object(
                        Bucket=self._name,
                        Key=sealed.key,
                        Body=body,
                        ChecksumAlgorithm="SHA256",
                        ChecksumSHA256=checksum,
                        **condition,  # type: ignore[arg-type]  # IfMatch or IfNoneMatch
                    )
                return answer["ETag"].strip('"')
            except ClientError as error:
                if _code(error) in UNMET | ABSENT:
                    return None
                if _code(error) not in CONFLICT:
                    raise
            self._pause(CONFLICT_PAUSE_SECONDS * 2**attempt)
        msg = f"{sealed.key}: met another write {CONFLICT_TRIES_MAX} times"
        raise UndeliveredError(msg)


def delete_exactly(client: "S3Client", bucket: str, key: str, etag: str) -> bool:
    """
    A delete marker over exactly these bytes; False where others lie there.

    A delete by key alone could hide bytes that came since; one by version would
    be exact but for ever. If-Match looks at the current version only and leaves
    a marker, so it is exact and can be taken back (User Guide, "How to perform
    conditional deletes").
    """
    try:
        client.delete_object(Bucket=bucket, Key=key, IfMatch=etag)
    except ClientError as error:
        if _code(error) in ABSENT:
            return True
        # 409: the key is being written at this moment, so by somebody else.
        if _code(error) in UNMET | CONFLICT:
            return False
        raise
    return True


def _version(version: str | None) -> dict[str, Any]:
    return {} if version is None else {"VersionId": version}


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")

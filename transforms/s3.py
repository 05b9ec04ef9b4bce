"""
The archive bucket as S3 has it.

Rule 1: this is the only file that knows how S3 makes a write or a delete
conditional, how it says no, and how it shows a checksum.
Rule 2: ETags are without quotes everywhere else.
"""

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from archive.errors import UndeliveredError
from transforms.bucket import Found, Listed, ListedVersion, Sealed, Shown

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# S3 answers 409 ConditionalRequestConflict while another write of the key is
# under way, and says to try again (User Guide, "Conditional writes").
CONFLICT_TRIES_MAX = 6
CONFLICT_PAUSE_SECONDS = 0.1

ABSENT = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})
UNMET = frozenset({"412", "PreconditionFailed"})
CONFLICT = frozenset({"409", "ConditionalRequestConflict"})


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

    def versions(self, prefix: str) -> Iterator[ListedVersion]:
        """
        The versions under the prefix that hold bytes, of a key the newest first.
        """
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._name, Prefix=prefix
        )
        for page in pages:
            for version in page.get("Versions", []):
                yield ListedVersion(
                    listed=_listed(version),
                    version=version["VersionId"],
                    is_current=version["IsLatest"],
                )

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
                yield _listed(listed)

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


def _listed(value: Mapping[str, Any]) -> Listed:
    return Listed(
        key=value["Key"],
        etag=value["ETag"].strip('"'),
        bytes=value["Size"],
        modified_at=int(value["LastModified"].timestamp()),
        storage_class=value.get("StorageClass", "STANDARD"),
    )


def _version(version: str | None) -> dict[str, Any]:
    return {} if version is None else {"VersionId": version}


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")

"""
S3's ListObjectsV2, in the words that it uses.

Rule 1: a page costs what its thousand objects cost, however many the bucket has;
moto goes through all of them for each page.
Rule 2: RestoreStatus is told where it is asked for, and only of what is restored.

API_ListObjectsV2.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from moto.s3.exceptions import InvalidContinuationToken
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey

from local_aws.restore import Restore

# The restored copy of an object, if there is or will be one.
Restored = Callable[[FakeKey], Restore | None]

# "S3 returns up to 1,000 keys in each page", whatever more is asked for.
PAGE_KEYS_MAX = 1_000

OPTIONAL = "x-amz-optional-object-attributes"

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
)
# Whose objects they are, as moto says everywhere else.
_OWNER = (
    "<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID>"
    "<DisplayName>webfile</DisplayName></Owner>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What a request for a page asks for.
    """

    prefix: str
    delimiter: str
    token: str | None
    start_after: str
    keys_max: int
    encoded: bool
    owner: bool
    restore_status: bool

    @classmethod
    def of(cls, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> "Asked":
        """
        The request with this query and these headers.
        """

        def value(name: str, default: str = "") -> str:
            return query.get(name, [default])[0]

        return cls(
            prefix=value("prefix"),
            delimiter=value("delimiter"),
            token=value("continuation-token")
            if "continuation-token" in query
            else None,
            start_after=value("start-after"),
            keys_max=min(int(value("max-keys", str(PAGE_KEYS_MAX))), PAGE_KEYS_MAX),
            encoded=value("encoding-type") == "url",
            owner=value("fetch-owner").lower() == "true",
            restore_status="RestoreStatus" in headers.get(OPTIONAL, ""),
        )

    def spelled(self, text: str) -> str:
        """
        A key, or a part of one, as the answer has it.
        """
        return escape(quote(text) if self.encoded else text)


@dataclass(slots=True)
class _Page:
    keys: list[FakeKey] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    # The last key or folder, where others follow it.
    ends_with: str | None = None


def listed(bucket: FakeBucket, asked: Asked, restored: Restored, now: int) -> str:
    """
    The page that is asked for, as XML.
    """
    page = _page(bucket, asked)
    parts = [
        _HEAD,
        _tag("Name", bucket.name),
        f"<Prefix>{asked.spelled(asked.prefix)}</Prefix>",
        _tag("KeyCount", len(page.keys) + len(page.folders)),
        _tag("MaxKeys", asked.keys_max),
        _tag("IsTruncated", str(page.ends_with is not None).lower()),
    ]
    if asked.delimiter:
        parts.append(f"<Delimiter>{asked.spelled(asked.delimiter)}</Delimiter>")
    if asked.encoded:
        parts.append(_tag("EncodingType", "url"))
    if asked.token is not None:
        parts.append(_tag("ContinuationToken", asked.token))
    elif asked.start_after:
        parts.append(f"<StartAfter>{asked.spelled(asked.start_after)}</StartAfter>")
    if page.ends_with is not None:
        parts.append(_tag("NextContinuationToken", page.ends_with.encode().hex()))
    parts += (_content(key, asked, restored, now) for key in page.keys)
    parts += (
        f"<CommonPrefixes><Prefix>{asked.spelled(it)}</Prefix></CommonPrefixes>"
        for it in page.folders
    )
    parts.append("</ListBucketResult>")
    return "".join(parts)


def _page(bucket: FakeBucket, asked: Asked) -> _Page:
    page = _Page()
    last = None
    for name, key in _following(bucket, asked):
        folder = _folder(name, asked)
        if folder is not None and folder == last:
            continue
        if len(page.keys) + len(page.folders) == asked.keys_max:
            page.ends_with = last
            break
        if folder is None:
            page.keys.append(key)
        else:
            page.folders.append(folder)
        last = name if folder is None else folder
    return page


def _following(bucket: FakeBucket, asked: Asked) -> Iterator[tuple[str, FakeKey]]:
    """
    The objects from where the page begins, in the order of their keys.
    """
    # In the order of UTF-8, as S3's: Python's strings compare the same way.
    names = sorted(bucket.keys)
    after = asked.start_after if asked.token is None else _decoded(asked.token)
    start = bisect_left(names, asked.prefix)
    if after:
        start = max(start, bisect_right(names, after))
    for number in range(start, len(names)):
        name = names[number]
        if not name.startswith(asked.prefix):
            return
        if asked.token is not None and _folder(name, asked) == after:
            continue
        key = bucket.keys[name]
        if not isinstance(key, FakeDeleteMarker):
            yield name, key


def _folder(name: str, asked: Asked) -> str | None:
    """
    What a key is grouped under, if it is.
    """
    if not asked.delimiter:
        return None
    end = name.find(asked.delimiter, len(asked.prefix))
    return None if end < 0 else name[: end + len(asked.delimiter)]


def _decoded(token: str) -> str:
    try:
        return bytes.fromhex(token).decode()
    except ValueError as error:
        raise InvalidContinuationToken from error


def _content(key: FakeKey, asked: Asked, restored: Restored, now: int) -> str:
    algorithm = key.checksum_algorithm
    return (
        f"<Contents><Key>{asked.spelled(key.name)}</Key>"
        f"<LastModified>{key.last_modified_ISO8601}</LastModified>"
        f"<ETag>{key.etag}</ETag>"
        f"{_tag('ChecksumAlgorithm', algorithm) if algorithm else ''}"
        f"<Size>{key.size}</Size><StorageClass>{key.storage_class}</StorageClass>"
        f"{_OWNER if asked.owner else ''}"
        f"{_status(restored(key), now) if asked.restore_status else ''}"
        "</Contents>"
    )


def _status(restored: Restore | None, now: int) -> str:
    if restored is None:
        return ""
    if restored.ready_at > now:
        inner = "<IsRestoreInProgress>true</IsRestoreInProgress>"
    else:
        inner = (
            "<IsRestoreInProgress>false</IsRestoreInProgress>"
            f"<RestoreExpiryDate>{_iso(restored.expiry)}</RestoreExpiryDate>"
        )
    return f"<RestoreStatus>{inner}</RestoreStatus>"


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def _tag(name: str, value: Any) -> str:  # noqa: ANN401 - whatever prints
    return f"<{name}>{escape(str(value))}</{name}>"

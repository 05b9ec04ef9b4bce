"""
Where moto's S3 is made to do as S3 does.

Rule 1: this is the only file that replaces parts of moto's S3, with what
s3_listing.py and s3_versions.py give it: lifecycle configurations come back whole,
restores take their time, and listings show them, cheaply and in order.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import xmltodict
from moto.s3.exceptions import (
    InvalidObjectState,
    MissingKey,
    NoSuchLifecycleConfiguration,
)
from moto.s3.models import FakeBucket, FakeKey
from moto.s3.responses import S3Response

from local_aws.lifecycle_rules import ALL_CLASSES_128K, GLACIER_CLASSES
from local_aws.restore import TIER_SECONDS, Restore, asked, hastened, renewed
from local_aws.s3_listing import Asked, listed
from local_aws.s3_versions import spared

Now = Callable[[], int]
Response = tuple[int, dict[str, Any], str | bytes]

_MINIMUM_SIZE = "x-amz-transition-default-minimum-object-size"
_XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"


@contextmanager
def installed(now: Now) -> Generator[None]:
    """
    Complete moto's S3 for as long as this lasts.
    """
    put_bucket = S3Response._bucket_response_put  # noqa: SLF001 - rule 1
    post_key = S3Response._key_response_post  # noqa: SLF001 - rule 1

    def bucket_response_put(
        self: S3Response,
        request: object,
        bucket: str,
        query: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - moto ships no types
        answer = put_bucket(self, request, bucket, query)
        if "lifecycle" in query:
            _keep_lifecycle(self, bucket)
        return answer

    def key_response_post(self: S3Response, *arguments: Any) -> Response:  # noqa: ANN401 - moto ships no types
        _, body, bucket, query, key = arguments
        if "restore" in query:
            version = query.get("versionId", [None])[0]
            held = self.backend.get_object(bucket, key, version_id=version)
            return _restore(held, body, now())
        answer: Response = post_key(self, *arguments)
        return answer

    def list_objects_v2(self: S3Response) -> Response:
        at = now()
        return (
            200,
            {"Content-Type": "application/xml"},
            listed(
                self.backend.get_bucket(self.bucket_name),
                Asked.of(self.querystring, self.headers),
                lambda key: _current(key, at),
                at,
            ),
        )

    with ExitStack() as stack:
        stack.enter_context(spared())
        for owner, name, replacement in (
            (S3Response, "_bucket_response_put", bucket_response_put),
            (S3Response, "get_bucket_lifecycle", _get_lifecycle),
            (S3Response, "_key_response_post", key_response_post),
            (S3Response, "list_objects_v2", list_objects_v2),
            (FakeKey, "status", property(lambda key: _status(key, now()), _ignore)),
            (FakeKey, "_expiry", property(lambda key: _expiry(key, now()), _ignore)),
            (FakeKey, "restored", None),
        ):
            create = not hasattr(owner, name)
            stack.enter_context(patch.object(owner, name, replacement, create=create))
        yield


def _keep_lifecycle(response: S3Response, bucket_name: str) -> None:
    bucket: FakeBucket = response.backend.get_bucket(bucket_name)
    bucket.lifecycle_xml = xmltodict.parse(response.body)["LifecycleConfiguration"]
    bucket.lifecycle_minimum = response.headers.get(_MINIMUM_SIZE, ALL_CLASSES_128K)


def _get_lifecycle(self: S3Response) -> Response:
    bucket = self.backend.get_bucket(self.bucket_name)
    if not bucket.rules:
        raise NoSuchLifecycleConfiguration(bucket_name=self.bucket_name)
    rules = {**bucket.lifecycle_xml, "@xmlns": _XMLNS}
    body = xmltodict.unparse({"LifecycleConfiguration": rules})
    return 200, {_MINIMUM_SIZE: bucket.lifecycle_minimum}, body


def _restore(key: FakeKey | None, body: bytes, now: int) -> Response:
    if key is None:
        raise MissingKey
    if key.storage_class not in GLACIER_CLASSES:
        raise InvalidObjectState(storage_class=key.storage_class)
    request = xmltodict.parse(body)["RestoreRequest"]
    days = int(request["Days"])
    parameters = request.get("GlacierJobParameters") or {}
    tier = parameters.get("Tier", request.get("Tier", "Standard"))
    if (key.storage_class, tier) not in TIER_SECONDS:
        msg = "Retrieval option is not supported by this storage class"
        return _refusal(400, "InvalidRequest", msg)

    seconds = TIER_SECONDS[key.storage_class, tier]
    former = _current(key, now)
    if former is not None and former.ready_at > now:
        sooner = hastened(former, now, seconds, days)
        if sooner is not None:
            key.restored = sooner
            return 202, {}, ""
        msg = "Object restore is already in progress"
        return _refusal(409, "RestoreAlreadyInProgress", msg)
    if former is not None:
        key.restored = renewed(former, now, days)
        return 200, {}, ""
    key.restored = asked(now, seconds, days)
    return 202, {}, ""


def _refusal(status: int, code: str, message: str) -> Response:
    # Not as an exception: moto would answer 400 to a code that it does not know.
    body = xmltodict.unparse({"Error": {"Code": code, "Message": message}})
    return status, {}, body


def _current(key: FakeKey, now: int) -> Restore | None:
    restored: Restore | None = key.restored
    return None if restored is None or restored.expires_at <= now else restored


def _status(key: FakeKey, now: int) -> str | None:
    restored = _current(key, now)
    if restored is None:
        return None
    return "IN_PROGRESS" if restored.ready_at > now else "RESTORED"


def _expiry(key: FakeKey, now: int) -> object:
    restored = _current(key, now)
    return None if restored is None else restored.expiry


def _ignore(_key: FakeKey, _value: object) -> None:
    """
    Take no notice of what moto would set: rule 1 of restore.py.
    """

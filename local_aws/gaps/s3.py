"""
S3: what moto makes of bucket policies, and of names in a listing of versions.

Lifecycles and restores are in local_aws/s3.py, for they are needed without a
server too.
"""

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeDeleteMarker
from moto.s3.responses import S3Response


def _secure_transport() -> AbstractContextManager[Any]:
    """
    A statement about requests without TLS says nothing of those with it.

    IAM: AWS global condition context keys, aws:SecureTransport; moto knows no
    condition but StringEquals, so that a bucket which wants TLS would refuse
    everybody. The loopback stands for TLS.
    """
    is_action_permitted = IAMPolicyStatement.is_action_permitted

    def where_it_applies(
        self: IAMPolicyStatement,
        action: str,
        resource: str = "*",
        principal: str | None = None,
        incoming_condition_values: dict[str, str] | None = None,
    ) -> PermissionResult:
        condition = self._statement.get("Condition", {})
        if condition.get("Bool", {}).get("aws:SecureTransport") in ("false", ["false"]):
            return PermissionResult.NEUTRAL
        return is_action_permitted(
            self, action, resource, principal, incoming_condition_values
        )

    return patch.object(IAMPolicyStatement, "is_action_permitted", where_it_applies)


def _encoded_versions() -> AbstractContextManager[Any]:
    """
    A listing of versions encodes the names in it where it is asked to.

    API_ListObjectVersions, encoding-type; moto never does, and whoever decodes
    what was not encoded (Terraform, emptying a bucket) deletes another name.
    """
    serialized = S3Response.serialized

    def encoded(self: S3Response, result: ActionResult) -> Any:  # noqa: ANN401 - moto ships no types
        asked = self.querystring.get("encoding-type") == ["url"]
        if asked and self.data.get("Action") == "ListObjectVersions":
            _encode(result.result)
        return serialized(self, result)

    return patch.object(S3Response, "serialized", encoded)


def _encode(listing: dict[str, Any]) -> None:
    listing["EncodingType"] = "url"
    for name in ("Delimiter", "KeyMarker", "NextKeyMarker", "Prefix"):
        if listing.get(name):
            listing[name] = quote(listing[name])
    for group, name in (
        ("Versions", "Key"),
        ("DeleteMarkers", "Key"),
        ("CommonPrefixes", "Prefix"),
    ):
        for each in listing.get(group, ()):
            each[name] = quote(each[name])


def _disposed_markers() -> AbstractContextManager[Any]:
    """
    A delete marker can be deleted like the versions beside it.

    API_DeleteObjects; moto lets go of a version's content, and finds none here.
    """
    return patch.object(FakeDeleteMarker, "dispose", lambda _: None, create=True)


GAPS = (_secure_transport, _encoded_versions, _disposed_markers)

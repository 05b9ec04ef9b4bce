from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import boto3
from moto.s3.models import FakeKey, S3Backend

from local_aws.scene import backend

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

# As moto has it, which looks at everything for each page.
WHOLE = S3Backend.list_object_versions


def test_versions_of_the_same_second_are_listed_newest_first(stage: Stage) -> None:
    """
    The clock stands still while a function runs; the last write is the latest.
    """
    del stage
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_bucket_versioning(
        Bucket="archive", VersioningConfiguration={"Status": "Enabled"}
    )
    written = [
        client.put_object(Bucket="archive", Key=key, Body=body)["VersionId"]
        for key in ("a", "b")
        for body in (b"one", b"two", b"three")
    ]
    client.delete_object(Bucket="archive", Key="b")
    listed = client.list_object_versions(Bucket="archive")
    assert [it["VersionId"] for it in listed["Versions"]] == [
        *reversed(written[:3]),
        *reversed(written[3:]),
    ]
    latest = [it["IsLatest"] for it in listed["Versions"]]
    assert latest == [True, False, False, False, False, False]
    (marker,) = listed["DeleteMarkers"]
    assert marker["Key"] == "b"
    assert marker["IsLatest"]


def test_a_listing_of_versions_keeps_no_copies(stage: Stage) -> None:
    """
    A year of listings must not hold every object many times over.
    """
    del stage
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_object(Bucket="archive", Key="a", Body=b"x")
    before = len(FakeKey.instances_tracked)
    for _ in range(5):
        client.list_object_versions(Bucket="archive")
    assert len(FakeKey.instances_tracked) == before
    assert client.get_object(Bucket="archive", Key="a")["Body"].read() == b"x"


def test_a_page_of_versions_is_the_one_that_moto_would_give(stage: Stage) -> None:
    """
    Whatever is asked for; also where a marker names nothing, or lies elsewhere.
    """
    del stage
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_bucket_versioning(
        Bucket="archive", VersioningConfiguration={"Status": "Enabled"}
    )
    keys = ("b/2", "a", "a/1", "a/1/x", "a/2", "b", "c")
    for key, times in zip(keys, (1, 3, 2, 1, 1, 4, 1), strict=True):
        for _ in range(times):
            client.put_object(Bucket="archive", Key=key, Body=b"x")
    client.delete_object(Bucket="archive", Key="a/2")
    held = backend("s3")

    def shown(listing: Any) -> object:  # noqa: ANN401 - moto ships no types
        versions, groups, markers, *following = listing
        return (
            [(it.name, it.version_id) for it in versions],
            groups,
            [(it.name, it.version_id) for it in markers],
            following,
        )

    def compare(**asked: Any) -> Any:  # noqa: ANN401 - moto ships no types
        ours = held.list_object_versions("archive", **asked)
        assert shown(ours) == shown(WHOLE(held, "archive", **asked)), asked
        return ours

    for prefix, marker, most, delimiter in product(
        ("", "a", "a/", "b", "none"),
        (None, "", "a", "a/1", "a/15", "b", "zz"),
        (1, 2, 3, 5, 100),
        (None, "/"),
    ):
        asked = {"prefix": prefix, "max_keys": most, "delimiter": delimiter}
        page = compare(**asked, key_marker=marker)
        # And the page after it.
        if page[3] is not None:
            compare(**asked, key_marker=page[3], version_id_marker=page[4])

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from moto.s3.models import FakeKey

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage


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

"""
Buckets that Terraform empties on the way to a destroy.
"""

from collections.abc import Callable
from typing import Any

Reach = Callable[[str], Any]


def test_a_listing_of_versions_encodes_its_names(reach: Reach) -> None:
    """
    Where it is asked to, as boto3 and Terraform do: both decode what they get.
    """
    client = reach("s3")
    client.create_bucket(Bucket="bucket")
    client.put_bucket_versioning(
        Bucket="bucket", VersioningConfiguration={"Status": "Enabled"}
    )
    keys = ["device=a%2Fb/1", "device=a%3Db%252F/1", "device=Zürich +/1"]
    for key in keys:
        client.put_object(Bucket="bucket", Key=key)
    client.delete_object(Bucket="bucket", Key=keys[0])
    found = client.list_object_versions(Bucket="bucket", Prefix="device=")
    assert {each["Key"] for each in found["Versions"]} == set(keys)
    assert [each["Key"] for each in found["DeleteMarkers"]] == [keys[0]]
    assert found["Prefix"] == "device="
    page = client.list_object_versions(Bucket="bucket", MaxKeys=1)
    rest = client.list_object_versions(
        Bucket="bucket",
        KeyMarker=page["NextKeyMarker"],
        VersionIdMarker=page["NextVersionIdMarker"],
    )
    assert len(rest["Versions"]) + len(rest["DeleteMarkers"]) == len(keys)


def test_delete_markers_are_deleted_with_the_versions(reach: Reach) -> None:
    """
    Until nothing is left, and the bucket may go.
    """
    client = reach("s3")
    client.create_bucket(Bucket="bucket")
    client.put_bucket_versioning(
        Bucket="bucket", VersioningConfiguration={"Status": "Enabled"}
    )
    for key in ("one", "two"):
        client.put_object(Bucket="bucket", Key=key)
        client.delete_object(Bucket="bucket", Key=key)
        client.put_object(Bucket="bucket", Key=key)
        client.delete_object(Bucket="bucket", Key=key)
    listed = client.list_object_versions(Bucket="bucket")
    for group in ("Versions", "DeleteMarkers"):
        named = [
            {"Key": each["Key"], "VersionId": each["VersionId"]}
            for each in listed[group]
        ]
        client.delete_objects(Bucket="bucket", Delete={"Objects": named})
    client.delete_bucket(Bucket="bucket")
    assert client.list_buckets()["Buckets"] == []

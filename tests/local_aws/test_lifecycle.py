from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.events import ObjectExpired, ObjectTransitioned
from local_aws.lifecycle_rules import midnight_after

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800
DAY = 86_400
HOUR = 3600
TO_GLACIER = {"Transitions": [{"Days": 45, "StorageClass": "GLACIER"}]}


def bucket(
    minimum: str | None, *rules: dict[str, Any], versioned: bool = False
) -> None:
    """
    A bucket `archive` with these rules, given an id and enabled.
    """
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    if versioned:
        client.put_bucket_versioning(
            Bucket="archive", VersioningConfiguration={"Status": "Enabled"}
        )
    more = {} if minimum is None else {"TransitionDefaultMinimumObjectSize": minimum}
    client.put_bucket_lifecycle_configuration(
        Bucket="archive",
        LifecycleConfiguration={
            "Rules": [
                {"ID": str(number), "Status": "Enabled", "Filter": {}, **rule}
                for number, rule in enumerate(rules)
            ]
        },
        **more,
    )


def store(key: str, size: int = 1) -> None:
    """
    Put an object of so many bytes.
    """
    boto3.client("s3").put_object(Bucket="archive", Key=key, Body=b"x" * size)


def classes() -> dict[str, str]:
    """
    The storage class of each object.
    """
    listed = boto3.client("s3").list_objects_v2(Bucket="archive")
    return {it["Key"]: it["StorageClass"] for it in listed.get("Contents", [])}


def test_ages_end_at_the_next_midnight() -> None:
    """
    S3's own example: 15 January 2014 10:30 and three days are the 19th, 00:00.
    """
    created = 1_389_781_800
    assert midnight_after(created, 3) == 1_390_089_600


def test_an_object_moves_at_the_midnight_after_its_age(stage: Stage) -> None:
    """
    And is then told, once, and no longer read without a restore.
    """
    bucket("varies_by_storage_class", TO_GLACIER)
    stage.account.run_until(START + HOUR)
    store("a")
    stage.account.run_until(START + 46 * DAY - 1)
    assert classes() == {"a": "STANDARD"}
    stage.account.run_until(START + 46 * DAY)
    assert classes() == {"a": "GLACIER"}
    (moved,) = stage.seen(ObjectTransitioned)
    assert (moved.at, moved.key) == (START + 46 * DAY, "a")
    with pytest.raises(ClientError, match="InvalidObjectState"):
        boto3.client("s3").get_object(Bucket="archive", Key="a")
    head = boto3.client("s3").head_object(Bucket="archive", Key="a")
    assert head["LastModified"].timestamp() == START + HOUR
    assert stage.account.next_change_at() is None


@pytest.mark.parametrize(
    ("minimum", "small", "large"),
    [
        (None, "STANDARD", "GLACIER"),
        ("all_storage_classes_128K", "STANDARD", "GLACIER"),
        ("varies_by_storage_class", "GLACIER", "GLACIER"),
    ],
)
def test_small_objects_stay_unless_the_minimum_varies(
    stage: Stage, minimum: str | None, small: str, large: str
) -> None:
    """
    API_PutBucketLifecycleConfiguration, TransitionDefaultMinimumObjectSize.
    """
    bucket(minimum, TO_GLACIER)
    store("small", 128 * 1024 - 1)
    store("large", 128 * 1024)
    stage.account.run_until(START + 50 * DAY)
    assert classes() == {"large": large, "small": small}


def test_even_when_it_varies_other_classes_take_no_small_objects(stage: Stage) -> None:
    """
    "Other storage classes" than the two of Glacier keep the 128 KB.
    """
    bucket(
        "varies_by_storage_class",
        {"Transitions": [{"Days": 45, "StorageClass": "GLACIER_IR"}]},
    )
    store("small")
    stage.account.run_until(START + 50 * DAY)
    assert classes() == {"small": "STANDARD"}


def test_a_size_in_the_filter_overrides_the_default_minimum(stage: Stage) -> None:
    """
    "Custom filters always take precedence over the default".
    """
    bucket(
        None,
        {
            **TO_GLACIER,
            "Filter": {"And": {"Prefix": "items/", "ObjectSizeGreaterThan": 100}},
        },
    )
    store("items/small", 100)
    store("items/larger", 101)
    store("ledger/larger", 101)
    stage.account.run_until(START + 50 * DAY)
    assert classes() == {
        "items/larger": "GLACIER",
        "items/small": "STANDARD",
        "ledger/larger": "STANDARD",
    }


def test_the_configuration_comes_back_as_it_was_put(stage: Stage) -> None:
    """
    Sizes and the default minimum included, so that a second plan is empty.
    """
    del stage
    rule = {
        **TO_GLACIER,
        "Filter": {"And": {"Prefix": "items/", "ObjectSizeGreaterThan": 100}},
    }
    bucket("varies_by_storage_class", rule)
    found = boto3.client("s3").get_bucket_lifecycle_configuration(Bucket="archive")
    assert found["Rules"] == [{"ID": "0", "Status": "Enabled", **rule}]
    assert found["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"


def test_objects_only_ever_get_colder(stage: Stage) -> None:
    """
    The waterfall: DEEP_ARCHIVE follows GLACIER, and nothing comes back.
    """
    bucket(
        "varies_by_storage_class",
        {
            "Transitions": [
                {"Days": 10, "StorageClass": "GLACIER"},
                {"Days": 100, "StorageClass": "DEEP_ARCHIVE"},
            ]
        },
        {"Transitions": [{"Days": 150, "StorageClass": "GLACIER"}]},
    )
    store("a")
    stage.account.run_until(START + 11 * DAY)
    assert classes() == {"a": "GLACIER"}
    stage.account.run_until(START + 200 * DAY)
    assert classes() == {"a": "DEEP_ARCHIVE"}
    assert len(stage.seen(ObjectTransitioned)) == 2


def test_a_deleted_object_goes_for_good_after_the_noncurrent_days(stage: Stage) -> None:
    """
    Its version 30 days after it was deleted, then the marker left alone.
    """
    bucket(
        "varies_by_storage_class",
        {
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
        },
        versioned=True,
    )
    client = boto3.client("s3")
    store("kept")
    store("gone")
    stage.account.run_until(START + 10 * DAY)
    client.delete_object(Bucket="archive", Key="gone")
    stage.account.run_until(START + 41 * DAY - 1)
    versions = client.list_object_versions(Bucket="archive")
    assert [it["Key"] for it in versions["Versions"]] == ["gone", "kept"]
    stage.account.run_until(START + 42 * DAY)
    versions = client.list_object_versions(Bucket="archive")
    assert [it["Key"] for it in versions["Versions"]] == ["kept"]
    assert "DeleteMarkers" not in versions
    assert [event.key for event in stage.seen(ObjectExpired)] == ["gone", "gone"]
    stage.account.run_until(START + 43 * DAY)
    assert stage.account.next_change_at() is None


def test_an_expired_object_is_deleted_as_a_caller_would(stage: Stage) -> None:
    """
    In a versioned bucket that leaves its version behind, noncurrent.
    """
    bucket("varies_by_storage_class", {"Expiration": {"Days": 7}}, versioned=True)
    store("a")
    stage.account.run_until(START + 8 * DAY)
    assert classes() == {}
    versions = boto3.client("s3").list_object_versions(Bucket="archive")
    assert len(versions["Versions"]) == len(versions["DeleteMarkers"]) == 1
    (expired,) = stage.seen(ObjectExpired)
    assert expired.version is None


def test_a_disabled_rule_does_nothing(stage: Stage) -> None:
    """
    Status decides, and a rule deleted later is forgotten.
    """
    bucket("varies_by_storage_class", {**TO_GLACIER, "Status": "Disabled"})
    store("a")
    stage.account.run_until(START + 50 * DAY)
    assert classes() == {"a": "STANDARD"}

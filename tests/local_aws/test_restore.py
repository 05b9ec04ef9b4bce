from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800
HOUR = 3600
DAY = 86_400


def store(storage_class: str = "GLACIER", key: str = "a b/c") -> None:
    """
    An object that is archived already.
    """
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_object(Bucket="archive", Key=key, Body=b"x", StorageClass=storage_class)


def restore(tier: str = "Standard", days: int = 3, key: str = "a b/c") -> int:
    """
    Ask for a restore; the status that S3 answers.
    """
    answer = boto3.client("s3").restore_object(
        Bucket="archive",
        Key=key,
        RestoreRequest={"Days": days, "GlacierJobParameters": {"Tier": tier}},
    )
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def listed(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's own
    """
    The one object as a listing shows it.
    """
    answer = boto3.client("s3").list_objects_v2(
        Bucket="archive", OptionalObjectAttributes=["RestoreStatus"], **more
    )
    (entry,) = answer["Contents"]
    return entry


def readable(key: str = "a b/c") -> bool:
    """
    Whether a GET gives the object.
    """
    client = boto3.client("s3")
    try:
        client.get_object(Bucket="archive", Key=key)
    except client.exceptions.InvalidObjectState:
        return False
    return True


def test_a_restore_takes_its_time_and_ends_at_a_midnight(stage: Stage) -> None:
    """
    In progress, then there for its days, then archived as before.
    """
    store()
    assert not readable()
    assert "RestoreStatus" not in listed()
    assert restore(days=3) == 202
    assert listed()["RestoreStatus"] == {"IsRestoreInProgress": True}
    head = boto3.client("s3").head_object(Bucket="archive", Key="a b/c")
    assert head["Restore"] == 'ongoing-request="true"'

    stage.account.run_until(START + 5 * HOUR - 1)
    assert not readable()
    stage.account.run_until(START + 5 * HOUR)
    assert readable()
    ends = datetime.fromtimestamp(START + 4 * DAY, tz=UTC)
    assert listed()["RestoreStatus"] == {
        "IsRestoreInProgress": False,
        "RestoreExpiryDate": ends,
    }
    head = boto3.client("s3").head_object(Bucket="archive", Key="a b/c")
    assert head["Restore"].startswith('ongoing-request="false", expiry-date="Fri, 05 ')

    stage.account.run_until(START + 4 * DAY - 1)
    assert readable()
    stage.account.run_until(START + 4 * DAY)
    assert not readable()
    assert "RestoreStatus" not in listed()
    assert restore() == 202


@pytest.mark.parametrize(
    ("storage_class", "tier", "hours"),
    [
        ("GLACIER", "Expedited", 5 / 60),
        ("GLACIER", "Standard", 5),
        ("GLACIER", "Bulk", 12),
        ("DEEP_ARCHIVE", "Standard", 12),
        ("DEEP_ARCHIVE", "Bulk", 48),
    ],
)
def test_each_tier_takes_the_longest_that_aws_names(
    stage: Stage, storage_class: str, tier: str, hours: float
) -> None:
    """
    Understanding archive retrieval options.
    """
    store(storage_class)
    restore(tier)
    stage.account.run_until(START + int(hours * HOUR) - 1)
    assert not readable()
    stage.account.run_until(START + int(hours * HOUR))
    assert readable()


def test_a_restore_on_its_way_refuses_another(stage: Stage) -> None:
    """
    409 RestoreAlreadyInProgress; once there, a request renews the days.
    """
    store()
    restore()
    with pytest.raises(ClientError, match="RestoreAlreadyInProgress") as refused:
        restore()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    stage.account.run_until(START + 6 * HOUR)
    assert restore(days=10) == 200
    ends = datetime.fromtimestamp(START + 11 * DAY, tz=UTC)
    assert listed()["RestoreStatus"]["RestoreExpiryDate"] == ends
    assert readable()


def test_a_restore_on_its_way_takes_a_faster_tier(stage: Stage) -> None:
    """
    With the same days; what is not faster, or wants other days, is refused.
    """
    store()
    assert restore("Bulk", days=3) == 202
    for tier, days in (("Bulk", 3), ("Standard", 4)):
        with pytest.raises(ClientError, match="RestoreAlreadyInProgress"):
            restore(tier, days)
    assert restore("Standard", days=3) == 202
    with pytest.raises(ClientError, match="RestoreAlreadyInProgress"):
        restore("Bulk", days=3)
    stage.account.run_until(START + 5 * HOUR - 1)
    assert not readable()
    stage.account.run_until(START + 5 * HOUR)
    assert readable()
    ends = datetime.fromtimestamp(START + 4 * DAY, tz=UTC)
    assert listed()["RestoreStatus"]["RestoreExpiryDate"] == ends


def test_a_faster_tier_that_comes_late_delays_nothing(stage: Stage) -> None:
    """
    The copy is there when the first one would have been.
    """
    store()
    restore("Bulk")
    stage.account.run_until(START + 11 * HOUR)
    assert restore("Standard") == 202
    stage.account.run_until(START + 12 * HOUR)
    assert readable()


def test_what_a_lifecycle_moved_is_restored_like_what_was_put_there(
    stage: Stage,
) -> None:
    """
    Cold from the midnight at which it is moved; warm; and cold again.
    """
    store("STANDARD")
    boto3.client("s3").put_bucket_lifecycle_configuration(
        Bucket="archive",
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "glacier",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "", "ObjectSizeGreaterThan": 0},
                    "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}],
                }
            ]
        },
    )
    with pytest.raises(ClientError, match="InvalidObjectState"):
        restore()
    assert readable()
    stage.account.run_until(START + 3 * DAY)
    assert not readable()
    assert restore(days=1) == 202
    stage.account.run_until(START + 3 * DAY + 5 * HOUR)
    assert readable()
    assert listed()["StorageClass"] == "GLACIER"
    stage.account.run_until(START + 5 * DAY)
    assert not readable()


def test_what_is_not_archived_or_has_no_such_tier_is_refused(stage: Stage) -> None:
    """
    Nothing to restore in STANDARD; nothing expedited in DEEP_ARCHIVE.
    """
    del stage
    store("STANDARD")
    with pytest.raises(ClientError, match="InvalidObjectState"):
        restore()
    boto3.client("s3").put_object(
        Bucket="archive", Key="deep", Body=b"x", StorageClass="DEEP_ARCHIVE"
    )
    words = "InvalidRequest.*Retrieval option is not supported by this storage class"
    with pytest.raises(ClientError, match=words):
        restore("Expedited", key="deep")


def test_a_listing_says_nothing_of_restores_unless_it_is_asked(stage: Stage) -> None:
    """
    API_ListObjectsV2: RestoreStatus comes with x-amz-optional-object-attributes.
    """
    del stage
    store()
    restore()
    (entry,) = boto3.client("s3").list_objects_v2(Bucket="archive")["Contents"]
    assert "RestoreStatus" not in entry
    assert listed(EncodingType="url")["RestoreStatus"] == {"IsRestoreInProgress": True}


def test_an_older_version_is_restored_by_its_id(stage: Stage) -> None:
    """
    VersionId names the version; the current one stays archived.
    """
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_bucket_versioning(
        Bucket="archive", VersioningConfiguration={"Status": "Enabled"}
    )
    old, _ = (
        client.put_object(Bucket="archive", Key="a", Body=body, StorageClass="GLACIER")[
            "VersionId"
        ]
        for body in (b"old", b"new")
    )
    client.restore_object(
        Bucket="archive", Key="a", VersionId=old, RestoreRequest={"Days": 1}
    )
    stage.account.run_until(START + 5 * HOUR)
    found = client.get_object(Bucket="archive", Key="a", VersionId=old)
    assert found["Body"].read() == b"old"
    assert not readable("a")

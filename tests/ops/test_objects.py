from pathlib import Path

import boto3
import pytest

from archive.errors import ColdError, DamagedError, MisconfiguredError
from local_aws.account import Account
from local_aws.deployment import Deployed
from ops.objects import BucketObjects, FolderObjects, Objects, Restored, Stored
from tests.ops.conftest import START

KEYS = ["a/1", "a/10", "a/2", "a/b/3", "a=%2F/4", "b/5", "é/6"]
DAY = 86_400


def bucket(deployed: Deployed) -> BucketObjects:
    """
    The archive bucket, as the commands see it.
    """
    return BucketObjects(boto3.client("s3"), deployed.archive_bucket)


@pytest.fixture(params=["bucket", "folder"])
def objects(
    request: pytest.FixtureRequest, deployed: Deployed, tmp_path: Path
) -> Objects:
    """
    The same objects, in a bucket and in a copy of it.
    """
    for key in KEYS:
        if request.param == "folder":
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(key.encode())
        else:
            boto3.client("s3").put_object(
                Bucket=deployed.archive_bucket, Key=key, Body=key.encode()
            )
    return FolderObjects(tmp_path) if request.param == "folder" else bucket(deployed)


def test_a_listing_is_in_the_order_of_the_keys(objects: Objects) -> None:
    """
    That of their bytes, in a folder as in a bucket; whatever begins it.
    """
    for prefix in ("", "a", "a/", "a/1", "a/b/", "a=", "c/", "é/"):
        for start_after in ("", "a/1", "a/10", "b"):
            listed = [stored.key for stored in objects.listed(prefix, start_after)]

            assert listed == sorted(
                (key for key in KEYS if key.startswith(prefix) and key > start_after),
                key=str.encode,
            )


def test_an_object_is_its_bytes(objects: Objects) -> None:
    """
    And the listing says how many.
    """
    for stored in objects.listed(""):
        assert objects.read(stored.key) == stored.key.encode()
        assert stored.bytes == len(stored.key.encode())


def test_an_object_that_is_not_there_is_damage(objects: Objects) -> None:
    """
    Whoever reads a key was told that it is there.
    """
    with pytest.raises(DamagedError, match=r"^a/3: "):
        objects.read("a/3")


def test_a_thousand_and_one_objects_take_two_requests(deployed: Deployed) -> None:
    """
    And are seen all the same.
    """
    client = boto3.client("s3")
    for n in range(1_001):
        client.put_object(Bucket=deployed.archive_bucket, Key=f"{n:04d}", Body=b"")
    asked = []
    client.meta.events.register(
        "before-call.s3.ListObjectsV2", lambda **more: asked.append(more)
    )
    listed = list(BucketObjects(client, deployed.archive_bucket).listed(""))

    assert [it.key for it in listed] == [f"{n:04d}" for n in range(1_001)]
    assert len(asked) == 2


def test_a_listing_shows_class_and_restore(
    account: Account, deployed: Deployed
) -> None:
    """
    Without one HEAD: cold, under way, there until a time.
    """
    client = boto3.client("s3")
    for key, storage_class in (
        ("hot", "STANDARD"),
        ("cold", "GLACIER"),
        ("deep", "DEEP_ARCHIVE"),
    ):
        client.put_object(
            Bucket=deployed.archive_bucket,
            Key=key,
            Body=b"x",
            StorageClass=storage_class,
        )
    listed = {it.key: it for it in bucket(deployed).listed("")}
    assert {k: it.storage_class for k, it in listed.items()} == {
        "hot": "STANDARD",
        "cold": "GLACIER",
        "deep": "DEEP_ARCHIVE",
    }
    assert all(it.restored is None for it in listed.values())
    assert all(it.modified_at == START for it in listed.values())
    # The MD5, as LIST shows it: without its quotes.
    assert {it.etag for it in listed.values()} == {"9dd4e461268c8034f5c8564e155c67a6"}

    for key in ("cold", "deep"):
        with pytest.raises(ColdError, match=f"^{key}: is in Glacier"):
            bucket(deployed).read(key)
    client.restore_object(
        Bucket=deployed.archive_bucket, Key="cold", RestoreRequest={"Days": 3}
    )
    (cold,) = bucket(deployed).listed("cold")
    assert cold.restored == Restored(None)

    account.run_until(START + DAY)
    (cold,) = bucket(deployed).listed("cold")
    assert cold.restored is not None
    assert cold.restored.expires_at is not None
    assert cold.restored.expires_at > START + 3 * DAY
    assert bucket(deployed).read("cold") == b"x"


@pytest.mark.usefixtures("account")
def test_a_bucket_that_is_gone_is_named() -> None:
    """
    Exit 2: the deployment is to be mended.
    """
    gone = BucketObjects(boto3.client("s3"), "firn-gone")

    with pytest.raises(
        MisconfiguredError, match=r"^firn-gone: there is no such bucket"
    ):
        list(gone.listed(""))
    with pytest.raises(
        MisconfiguredError, match=r"^firn-gone: there is no such bucket"
    ):
        gone.read("x")


def test_a_folder_has_neither_class_nor_etag(tmp_path: Path) -> None:
    """
    A copy is read from a disk: always there, and its MD5 is not listed.
    """
    (tmp_path / "x").write_bytes(b"x")
    (stored,) = FolderObjects(tmp_path).listed("")

    assert (stored.storage_class, stored.etag, stored.restored) == (
        "STANDARD",
        "",
        None,
    )


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """
    As a prefix under which nothing lies.
    """
    assert list(FolderObjects(tmp_path / "none").listed("items/")) == []


def test_what_a_listing_shows_is_a_value() -> None:
    """
    Frozen, so that a plan made from it stays what it was.
    """
    stored = Stored(key="x", bytes=1, etag="", modified_at=0)

    with pytest.raises(AttributeError):
        stored.bytes = 2  # type: ignore[misc]

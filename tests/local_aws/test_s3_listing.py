"""
ListObjectsV2 as S3 documents it, in pages of any size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.conftest import Stage

    Reach = Callable[[str], Any]

# The fixture `stage` begins here.
START = 1_614_556_800

# In the order of UTF-8, which is not that of anybody's alphabet.
KEYS = [
    "Z",
    "a",
    "a b&<c>/\"d'",
    "a/1",
    "a/2/x",
    "a/2/y",
    "a/3",
    "a0",
    "b/1",
    "é",
    "日本/1",
    "🏔",
]


def fill(keys: list[str] = KEYS) -> None:
    """
    A bucket with these objects, put in another order.
    """
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    for key in reversed(keys):
        client.put_object(Bucket="archive", Key=key, Body=key.encode())


def pages(client: Any, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - boto3's own
    """
    All pages of a listing.
    """
    listing = client.get_paginator("list_objects_v2").paginate(
        Bucket="archive", **asked
    )
    return [*listing]


def shown(client: Any, **asked: Any) -> tuple[list[str], list[str]]:  # noqa: ANN401 - boto3's own
    """
    The keys and the common prefixes of all pages.
    """
    found = pages(client, **asked)
    return (
        [it["Key"] for page in found for it in page.get("Contents", [])],
        [it["Prefix"] for page in found for it in page.get("CommonPrefixes", [])],
    )


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("size", [1, 2, 3, 5, 12, 1000])
def test_pages_of_any_size_hold_every_object_once_and_in_order(size: int) -> None:
    """
    With or without a prefix, and from after any key.
    """
    fill()
    client = boto3.client("s3")
    config = {"PaginationConfig": {"PageSize": size}}
    assert shown(client, **config) == (KEYS, [])
    for prefix in ("a", "a/", "a/2/", "none"):
        expected = [key for key in KEYS if key.startswith(prefix)]
        assert shown(client, Prefix=prefix, **config) == (expected, [])
    for after in ("", "a/2", "a/2/x", "zz"):
        expected = [key for key in KEYS if key > after]
        assert shown(client, StartAfter=after, **config) == (expected, [])
    found = pages(client, **config)
    assert [page["KeyCount"] for page in found] == [
        len(page["Contents"]) for page in found
    ]
    assert [page["IsTruncated"] for page in found] == [True] * (len(found) - 1) + [
        False
    ]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_delimiter_groups_what_lies_below(size: int) -> None:
    """
    Each group once, however the pages fall, and counted like a key.
    """
    fill()
    client = boto3.client("s3")
    config = {"PaginationConfig": {"PageSize": size}, "Delimiter": "/"}
    assert shown(client, **config) == (
        ["Z", "a", "a0", "é", "🏔"],
        ["a b&<c>/", "a/", "b/", "日本/"],
    )
    assert shown(client, Prefix="a/", **config) == (["a/1", "a/3"], ["a/2/"])
    # What lies below a group that comes after the start shows the group.
    assert shown(client, StartAfter="a/2/x", Prefix="a/", **config) == (
        ["a/3"],
        ["a/2/"],
    )


@pytest.mark.usefixtures("stage")
def test_an_entry_says_what_the_object_is() -> None:
    """
    As HeadObject says it; the owner where it is asked for.
    """
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_object(Bucket="archive", Key="a", Body=b"xyz", StorageClass="GLACIER")
    head = client.head_object(Bucket="archive", Key="a")
    (page,) = pages(client, FetchOwner=True)
    (entry,) = page["Contents"]
    assert entry.pop("Owner")["ID"]
    assert entry == {
        "Key": "a",
        "LastModified": head["LastModified"],
        "ETag": head["ETag"],
        "ChecksumAlgorithm": ["CRC32"],
        "Size": 3,
        "StorageClass": "GLACIER",
    }


@pytest.mark.usefixtures("stage")
def test_what_is_deleted_is_in_no_listing() -> None:
    """
    Neither a delete marker nor what lies under it.
    """
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    client.put_bucket_versioning(
        Bucket="archive", VersioningConfiguration={"Status": "Enabled"}
    )
    for key in ("a", "b"):
        for body in (b"1", b"22"):
            client.put_object(Bucket="archive", Key=key, Body=body)
    client.delete_object(Bucket="archive", Key="a")
    (page,) = pages(client)
    assert [(it["Key"], it["Size"]) for it in page["Contents"]] == [("b", 2)]


@pytest.mark.usefixtures("stage")
def test_no_page_has_more_than_a_thousand() -> None:
    """
    Whatever is asked for.
    """
    keys = [f"{number:04}" for number in range(1_001)]
    fill(keys)
    client = boto3.client("s3")
    page = client.list_objects_v2(Bucket="archive", MaxKeys=5_000)
    assert (page["KeyCount"], page["MaxKeys"], page["IsTruncated"]) == (
        1_000,
        1_000,
        True,
    )
    assert shown(client) == (keys, [])


@pytest.mark.usefixtures("stage")
def test_a_token_that_nobody_gave_is_refused() -> None:
    """
    In the words of S3.
    """
    fill()
    client = boto3.client("s3")
    with pytest.raises(ClientError, match="continuation token provided is incorrect"):
        client.list_objects_v2(Bucket="archive", ContinuationToken="none")
    with pytest.raises(client.exceptions.NoSuchBucket):
        client.list_objects_v2(Bucket="nowhere")


def test_restores_in_a_listing_read_the_same_over_http(
    stage: Stage, reach: Reach
) -> None:
    """
    Cold, warming, warm, and cold again; told only where it is asked for.
    """
    client = reach("s3")
    client.create_bucket(Bucket="archive")
    for key in ("cold", "gone", "warm", "warming"):
        client.put_object(Bucket="archive", Key=key, Body=b"x", StorageClass="GLACIER")

    def ask(key: str, days: int) -> None:
        client.restore_object(Bucket="archive", Key=key, RestoreRequest={"Days": days})

    def statuses() -> dict[str, Any]:
        (page,) = pages(client, OptionalObjectAttributes=["RestoreStatus"])
        return {it["Key"]: it.get("RestoreStatus") for it in page["Contents"]}

    ask("gone", 1)
    ask("warm", 9)
    stage.account.run_until(START + 4 * 86_400)
    ask("warming", 2)
    there = statuses()
    assert (there["cold"], there["gone"]) == (None, None)
    assert there["warming"] == {"IsRestoreInProgress": True}
    assert there["warm"]["IsRestoreInProgress"] is False
    assert there["warm"]["RestoreExpiryDate"].timestamp() == START + 10 * 86_400
    (page,) = pages(client)
    assert not any("RestoreStatus" in it for it in page["Contents"])

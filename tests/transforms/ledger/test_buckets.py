"""
The two buckets and the catalog: one suite on the fakes and on moto alike.

What the fakes promise to the protocol's tests is what S3 and Glue do, as far as
moto shows it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from archive.contract import Contract
from archive.document import Kept
from archive.errors import UndeliveredError
from archive.intent import Plan, Planned, encode_plan
from archive.keys import Partition, intent_key, item_key, plan_key
from tests.transforms.ledger.fake import FakeArchive, FakeCatalog, FakeLanding
from tests.transforms.ledger.glue import make_table
from tests.transforms.ledger.store import Store
from transforms.bucket import ArchiveBucket, seal
from transforms.catalog import BATCH_PARTITIONS_MAX, Catalog, GlueCatalog
from transforms.landing import LandingBucket
from transforms.s3 import CONFLICT_TRIES_MAX, S3ArchiveBucket
from transforms.s3_landing import S3LandingBucket

REGION = "eu-central-1"
ITEM = item_key(Partition("d1", "2024-01-01"), 1)
KEY = intent_key(1)


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    The three things, and how a test lands an object.
    """

    archive: ArchiveBucket
    landing: LandingBucket
    catalog: Catalog
    land: object


@pytest.fixture(params=["fake", "moto"])
def boundary(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Boundary]:
    """
    The fakes, or what stands behind boto3.
    """
    if request.param == "fake":
        archive, landing = Store(lambda: 1_700_000_000), Store(lambda: 1_700_000_000)
        yield Boundary(
            FakeArchive(archive),
            FakeLanding(landing, archive),
            FakeCatalog(set(), Contract),
            landing.put,
        )
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        for name in ("archive", "landing"):
            s3.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            s3.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        glue = boto3.client("glue", region_name=REGION)
        make_table(glue, Contract())
        yield Boundary(
            S3ArchiveBucket(s3, "archive"),
            S3LandingBucket(s3, "landing"),
            GlueCatalog(glue, "firn", "archive"),
            lambda key, body: s3.put_object(Bucket="landing", Key=key, Body=body),
        )


def test_create_stores_only_where_nothing_is(boundary: Boundary) -> None:
    """
    The second of two is told no, and the first one's bytes stay.
    """
    first = boundary.archive.create(seal(KEY, b"first"))
    assert first is not None
    assert boundary.archive.create(seal(KEY, b"second")) is None
    found = boundary.archive.read(KEY)
    assert found is not None
    assert (found.body, found.etag) == (b"first", first)


def test_replace_stores_only_over_what_was_seen(boundary: Boundary) -> None:
    """
    Not over other bytes, and not where nothing is.
    """
    assert boundary.archive.replace(seal(KEY, b"x"), "0" * 32) is None
    first = boundary.archive.create(seal(KEY, b"first"))
    assert first is not None
    second = boundary.archive.replace(seal(KEY, b"second"), first)
    assert second not in {None, first}
    assert boundary.archive.replace(seal(KEY, b"third"), first) is None
    found = boundary.archive.read(KEY)
    assert found is not None
    assert found.body == b"second"


def test_a_look_shows_the_checksum_that_was_sent(boundary: Boundary) -> None:
    """
    Of the current version and of an older one.
    """
    first = boundary.archive.create(seal(KEY, b"first"))
    assert first is not None
    shown = boundary.archive.look(KEY)
    assert shown is not None
    assert shown.sha256 == hashlib.sha256(b"first").hexdigest()
    assert (shown.etag, shown.bytes) == (first, 5)
    boundary.archive.replace(seal(KEY, b"second"), first)
    older = boundary.archive.look(KEY, shown.version)
    assert older is not None
    assert older.sha256 == shown.sha256
    old = boundary.archive.read(KEY, shown.version)
    assert old is not None
    assert old.body == b"first"


def test_a_remove_hides_exactly_what_was_seen(boundary: Boundary) -> None:
    """
    Other bytes stay; what is gone is gone; and the version is still there.
    """
    first = boundary.archive.create(seal(KEY, b"first"))
    assert first is not None
    assert not boundary.archive.remove(KEY, "0" * 32)
    assert boundary.archive.look(KEY) is not None
    assert boundary.archive.remove(KEY, first)
    assert boundary.archive.look(KEY) is None
    assert boundary.archive.read(KEY) is None
    assert boundary.archive.remove(KEY, first)

    (older,) = boundary.archive.versions(KEY)
    assert (older.listed.etag, older.is_current) == (first, False)
    found = boundary.archive.read(KEY, older.version)
    assert found is not None
    assert found.body == b"first"
    # A key that was removed can be made again.
    assert boundary.archive.create(seal(KEY, b"again")) is not None
    seen = [each.is_current for each in boundary.archive.versions(KEY)]
    assert seen == [True, False]


def test_a_listing_goes_on_after_a_key(boundary: Boundary) -> None:
    """
    In the order of the keys, and without what was removed.
    """
    etags = {
        n: boundary.archive.create(seal(intent_key(n), b"%d" % n)) for n in (3, 1, 2, 4)
    }
    boundary.archive.remove(intent_key(3), etags[3] or "")
    listed = list(boundary.archive.listing("open/", intent_key(1)))
    assert [each.key for each in listed] == [intent_key(2), intent_key(4)]
    assert [each.etag for each in listed] == [etags[2], etags[4]]
    assert {each.storage_class for each in listed} == {"STANDARD"}


def test_a_file_is_stored_and_downloaded_as_it_is(
    boundary: Boundary, tmp_path: Path
) -> None:
    """
    From a path to a path, by version.
    """
    body = b"PAR1" * 1000
    sealed = seal(ITEM, body)
    plan = Plan(
        n=1,
        writer={},
        files=(
            Planned(kept=Kept(key=ITEM, bytes=len(body), sha256=sealed.sha256), rows=1),
        ),
    )
    boundary.archive.create(seal(plan_key(1), encode_plan(plan)))
    boundary.archive.create(sealed)
    shown = boundary.archive.look(ITEM)
    assert shown is not None
    boundary.archive.download(ITEM, shown.version, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == body


def test_a_landed_object_is_read_by_its_version(boundary: Boundary) -> None:
    """
    What came under the same key since is another object.
    """
    key = "landing/2024/01/01/00/a.jsonl.gz"
    boundary.land(key, b"first")  # type: ignore[operator]
    (landed,) = boundary.landing.landed()
    pinned = boundary.landing.pin(landed)
    assert pinned is not None
    boundary.land(key, b"second")  # type: ignore[operator]
    assert boundary.landing.pin(landed) is None
    with boundary.landing.open(pinned) as body:
        assert body.read() == b"first"


def test_forgetting_an_object_leaves_what_came_after_it(boundary: Boundary) -> None:
    """
    The delete is for exactly the bytes that the entry names.
    """
    key = "landing/2024/01/01/00/a.jsonl.gz"
    boundary.land(key, b"first")  # type: ignore[operator]
    (landed,) = boundary.landing.landed()
    pinned = boundary.landing.pin(landed)
    assert pinned is not None
    boundary.land(key, b"second")  # type: ignore[operator]
    assert not boundary.landing.forget(pinned)
    assert len(list(boundary.landing.landed())) == 1


def test_partitions_may_be_registered_again(boundary: Boundary) -> None:
    """
    Already there is success, in calls of at most a hundred.
    """
    partitions = [
        Partition(f"d{i}", "2024-01-01") for i in range(BATCH_PARTITIONS_MAX + 5)
    ]
    boundary.catalog.register(partitions[:50])
    boundary.catalog.register(partitions)
    boundary.catalog.register([])
    assert boundary.catalog.contract() == Contract()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> object:
    """
    A client that reaches nothing.
    """
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return boto3.client("s3", region_name=REGION)


def test_a_write_that_meets_another_is_tried_again(s3: object) -> None:
    """
    409 says that the outcome is open; 412 that it is not.
    """
    pauses: list[float] = []
    bucket = S3ArchiveBucket(s3, "archive", pauses.append)  # type: ignore[arg-type]
    with Stubber(s3) as stubber:  # type: ignore[arg-type]
        for _ in range(2):
            stubber.add_client_error(
                "put_object", "ConditionalRequestConflict", "", 409
            )
        stubber.add_response("put_object", {"ETag": '"e"'})
        assert bucket.create(seal(KEY, b"x")) == "e"
    assert pauses == [0.1, 0.2]


def test_a_write_that_meets_others_for_ever_gives_up(s3: object) -> None:
    """
    The next run is the retry.
    """
    bucket = S3ArchiveBucket(s3, "archive", lambda _: None)  # type: ignore[arg-type]
    with Stubber(s3) as stubber:  # type: ignore[arg-type]
        for _ in range(CONFLICT_TRIES_MAX):
            stubber.add_client_error(
                "put_object", "ConditionalRequestConflict", "", 409
            )
        with pytest.raises(UndeliveredError, match=KEY):
            bucket.create(seal(KEY, b"x"))

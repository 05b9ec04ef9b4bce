"""
`firn verify` on a deployment, as a person calls it.
"""

import json

import boto3
import pytest
from moto.s3.models import FakeKey

from archive.keys import entry_key, file_list_key
from ops.verified import VerifyMode, read_verified
from ops.verify import compare, verification
from tests.ops.verify.deployed import Archived, findings, firn

ITEMS = 7  # archive objects, and three in quarantine


def test_a_whole_archive_is_verified_and_recorded(archived: Archived) -> None:
    """
    The page fits a terminal; the record says when, by whom, how and what.
    """
    result = firn()

    assert result.exit_code == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert f"{ITEMS} by MD5 in the listing" in result.stdout
    assert "3 by SHA-256 of the bytes" in result.stdout
    assert result.stdout.endswith("Nothing found.\n")
    record = read_verified(boto3.client("ssm"), "firn")
    assert record is not None
    assert record.by.startswith("arn:aws:")
    assert record.at == archived.account.clock.now()
    assert record.mode is VerifyMode.LISTING
    assert (record.head.n, record.objects, record.findings) == (6, 10, 0)


def test_a_run_over_one_month_is_not_recorded(archived: Archived) -> None:
    """
    Or it would quiet the status, which asks for all of them.
    """
    firn()
    ssm = boto3.client("ssm")
    before = read_verified(ssm, "firn")
    archived.account.run_until(archived.account.clock.now() + 60)

    result = firn("--month", "2030-01")

    assert result.exit_code == 0, result.stderr
    assert "not recorded as verified: only 2030-01 was compared" in result.stdout
    assert read_verified(ssm, "firn") == before


def test_cold_objects_are_compared_by_what_s3_keeps_of_them(
    archived: Archived,
) -> None:
    """
    Nothing is restored for it, in a listing or with --checksums.
    """
    for key in archived.listed():
        archived.cool(key)
    assert findings() == []
    report = json.loads(firn("--json", "--checksums").stdout)
    assert report["compared_by"]["checksum"] == ITEMS
    assert report["findings"] == []


def test_a_deep_look_reads_what_can_be_read_and_tells_the_rest(
    archived: Archived,
) -> None:
    """
    What is cold counts as not read, with the command that restores it.
    """
    keys = archived.listed()
    for key in keys:
        archived.cool(key)
    request = {"Days": 3, "GlacierJobParameters": {"Tier": "Standard"}}
    archived.s3.restore_object(
        Bucket=archived.bucket,
        Key=keys[0],
        RestoreRequest=request,  # type: ignore[arg-type]  # a TypedDict, written out
    )
    archived.run(6 * 3600)
    result = firn("--deep")

    assert result.exit_code == 0, result.stderr
    assert "1 by bytes and rows" in result.stdout
    assert "7 counted, 0 doubles kept" in result.stdout
    assert f"{ITEMS - 1} could not be read" in result.stdout
    both = json.loads(firn("--deep", "--checksums", "--json").stdout)
    assert both["compared_by"]["checksum"] == ITEMS - 1
    # One device's partition has a hash for a name, which is no id to restore by.
    assert "firn restore --from 2025-09-02 --to 2025-09-04" in result.stdout


def test_another_object_of_the_same_size_is_found_by_the_listing(
    archived: Archived,
) -> None:
    """
    Its MD5 is another one; and with --checksums it has no SHA-256 that is right.
    """
    key = archived.listed()[1]
    archived.put(key, bytes(len(archived.body(key))))

    assert findings() == [("altered", key)]
    assert findings("--checksums") == [("altered", key)]
    assert findings("--deep") == [("altered", key)]


def test_under_a_key_of_kms_the_stored_checksum_is_asked_for(
    archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    There an ETag is no MD5. What cannot be compared is counted, not found.
    """
    keys = archived.listed()
    for key in keys:
        archived.put(
            key,
            archived.body(key),
            ServerSideEncryption="aws:kms",
            ChecksumAlgorithm="SHA256",
        )
    # moto shows an MD5 under any key.
    monkeypatch.setattr(FakeKey, "etag", property(lambda it: f'"{id(it):032x}"'))

    report = json.loads(firn("--json").stdout)
    assert (report["findings"], report["compared_by"]["checksum"]) == ([], ITEMS)
    archived.put(
        keys[0], bytes(len(archived.body(keys[0]))), ServerSideEncryption="aws:kms"
    )
    assert findings("--checksums") == [("altered", keys[0])]

    # In an archive of a million such objects a listing is not a million requests.
    monkeypatch.setattr(compare, "KMS_SEEN_MAX", 0)
    monkeypatch.setattr(verification, "THREADS", 1)
    result = firn()
    assert result.exit_code == 1
    assert "by size alone" in result.stdout
    assert "see --checksums" in result.stdout


def test_a_deleted_object_is_told_with_its_marker(archived: Archived) -> None:
    """
    When it was deleted, and which version is there still.
    """
    key = archived.listed()[0]
    archived.s3.delete_object(Bucket=archived.bucket, Key=key)
    report = json.loads(firn("--json").stdout)

    (finding,) = report["findings"]
    assert (finding["kind"], finding["key"]) == ("expired", key)
    assert "marker" in finding["reason"]
    assert "is still there" in finding["reason"]


def test_an_object_without_a_version_is_missing(archived: Archived) -> None:
    """
    Nothing of it is left.
    """
    key = archived.listed()[0]
    archived.erase(key)

    assert findings() == [("missing", key)]


def test_what_expired_as_configured_is_no_finding(archived: Archived) -> None:
    """
    Before that many days it is one.
    """
    for key in archived.listed():
        archived.s3.delete_object(Bucket=archived.bucket, Key=key)
    # Entry 1 is a month old, entry 6 is younger by five days.
    with archived.expiring(26):
        report = json.loads(firn("--json").stdout)
    assert report["expired_as_configured"] == 5
    found = [each["key"] for each in report["findings"]]
    assert [int(key[-16:-8]) for key in found] == [6, 6]
    assert {each["kind"] for each in report["findings"]} == {"expired"}


def test_an_archived_ledger_object_is_found(archived: Archived) -> None:
    """
    Only what is under items/ may be; everything that can be read is verified.
    """
    for key in (entry_key(1), file_list_key(2)):
        archived.put(key, archived.body(key), StorageClass="GLACIER")

    assert findings() == [
        ("misclassed", entry_key(1)),
        ("misclassed", file_list_key(2)),
    ]


def test_an_entry_that_was_written_over_is_found_by_its_versions(
    archived: Archived,
) -> None:
    """
    Even the last one, which no entry vouches for; no record is needed.
    """
    body = archived.body(entry_key(6)).replace(b'"test"', b'"mine"')
    archived.put(entry_key(6), body)

    assert findings() == [("broken", entry_key(6))]


def test_a_cut_chain_is_found_by_what_was_verified_before(archived: Archived) -> None:
    """
    And again by the next run: the record keeps the last whole head.
    """
    assert findings() == []
    archived.erase_entry(6)

    assert findings() == [("cut", entry_key(6))]
    assert findings() == [("cut", entry_key(6))]
    record = read_verified(boto3.client("ssm"), "firn")
    assert record is not None
    assert (record.head.n, record.findings) == (6, 1)


def test_a_deleted_last_entry_is_found_by_its_marker(archived: Archived) -> None:
    """
    Where nobody has verified before and nothing else is left.
    """
    body = archived.body(entry_key(6))
    archived.erase_entry(6)
    assert findings() == []
    archived.put(entry_key(6), body)
    archived.s3.delete_object(Bucket=archived.bucket, Key=entry_key(6))

    assert findings() == [("cut", entry_key(6))]

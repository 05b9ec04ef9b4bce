"""
`firn verify` on a deployment, as a person calls it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.s3.models import FakeKey
from typer.testing import CliRunner, Result

from archive.keys import entry_key, file_list_key
from local_aws.account import Account
from local_aws.deploy import Deployed, Deployment, deploy
from ops import connection
from ops.cli import app
from ops.verified import read_verified, verified_parameter
from ops.verify import compare, verification
from tests.ops.verify.made import NOVEMBER, keys_in

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

ITEMS = 7  # archive objects, and three in quarantine


@dataclass(slots=True)
class Archived:
    """
    A deployment whose items are archived, and its bucket.
    """

    account: Account
    deployed: Deployed

    @property
    def s3(self) -> "S3Client":
        return boto3.client("s3")

    @property
    def bucket(self) -> str:
        return self.deployed.archive_bucket

    def listed(self, prefix: str = "items/") -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [it["Key"] for it in found.get("Contents", ())]

    def body(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def put(self, key: str, body: bytes, **options: Any) -> None:  # noqa: ANN401 - what put_object takes
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **options)

    def run(self, seconds: int) -> None:
        self.account.run_until(self.account.clock.now() + seconds)

    def cool(self, key: str) -> None:
        """
        What the lifecycle does to an object.
        """
        body = self.body(key)
        self.erase(key)
        self.put(key, body, ChecksumAlgorithm="SHA256", StorageClass="GLACIER")

    @contextmanager
    def expiring(self, days: int) -> Iterator[None]:
        """
        Say in the deployment's facts after how many days objects expire.
        """
        ssm = boto3.client("ssm")
        name = self.deployed.parameter
        text = ssm.get_parameter(Name=name)["Parameter"]["Value"]
        facts = json.loads(text) | {"archive_expiry_days": days}
        ssm.put_parameter(Name=name, Value=json.dumps(facts), Overwrite=True)
        yield
        ssm.put_parameter(Name=name, Value=text, Overwrite=True)

    def versions(self, prefix: str = "") -> list[dict[str, Any]]:
        found = self.s3.list_object_versions(Bucket=self.bucket, Prefix=prefix)
        return [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]

    def erase_entry(self, n: int) -> None:
        """
        All that an entry ever stored.
        """
        for key in [*self.listed(""), entry_key(n), file_list_key(n)]:
            if f"/{n:08d}" in key:
                self.erase(key)

    def erase(self, key: str) -> None:
        """
        All versions of a key.
        """
        for version in self.versions(key):
            self.s3.delete_object(
                Bucket=self.bucket, Key=key, VersionId=version["VersionId"]
            )


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    What AWS answers to one operation, each time.
    """

    service: str
    operation: str
    code: str
    status: int = 400


Refuse = Callable[[Refusal], None]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """
    Makes AWS refuse an operation to the command, where its clients hear it.
    """
    original = connection._client  # noqa: SLF001 - the one place that makes clients

    def arm(refusal: Refusal) -> None:
        answer = {"Error": {"Code": refusal.code, "Message": ""}}
        status = SimpleNamespace(status_code=refusal.status)

        def client(session: Any, service: str, region: str | None) -> Any:  # noqa: ANN401 - as there
            made = original(session, service, region)
            if service == refusal.service:
                made.meta.events.register_first(
                    f"before-call.{service}.{refusal.operation}",
                    lambda **_: (status, answer | {"ResponseMetadata": {}}),
                )
            return made

        monkeypatch.setattr(connection, "_client", client)

    return arm


@pytest.fixture(scope="module")
def deployment() -> Iterator[Archived]:
    """
    A deployment that has archived nothing yet.
    """
    with Account(start_at=NOVEMBER) as account:
        yield Archived(account, deploy(Deployment(retention_days=1)))


@pytest.fixture
def archived(deployment: Archived, whole: Path) -> Archived:
    """
    The archive of six entries in its bucket, in STANDARD still, never verified.
    """
    for key in {version["Key"] for version in deployment.versions()}:
        deployment.erase(key)
    for key in keys_in(whole):
        deployment.put(key, (whole / key).read_bytes(), ChecksumAlgorithm="SHA256")
    boto3.client("ssm").put_parameter(
        Name=verified_parameter("firn"), Value='{"format":1}', Overwrite=True
    )
    return deployment


def firn(*arguments: str) -> Result:
    """
    The command, in this process.
    """
    return CliRunner().invoke(app, ["verify", *arguments])


def findings(*arguments: str) -> list[tuple[str, str]]:
    """
    Kinds and keys of what is found.
    """
    result = firn("--json", *arguments)
    report = json.loads(result.stdout)
    found = [(each["kind"], each["key"]) for each in report["findings"]]
    assert result.exit_code == (1 if found else 0), result.stderr
    return found


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
    assert (record.mode.value, record.month) == ("listing", None)
    assert (record.head.n, record.objects, record.findings) == (6, 10, 0)


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
    assert "firn restore" in result.stdout


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

    found = findings()
    assert ("misclassed", file_list_key(2)) in found
    assert {key for _, key in found} == {entry_key(1), file_list_key(2)}


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


@pytest.mark.usefixtures("archived")
def test_who_may_not_write_the_record_verifies_all_the_same(
    refuse: Refuse,
) -> None:
    """
    One line says that it was not recorded, and which permission that needs.
    """
    refuse(Refusal("ssm", "PutParameter", "AccessDeniedException"))
    result = firn()

    assert result.exit_code == 0
    assert "not recorded as verified: ssm:PutParameter" in result.stdout
    assert read_verified(boto3.client("ssm"), "firn") is None


@pytest.mark.usefixtures("archived")
def test_a_deployment_without_the_record_is_verified() -> None:
    """
    An older version of the module made none.
    """
    boto3.client("ssm").delete_parameter(Name=verified_parameter("firn"))
    result = firn()

    assert result.exit_code == 0, result.stderr
    assert "apply this version of the module" in " ".join(result.stdout.split())


def test_former_versions_may_be_out_of_reach(
    archived: Archived, refuse: Refuse
) -> None:
    """
    What is missing is found without them, and that they were not seen is told.
    """
    key = archived.listed()[0]
    archived.s3.delete_object(Bucket=archived.bucket, Key=key)
    refuse(Refusal("s3", "ListObjectVersions", "AccessDenied", 403))
    result = firn("--json")

    report = json.loads(result.stdout)
    assert [(it["kind"], it["key"]) for it in report["findings"]] == [("missing", key)]
    assert report["notes"] == ["former versions were not looked at: not permitted"]


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize(
    ("refusal", "exit_code", "told"),
    [
        (Refusal("s3", "ListObjectsV2", "AccessDenied", 403), 2, "s3:ListBucket"),
        (Refusal("s3", "GetObject", "AccessDenied", 403), 2, "s3:GetObject"),
        (Refusal("s3", "HeadObject", "403", 403), 2, "s3:GetObject"),
        (Refusal("s3", "ListObjectsV2", "SlowDown", 503), 4, "too busy"),
        (Refusal("s3", "GetObject", "SlowDown", 503), 4, "too busy"),
        (Refusal("s3", "HeadObject", "503", 503), 4, "too busy"),
        (Refusal("s3", "ListObjectsV2", "ExpiredToken"), 2, "expired"),
    ],
)
def test_what_aws_refuses_is_one_line_and_an_exit_code(
    refuse: Refuse, refusal: Refusal, exit_code: int, told: str
) -> None:
    """
    The permission by its name, or that the same command goes on.
    """
    refuse(refusal)
    result = firn("--checksums")

    assert result.exit_code == exit_code, result.stderr
    assert told in result.stderr
    assert result.stderr.startswith("firn: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("archived")
def test_ctrl_c_ends_it_and_the_same_command_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Nothing is written before the end.
    """

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ops.verify.verification.sift", interrupted)
        result = firn()
        assert result.exit_code == 130
    assert read_verified(boto3.client("ssm"), "firn") is None
    assert findings() == []

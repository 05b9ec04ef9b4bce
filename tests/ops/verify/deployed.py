"""
A deployment whose archive is verified as a person does it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from typer.testing import CliRunner, Result

from archive.keys import entry_key, file_list_key
from local_aws.account import Account
from local_aws.deploy import Deployed
from ops.cli import app

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


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

    def hold(self, bodies: Mapping[str, bytes]) -> None:
        """
        Have these objects in the bucket, one version each, and nothing else.
        """
        there: dict[str, list[str]] = {}
        for version in self.versions():
            is_plain = version.get("StorageClass") == "STANDARD"
            etag = version.get("ETag", "").strip('"') if is_plain else ""
            there.setdefault(version["Key"], []).append(etag)
        for key, etags in there.items():
            body = bodies.get(key)
            if body is None or etags != [hashlib.md5(body).hexdigest()]:  # noqa: S324 - as S3 does
                self.erase(key)
                there[key] = []
        for key, body in bodies.items():
            if not there.get(key):
                self.put(key, body, ChecksumAlgorithm="SHA256")

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

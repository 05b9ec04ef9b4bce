"""
An archive in an account of its own, asked by Trino.

Catalogue and views are Terraform's, files the transform's own conversion's.

Rule 1: nothing here writes a file or a view by a way of its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq

from archive.contract import Contract
from archive.file_list import encode_file_list
from archive.ledger import FileList
from local_aws.account import Account
from local_aws.clock import Clock
from local_aws.served import Served
from tests.infra.engine.trino import Trino, running
from tests.infra.terraform import Terraform, copy_of_module
from tests.transforms.conversion.made import frame, landed
from transforms.catalog import GlueCatalog
from transforms.conversion import Job
from transforms.convert import convert

START = 1_731_600_000
SCHEMA = "awsdatacatalog.firn"
VIEWS = ("items", "items_distinct", "items_latest")

_TARGETS = (
    "aws_glue_catalog_table.archive_files",
    "aws_glue_catalog_table.over_items",
)

# Nothing is to be tried for minutes where a server on the loopback refuses.
_OVERRIDE = 'provider "aws" {\n  max_retries = 2\n}\n'


@dataclass(slots=True)
class Scene:
    """
    One deployment's catalogue and what lies in its archive bucket.
    """

    terraform: Terraform
    work: Path
    clock: Clock
    trino: Trino | None = None
    bucket: str = ""
    _entries: int = field(default=100)

    def deploy(self, columns: Sequence[Mapping[str, str]]) -> None:
        """
        Apply the catalogue with these declared columns.
        """
        variables = {"time_zone": "Asia/Tokyo", "columns": columns}
        file = self.terraform.folder / "scene.auto.tfvars.json"
        file.write_text(json.dumps(variables))
        targets = [f"-target={target}" for target in _TARGETS]
        self.terraform.run("apply", "-input=false", "-auto-approve", *targets)
        table = boto3.client("glue").get_table(DatabaseName="firn", Name="archive")
        location = table["Table"]["StorageDescriptor"]["Location"]
        self.bucket = location.removeprefix("s3://").split("/")[0]

    def contract(self) -> Contract:
        """
        The contract as the transform reads it.
        """
        return self._catalog().contract()

    def store(
        self, n: int, lines: Sequence[bytes], contract: Contract | None = None
    ) -> list[dict[str, Any]]:
        """
        Archive lines as entry n; give the rows as they were written.
        """
        scratch = self.work / f"scratch-{self.next_number()}"
        job = Job(
            n=n,
            contract=contract or self.contract(),
            scratch=scratch,
            checkpoint=lambda: None,
        )
        files = convert([landed(frame(lines))], job).files
        client = boto3.client("s3")
        for file in files:
            body = file.path.read_bytes()
            client.put_object(Bucket=self.bucket, Key=file.record.key, Body=body)
        records = tuple(file.record for file in files)
        client.put_object(
            Bucket=self.bucket,
            Key=f"ledger/files/{n:08}.parquet",
            Body=encode_file_list(FileList(adds=records, removes=())),
        )
        self._catalog().register([record.partition for record in records])
        return [
            row
            for file in files
            for row in pq.read_table(file.path.open("rb")).to_pylist()
        ]

    def next_number(self) -> int:
        """
        A number that was not given before, for an entry or in a stream.
        """
        self._entries += 1
        return self._entries

    def query(self, sql: str) -> list[dict[str, Any]]:
        """
        Trino's answer; {name} in the query is a table or view of the archive.
        """
        assert self.trino is not None
        for name in (*VIEWS, "archive", "archive_files"):
            sql = sql.replace("{" + name + "}", f"{SCHEMA}.{name}")
        return self.trino.query(sql)

    def _catalog(self) -> GlueCatalog:
        return GlueCatalog(boto3.client("glue"), "firn", self.bucket)


@contextmanager
def scene(work: Path) -> Iterator[Scene]:
    """
    An archive without declared columns and without a file, and Trino over it.
    """
    with Account(start_at=START) as account, Served(account) as served:
        folder = copy_of_module(work)
        (folder / "scene_override.tf").write_text(_OVERRIDE)
        terraform = Terraform(folder=folder, environment=served.environment("DEPLOYER"))
        terraform.init()
        made = Scene(terraform, work, account.clock)
        made.deploy([])
        boto3.client("s3").create_bucket(Bucket=made.bucket)
        probe = f"SELECT * FROM {SCHEMA}.archive_files"  # noqa: S608 - our own name
        environment = served.environment("ANALYST")
        with running(work / "trino", environment, probe) as made.trino:
            yield made
        assert not served.failures

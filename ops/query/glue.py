"""
What Glue says: columns, views, partitions, and tables of others.

Rule 1: this is the only file of the query that asks Glue.
Rule 2: what Glue does not say, or does not let us see, is unknown, and what is
unknown may read the whole archive.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from archive.errors import MisconfiguredError
from archive.glue_table import ARCHIVE_TABLE
from archive.keys import Partition
from ops.connection import Connection
from ops.query.names import CATALOG, Meaning
from ops.query.predicates import DEVICE, Operator
from ops.query.references import Name
from ops.query.touched import Touched

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

READ_RESTORED = "read_restored_glacier_objects"

# GetPartitions: Expression.
EXPRESSION_CHARACTERS_MAX = 2048
# What Glue's expressions are sure to take as it is.
_PLAIN = re.compile(r"[A-Za-z0-9 ._:@+-]+")
_BUCKET = re.compile(r"s3a?n?://([^/]+)")


@dataclass(frozen=True, slots=True)
class Glue:
    """
    The deployment's database.
    """

    connection: Connection

    @property
    def _client(self) -> "GlueClient":
        client: GlueClient = self.connection.client("glue")
        return client

    def tables(self) -> list[Mapping[str, Any]]:
        """
        All tables and views of the database.
        """
        database = self.connection.deployment.glue_database
        pages = self._client.get_paginator("get_tables").paginate(DatabaseName=database)
        try:
            return [table for page in pages for table in page["TableList"]]
        except ClientError as error:
            msg = f"Glue database {database}: {error.response['Error']['Message']}"
            raise MisconfiguredError(msg) from error

    def meanings(self, names: Iterable[Name]) -> dict[Name, Meaning]:
        """
        What tables are that are not the archive's own.
        """
        return {name: self._meaning(name) for name in names}

    def locations(self, touched: Touched) -> dict[Partition, str]:
        """
        The registered partitions that are touched, and the prefixes they lie at.
        """
        found: dict[Partition, str] = {}
        bucket = f"s3://{self.connection.deployment.archive_bucket}/"
        for value in self._partitions(touched):
            partition = Partition(*value["Values"])
            if touched.takes(partition):
                location = value.get("StorageDescriptor", {}).get("Location", "")
                found[partition] = location.removeprefix(bucket)
        return found

    def _partitions(self, touched: Touched) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("get_partitions").paginate(
            DatabaseName=self.connection.deployment.glue_database,
            TableName=ARCHIVE_TABLE,
            ExcludeColumnSchema=True,
            # An empty one is none.
            Expression=partition_expression(touched) or "",
        )
        for page in pages:
            yield from page["Partitions"]

    def _meaning(self, name: Name) -> Meaning:
        deployment = self.connection.deployment
        if name.catalog not in {None, CATALOG}:
            return Meaning.UNKNOWN
        try:
            table = self._client.get_table(
                DatabaseName=name.database or deployment.glue_database, Name=name.table
            )["Table"]
        except MisconfiguredError:
            # Not ours to see. Athena will say so.
            return Meaning.UNKNOWN
        except ClientError as error:
            self._refuse_misspelt(name, error)
            return Meaning.UNKNOWN
        if table.get("TableType") == "EXTERNAL_TABLE" and self._is_elsewhere(table):
            return Meaning.ELSEWHERE
        return Meaning.UNKNOWN

    def _is_elsewhere(self, table: Mapping[str, Any]) -> bool:
        """
        Whether all that a table reads lies in another bucket.
        """
        storage = table.get("StorageDescriptor", {})
        # A manifest names objects of any bucket, and so can a partition.
        if "Symlink" in storage.get("InputFormat", "") or table.get("PartitionKeys"):
            return False
        found = _BUCKET.match(storage.get("Location", ""))
        return (
            found is not None
            and found[1] != self.connection.deployment.archive_bucket
            # An access point stands for a bucket that is not named.
            and not found[1].startswith("arn:")
            and not found[1].endswith("-s3alias")
        )

    def _refuse_misspelt(self, name: Name, error: ClientError) -> None:
        """
        Refuse a table that is not there, before anything is restored for it.

        What Athena itself adds to a table has a $ in its name, and is not in Glue.
        """
        ours = name.database in {None, self.connection.deployment.glue_database.lower()}
        is_absent = error.response["Error"]["Code"] == "EntityNotFoundException"
        if ours and is_absent and "$" not in name.table:
            there = ", ".join(sorted(table["Name"] for table in self.tables()))
            msg = f"{name.table}: no such table; there are {there}"
            raise MisconfiguredError(msg) from error


def columns_of(tables: Iterable[Mapping[str, Any]], view: str) -> list[str]:
    """
    The columns of one of these tables and views.
    """
    for table in tables:
        if table["Name"] == view:
            described = table["StorageDescriptor"]["Columns"]
            return [str(column["Name"]) for column in described]
    msg = f"Glue view {view}: there is none; apply the module again"
    raise MisconfiguredError(msg)


def partition_expression(touched: Touched) -> str | None:
    """
    What narrows a list of partitions to a few, and never to too few.
    """
    devices: set[str] = set()
    for touch in touched.touches:
        named = [
            comparison.values
            for comparison in touch.comparisons
            if comparison.column.name.lower() == DEVICE
            and comparison.operator in {Operator.EQUAL, Operator.IN}
        ]
        if not named:
            return None
        devices.update(value for value in named[0] if value is not None)
    if not devices or not all(map(_PLAIN.fullmatch, devices)):
        return None
    listed = ", ".join(f"'{device}'" for device in sorted(devices))
    expression = f"device IN ({listed})"
    return expression if len(expression) <= EXPRESSION_CHARACTERS_MAX else None

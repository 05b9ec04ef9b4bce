"""
The Glue database: the contract, and the partitions.

Rule 1: this is the only file that knows Glue.
Rule 2: a partition has the columns that the table has now. Athena reads an
older partition by its own columns, and would show NULL for a column that was
declared after the partition was registered.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from archive.contract import Contract
from archive.errors import MisconfiguredError, UndeliveredError
from archive.glue_table import ARCHIVE_TABLE, contract_of_table
from archive.keys import Partition

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

# BatchCreatePartition and BatchUpdatePartition refuse a call with more.
BATCH_PARTITIONS_MAX = 100

EXISTS = "AlreadyExistsException"

# What a partition takes over from its table.
_STORAGE = ("Columns", "InputFormat", "OutputFormat", "SerdeInfo", "Parameters")


class Catalog(Protocol):
    """
    What Athena knows of the archive.

    Durable: a partition that register() returned from is found by queries.
    Twice: registering again is success.
    Retries: the implementation repeats what Glue refused for a moment; what it
    raises is the next run's to repeat, from the entry that stands.
    """

    def contract(self) -> Contract:
        """
        What entries are written under from now on.
        """
        ...

    def register(self, partitions: Sequence[Partition]) -> None:
        """
        Make these partitions known, with their locations.
        """
        ...


class GlueCatalog:
    """
    The Glue database as it is.
    """

    def __init__(self, client: "GlueClient", database: str, bucket: str) -> None:
        """
        `bucket` is the archive bucket, where the locations lie.
        """
        self._client = client
        self._database = database
        self._bucket = bucket

    def contract(self) -> Contract:
        """
        What entries are written under from now on.
        """
        table = self._table()
        columns = table.get("StorageDescriptor", {}).get("Columns", [])
        return contract_of_table(columns, table.get("Parameters", {}))

    def register(self, partitions: Sequence[Partition]) -> None:
        """
        Make these partitions known, with their locations.
        """
        if not partitions:
            return
        storage = self._table().get("StorageDescriptor", {})
        for batch in _batches(partitions):
            standing = self._create(batch, storage)
            outdated = self._outdated(standing, storage["Columns"])
            if outdated:
                self._update(outdated, storage)

    def _table(self) -> Mapping[str, Any]:
        try:
            answer = self._client.get_table(
                DatabaseName=self._database, Name=ARCHIVE_TABLE
            )
        except self._client.exceptions.EntityNotFoundException as error:
            msg = f"Glue table {self._database}.{ARCHIVE_TABLE}: there is none"
            raise MisconfiguredError(msg) from error
        return answer["Table"]

    def _create(
        self, batch: Sequence[Partition], storage: Mapping[str, Any]
    ) -> list[Partition]:
        """
        Those of the batch that stood already.
        """
        answer = self._client.batch_create_partition(
            DatabaseName=self._database,
            TableName=ARCHIVE_TABLE,
            PartitionInputList=[self._input(each, storage) for each in batch],  # type: ignore[misc]  # Glue's own spelling
        )
        return self._refused(answer.get("Errors", []))

    def _outdated(
        self, standing: Sequence[Partition], columns: Sequence[Mapping[str, Any]]
    ) -> list[Partition]:
        """
        Those whose columns are not the table's any more.
        """
        outdated: list[Partition] = []
        asked = [{"Values": [each.device, each.date]} for each in standing]
        while asked:
            answer = self._client.batch_get_partition(
                DatabaseName=self._database,
                TableName=ARCHIVE_TABLE,
                PartitionsToGet=asked,  # type: ignore[arg-type]  # Glue's own spelling
            )
            for found in answer.get("Partitions", []):
                device, date = found["Values"]
                if found.get("StorageDescriptor", {}).get("Columns") != columns:
                    outdated.append(Partition(device, date))
            asked = list(answer.get("UnprocessedKeys", []))  # type: ignore[arg-type]  # as asked
        return outdated

    def _update(self, batch: Sequence[Partition], storage: Mapping[str, Any]) -> None:
        answer = self._client.batch_update_partition(
            DatabaseName=self._database,
            TableName=ARCHIVE_TABLE,
            Entries=[
                {
                    "PartitionValueList": [each.device, each.date],
                    "PartitionInput": self._input(each, storage),  # type: ignore[typeddict-item]  # Glue's own spelling
                }
                for each in batch
            ],
        )
        for error in answer.get("Errors", []):
            msg = f"{error['PartitionValueList']}: Glue: {error['ErrorDetail']}"
            raise UndeliveredError(msg)

    def _refused(self, errors: Sequence[Mapping[str, Any]]) -> list[Partition]:
        for error in errors:
            if error["ErrorDetail"]["ErrorCode"] != EXISTS:
                msg = f"{error['PartitionValues']}: Glue: {error['ErrorDetail']}"
                raise UndeliveredError(msg)
        return [Partition(*error["PartitionValues"]) for error in errors]

    def _input(
        self, partition: Partition, storage: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "Values": [partition.device, partition.date],
            "StorageDescriptor": {
                **{name: storage[name] for name in _STORAGE if name in storage},
                "Location": f"s3://{self._bucket}/{partition.prefix}",
            },
        }


def _batches(partitions: Sequence[Partition]) -> Iterator[Sequence[Partition]]:
    for begin in range(0, len(partitions), BATCH_PARTITIONS_MAX):
        yield partitions[begin : begin + BATCH_PARTITIONS_MAX]

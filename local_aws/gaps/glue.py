"""
Glue: what moto leaves out of the catalogue.
"""

from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import FakeTable
from moto.glue.responses import GlueResponse


def _partition_indexes() -> AbstractContextManager[Any]:
    """
    A table keeps its partition indexes, and gives them back with their keys' types.

    API_CreateTable, API_CreatePartitionIndex, API_GetPartitionIndexes,
    API_DeletePartitionIndex; moto makes no index and answers that there is none.
    """
    create_table = GlueResponse.create_table

    def created_with_indexes(self: GlueResponse) -> str:
        answer: str = create_table(self)
        for index in self.parameters.get("PartitionIndexes", []):
            _indexes(_table(self))[index["IndexName"]] = index["Keys"]
        return answer

    stack = ExitStack()
    for name, operation in (
        ("create_table", created_with_indexes),
        ("create_partition_index", _create_partition_index),
        ("get_partition_indexes", _get_partition_indexes),
        ("delete_partition_index", _delete_partition_index),
    ):
        stack.enter_context(patch.object(GlueResponse, name, operation, create=True))
    return stack


def _create_partition_index(self: GlueResponse) -> ActionResult:
    index = self.parameters["PartitionIndex"]
    _indexes(_table(self))[index["IndexName"]] = index["Keys"]
    return EmptyResult()


def _get_partition_indexes(self: GlueResponse) -> ActionResult:
    table = _table(self)
    keys = table.as_dict().get("PartitionKeys", [])
    types = {key["Name"]: key.get("Type", "string") for key in keys}
    described = [
        {
            "IndexName": name,
            "IndexStatus": "ACTIVE",
            "Keys": [{"Name": key, "Type": types[key]} for key in names],
        }
        for name, names in _indexes(table).items()
    ]
    return ActionResult({"PartitionIndexDescriptorList": described})


def _delete_partition_index(self: GlueResponse) -> ActionResult:
    indexes = _indexes(_table(self))
    name = self.parameters["IndexName"]
    if name not in indexes:
        msg = f"Index with the given indexName : {name} does not exist"
        raise EntityNotFoundException(msg)
    del indexes[name]
    return EmptyResult()


def _table(response: GlueResponse) -> FakeTable:
    asked = response.parameters
    name = asked["TableInput"]["Name"] if "TableInput" in asked else asked["TableName"]
    return response.glue_backend.get_table(asked["DatabaseName"], name)


def _indexes(table: FakeTable) -> dict[str, list[str]]:
    indexes: dict[str, list[str]] = table.__dict__.setdefault("partition_indexes", {})
    return indexes


GAPS = (_partition_indexes,)

"""
Where moto's DynamoDB is made to do as DynamoDB does.

Rule 1: this is the only file that replaces parts of moto's tables.
Rule 2: what boto3 asks still goes through moto; only what moto leaves out, or
does in another way, is done here.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.core.parse import BaseJSONParser
from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import table as moto_table
from moto.dynamodb.responses import DynamoHandler

from local_aws.items import LeanItem, Value, checked
from local_aws.shard import Shard, Written
from local_aws.spelling import spell

# API_BatchWriteItem: "up to 25 item put or delete operations".
BATCH_REQUESTS_MAX = 25


@contextmanager
def installed(now: Callable[[], int], written: Written) -> Generator[None]:
    """
    Make tables store lean items, and tell `written` of each change.
    """
    original = moto_table.Table.set_stream_specification
    parse_structure = BaseJSONParser._parse_structure  # noqa: SLF001 - rule 1

    def parse_lean(self: BaseJSONParser, shape: Any, value: Any) -> Any:  # noqa: ANN401 - moto ships no types
        # An attribute value needs no parsing: the table reads it as the wire
        # has it. moto would look for each of its ten members.
        if shape.name == "AttributeValue":
            return value
        return parse_structure(self, shape, value)

    def set_stream_specification(
        self: moto_table.Table, streams: dict[str, Any] | None
    ) -> None:
        original(self, streams)
        self.stream_shard = Shard(self, now, written)

    with (
        patch.object(moto_table, "Item", LeanItem),
        patch.object(BaseJSONParser, "_parse_structure", parse_lean),
        # LeanItem checks more than these two do, and once.
        patch.object(moto_table.Table, "_validate_item_types", lambda *_: None),
        patch.object(
            moto_table.Table, "set_stream_specification", set_stream_specification
        ),
        patch.object(DynamoHandler, "batch_write_item", _batch_write_item),
    ):
        yield


def _batch_write_item(self: DynamoHandler) -> ActionResult:
    """
    Write a batch, all of it checked before the first write.

    BatchWriteItem "rejects the entire batch write operation" for one item
    that is invalid (API_BatchWriteItem); moto stores those before it.
    """
    tables: dict[str, list[dict[str, dict[str, Any]]]] = self.body["RequestItems"]
    if sum(map(len, tables.values())) > BATCH_REQUESTS_MAX:
        msg = "Too many items requested for the BatchWriteItem call"
        raise MockValidationException(msg)
    for name, requests in tables.items():
        _check_requests(self.dynamodb_backend.get_table(name), requests)
    for name, requests in tables.items():
        table = self.dynamodb_backend.get_table(name)
        for request in requests:
            if "PutRequest" in request:
                table.put_item(request["PutRequest"]["Item"], overwrite=True)
            else:
                self.dynamodb_backend.delete_item(name, request["DeleteRequest"]["Key"])
    return ActionResult({"ItemCollectionMetrics": {}, "UnprocessedItems": {}})


def _check_requests(
    table: moto_table.Table, requests: list[dict[str, dict[str, Any]]]
) -> None:
    seen = set()
    for request in requests:
        if "PutRequest" in request:
            item = checked(request["PutRequest"]["Item"])
            request["PutRequest"]["Item"] = item
        else:
            item = request["DeleteRequest"]["Key"]
        key = tuple(_key_text(item, name) for name in table.table_key_attrs)
        if key in seen:
            msg = "Provided list of item keys contains duplicates"
            raise MockValidationException(msg)
        seen.add(key)


def _key_text(item: dict[str, Value], name: str) -> str:
    if name not in item:
        msg = (
            "One or more parameter values were invalid: "
            f"Missing the key {name} in the item"
        )
        raise MockValidationException(msg)
    ((tag, inner),) = item[name].items()
    if not inner:
        msg = (
            "One or more parameter values are not valid. The AttributeValue for a "
            f"key attribute cannot contain an empty string value. Key: {name}"
        )
        raise MockValidationException(msg)
    return f"{tag}:{spell(inner)}" if tag == "N" else f"{tag}:{inner}"

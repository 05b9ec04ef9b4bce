from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage


def write(*items: dict[str, object]) -> None:
    """
    Put items in one BatchWriteItem.
    """
    boto3.client("dynamodb").batch_write_item(
        RequestItems={"items": [{"PutRequest": {"Item": item}} for item in items]}
    )


def item(at: str, **attributes: object) -> dict[str, object]:
    """
    One item of the device BH.
    """
    return {"id": {"S": "BH"}, "at": {"N": at}, **attributes}


def count() -> int:
    """
    How many items the table holds.
    """
    return boto3.client("dynamodb").scan(TableName="items")["Count"]


@pytest.mark.parametrize(
    "bad",
    [
        {"value": {"N": "NaN"}},
        {"value": {"N": "1" * 39}},
        {"text": {"S": "x" * 410_000}},
        {"": {"S": "nameless"}},
        {"deep": functools.reduce(lambda v, _: {"L": [v]}, range(33), {"S": "x"})},
        {"set": {"NS": ["1", "1.0"]}},
    ],
)
def test_one_bad_item_refuses_the_whole_batch(
    stage: Stage, bad: dict[str, Any]
) -> None:
    """
    "DynamoDB rejects the entire batch write operation" (API_BatchWriteItem).
    """
    stage.table()
    with pytest.raises(ClientError, match="ValidationException"):
        write(item("1"), item("2", **bad), item("3"))
    assert count() == 0


def test_a_batch_holds_25_items_and_no_key_twice(stage: Stage) -> None:
    """
    Keys are compared as numbers, not as they are spelled.
    """
    stage.table()
    with pytest.raises(ClientError, match="Too many items"):
        write(*(item(str(at)) for at in range(26)))
    with pytest.raises(ClientError, match="duplicates"):
        write(item("1"), item("1.0", other={"S": "x"}))
    assert count() == 0


def test_a_legal_item_of_400_kib_is_taken(stage: Stage) -> None:
    """
    400 KB are 409,600 bytes, names included (Quotas: Item size).
    """
    stage.table()
    room = 409_600 - len("id") - len("BH") - len("at") - 2 - len("text")
    stage.put(text={"S": "x" * room})
    with pytest.raises(ClientError, match="Item size"):
        stage.put(text={"S": "x" * (room + 1)})


def test_an_update_is_stored_as_a_put_would_be(stage: Stage) -> None:
    """
    UpdateItem spells numbers, and shows in the stream as a MODIFY.
    """
    stage.table(view="NEW_AND_OLD_IMAGES")
    stage.put(value={"N": "1"})
    client = boto3.client("dynamodb")
    client.update_item(
        TableName="items",
        Key={"id": {"S": "BH"}, "at": {"N": "1"}},
        UpdateExpression="SET #v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"N": "2.0"}},
    )
    assert client.scan(TableName="items")["Items"] == [item("1", value={"N": "2"})]
    assert [event.replaced for event in stage.events] == [False, True]

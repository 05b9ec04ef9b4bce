from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

from local_aws.lifecycle_rules import DAY_SECONDS as DAY
from local_aws.scene import backend

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

# When the account's clock starts: 1 March 2021, midnight UTC.
START = 1_614_556_800


def records(table: str = "items") -> list[dict[str, Any]]:
    """
    All records of a table's stream, through the Streams API.
    """
    client = boto3.client("dynamodbstreams")
    (stream,) = client.list_streams(TableName=table)["Streams"]
    (shard,) = client.describe_stream(StreamArn=stream["StreamArn"])[
        "StreamDescription"
    ]["Shards"]
    iterator = client.get_shard_iterator(
        StreamArn=stream["StreamArn"],
        ShardId=shard["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    return client.get_records(ShardIterator=iterator)["Records"]


def test_a_ttl_delete_carries_an_identity_and_a_users_delete_carries_none(
    stage: Stage,
) -> None:
    """
    The Streams API spells PrincipalId and Type (API_streams_Identity).
    """
    stage.table()
    stage.put(at="1", expiry={"N": str(START - 1)})
    stage.put(at="2")
    boto3.client("dynamodb").delete_item(
        TableName="items", Key={"id": {"S": "BH"}, "at": {"N": "2"}}
    )
    stage.account.run_until(START + 600)
    removed = [it for it in records() if it["eventName"] == "REMOVE"]
    assert "userIdentity" not in removed[0]
    assert removed[1]["userIdentity"] == {
        "PrincipalId": "dynamodb.amazonaws.com",
        "Type": "Service",
    }
    assert removed[1]["dynamodb"]["OldImage"]["expiry"] == {"N": str(START - 1)}


def test_binary_comes_back_as_bytes_from_the_streams_api(stage: Stage) -> None:
    """
    Base64 is the wire's, at every depth; boto3 gives bytes.
    """
    stage.table(view="NEW_IMAGE")
    stage.put(
        b={"B": b"\x00\xff"},
        bs={"BS": [b"one", b"two"]},
        deep={"M": {"l": {"L": [{"B": b"x"}]}}},
    )
    (record,) = records()
    image = record["dynamodb"]["NewImage"]
    assert image["b"] == {"B": b"\x00\xff"}
    assert image["bs"] == {"BS": [b"one", b"two"]}
    assert image["deep"] == {"M": {"l": {"L": [{"B": b"x"}]}}}
    assert boto3.client("dynamodb").scan(TableName="items")["Items"] == [image]


def test_a_write_that_changes_nothing_leaves_no_record(stage: Stage) -> None:
    """
    API_PutItem of a same item "does not write a stream record".
    """
    stage.table()
    stage.put(value={"N": "1"})
    stage.put(value={"N": "1.0"})
    assert [it["eventName"] for it in records()] == ["INSERT"]


def test_records_are_gone_after_a_day(stage: Stage) -> None:
    """
    DynamoDB Streams: "subject to a 24-hour lifetime".
    """
    stage.table()
    stage.put(at="1")
    stage.account.run_until(START + DAY)
    stage.put(at="2")
    assert len(records()) == 2
    stage.account.run_until(START + DAY + 1)
    numbers = [it["dynamodb"]["SequenceNumber"] for it in records()]
    assert len(numbers) == 1
    assert backend("dynamodb").get_table("items").stream_shard.records

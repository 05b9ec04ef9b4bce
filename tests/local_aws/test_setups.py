"""
Answers on how a thing is set up are moto's own, and never old.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.faults import Fault, Faults, Kind

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage


def time_to_live() -> dict[str, Any]:
    """
    What DynamoDB says of the table's time to live.
    """
    answer = boto3.client("dynamodb").describe_time_to_live(TableName="items")
    return {**answer["TimeToLiveDescription"]}


def switch_off(table: str) -> None:
    """
    Take a table's time to live away.
    """
    boto3.client("dynamodb").update_time_to_live(
        TableName=table,
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expiry"},
    )


def test_a_change_shows_in_the_next_answer(stage: Stage) -> None:
    """
    However often it was asked before, and only that table's.
    """
    stage.table()
    stage.table("others")
    assert [time_to_live()["TimeToLiveStatus"] for _ in range(2)] == ["ENABLED"] * 2
    switch_off("others")
    assert time_to_live()["TimeToLiveStatus"] == "ENABLED"
    switch_off("items")
    assert time_to_live()["TimeToLiveStatus"] == "DISABLED"


def test_whoever_changes_an_answer_changes_their_own(stage: Stage) -> None:
    """
    The next one gets it as it was.
    """
    stage.table()
    client = boto3.client("dynamodb")
    client.describe_table(TableName="items")["Table"].clear()
    assert client.describe_table(TableName="items")["Table"]["TableName"] == "items"


@pytest.mark.parametrize(
    "faults",
    [
        Faults(
            calls=(
                Fault(
                    kind=Kind.REFUSED,
                    operation="DescribeTimeToLive",
                    calls=frozenset({2}),
                ),
            )
        )
    ],
)
def test_a_fault_strikes_also_what_is_known(stage: Stage) -> None:
    """
    The network does not know what the answer would be.
    """
    stage.table()
    time_to_live()
    with pytest.raises(ClientError):
        time_to_live()
    assert time_to_live()["AttributeName"] == "expiry"


def test_a_thing_that_is_not_there_is_asked_for_again(stage: Stage) -> None:
    """
    An error is no answer.
    """
    client = boto3.client("dynamodb")
    with pytest.raises(ClientError):
        client.describe_table(TableName="items")
    stage.table()
    assert client.describe_table(TableName="items")["Table"]["TableStatus"] == "ACTIVE"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import ItemExpired
from local_aws.lifecycle_rules import DAY_SECONDS as DAY

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

# When the account's clock starts: 1 March 2021, midnight UTC.
START = 1_614_556_800


def left() -> list[str]:
    """
    The sort keys of the items that are still in the table.
    """
    found = boto3.client("dynamodb").scan(TableName="items")["Items"]
    return sorted(item["at"]["N"] for item in found)


def test_an_item_goes_after_its_expiry_and_never_before(stage: Stage) -> None:
    """
    Deleted at the first sweep after the second at which it expires.
    """
    stage.table()
    stage.put(expiry={"N": str(START + 3600)})
    stage.account.run_until(START + 3600)
    assert left() == ["1"]
    stage.account.run_until(START + 7200)
    assert left() == []
    (expired,) = stage.seen(ItemExpired)
    assert expired.at == START + 7200
    assert expired.image["expiry"] == {"N": str(START + 3600)}


def test_a_sweep_leaves_what_has_not_expired_yet(stage: Stage) -> None:
    """
    Expired is what lies before the current second, not what will be soon.
    """
    stage.table()
    for at, seconds in (("1", -1), ("2", 0), ("3", 1), ("4", 3599)):
        stage.put(at=at, expiry={"N": str(START + 3600 + seconds)})
    stage.account.run_until(START + 3600)
    assert left() == ["2", "3", "4"]
    stage.account.run_until(START + 7200)
    assert left() == []


@pytest.mark.parametrize(
    "expiry",
    [
        {"S": str(START - 1)},
        {"N": str(START - 5 * 365 * DAY - 700)},
        {"N": str((START - 1) * 1000)},
        {"L": []},
    ],
)
def test_what_dynamodb_never_deletes_stays(
    stage: Stage, expiry: dict[str, Any]
) -> None:
    """
    No number, five years past, or milliseconds (Using time to live).
    """
    stage.table()
    stage.put(expiry=expiry)
    stage.account.run_until(START + 2 * DAY)
    assert left() == ["1"]


def test_the_last_write_decides_when_an_item_goes(stage: Stage) -> None:
    """
    A write moves the expiry either way; the earlier one is forgotten.
    """
    stage.table()
    stage.put(at="1", expiry={"N": str(START + 100)})
    stage.put(at="1", expiry={"N": str(START + 2 * DAY)})
    stage.put(at="2", expiry={"N": str(START + 2 * DAY)})
    boto3.client("dynamodb").update_item(
        TableName="items",
        Key={"id": {"S": "BH"}, "at": {"N": "2"}},
        UpdateExpression="SET expiry = :e",
        ExpressionAttributeValues={":e": {"N": str(START + 100)}},
    )
    stage.account.run_until(START + DAY)
    assert left() == ["1"]
    stage.account.run_until(START + 3 * DAY)
    assert left() == []
    assert [it.image["at"]["N"] for it in stage.seen(ItemExpired)] == ["2", "1"]


def test_a_table_that_gets_its_ttl_later_is_swept_from_then_on(stage: Stage) -> None:
    """
    Items written before TTL was enabled, or under another attribute, count.
    """
    stage.table()
    stage.put(at="1", other={"N": str(START + 1)})
    stage.account.run_until(START + DAY)
    assert left() == ["1"]
    boto3.client("dynamodb").update_time_to_live(
        TableName="items",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "other"},
    )
    stage.account.run_until(START + 2 * DAY)
    assert left() == []

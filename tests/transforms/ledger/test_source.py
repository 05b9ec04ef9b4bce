"""
The looks at table and mapping, on moto, and what a run does with them.
"""

from collections.abc import Callable, Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from tests.transforms.ledger.source import (
    REGION,
    TABLE,
    TTL_ATTRIBUTE,
    Source,
    make_source,
)
from transforms.router_mapping import LambdaRouterMapping
from transforms.source_table import DynamoDBSourceTable
from transforms.watch import Finding, Watch


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """
    A table that deletes, and a router that hears of it.
    """
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield make_source()


def look(source: Source, table: str = TABLE) -> frozenset[Finding]:
    """
    What a run finds.
    """
    return Watch(
        table=DynamoDBSourceTable(boto3.client("dynamodb"), table),
        mapping=LambdaRouterMapping(boto3.client("lambda"), source.mapping_id),
        ttl_attribute=TTL_ATTRIBUTE,
    ).look()


def test_a_source_as_terraform_makes_it_is_right(source: Source) -> None:
    """
    Nobody is paged for a deployment that is as it should be.
    """
    assert look(source) == frozenset()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda it: it.set_time_to_live(on=False), Finding.TTL_DISABLED),
        (lambda it: it.set_mapping(on=False), Finding.MAPPING_DISABLED),
        (lambda it: it.set_stream(None), Finding.STREAM_CHANGED),
    ],
    ids=["time to live", "mapping", "stream"],
)
def test_what_somebody_switches_off_is_found(
    source: Source, change: Callable[[Source], None], found: Finding
) -> None:
    """
    Each by itself, with its own name.
    """
    change(source)
    assert look(source) == {found}


def test_another_stream_of_the_same_table_is_found(source: Source) -> None:
    """
    The mapping is enabled all the while.
    """
    source.set_stream(None)
    source.set_stream("OLD_IMAGE")
    answer = boto3.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    mapped = boto3.client("lambda").get_event_source_mapping(UUID=source.mapping_id)
    assert mapped["EventSourceArn"] != answer["LatestStreamArn"]
    assert look(source) == {Finding.STREAM_CHANGED}


def test_a_table_that_is_gone_is_a_finding_and_no_error(source: Source) -> None:
    """
    So is a mapping.
    """
    boto3.client("lambda").delete_event_source_mapping(UUID=source.mapping_id)
    assert look(source, table="another") == {
        Finding.TTL_DISABLED,
        Finding.MAPPING_DISABLED,
    }


def test_a_stream_that_was_switched_off_is_none_even_while_it_is_shown() -> None:
    """
    DynamoDB names the old one for a day; moto forgets it at once.
    """
    client = boto3.client("dynamodb", region_name=REGION)
    with Stubber(client) as stubber:
        stubber.add_response(
            "describe_table",
            {
                "Table": {
                    "LatestStreamArn": "arn:aws:dynamodb:eu-central-1:1:table/i/stream/1",
                    "StreamSpecification": {"StreamEnabled": False},
                }
            },
        )
        stubber.add_response("describe_time_to_live", {"TimeToLiveDescription": {}})
        table = DynamoDBSourceTable(client, TABLE).look()
    assert table is not None
    assert (table.stream, table.view, table.ttl_status) == ("", "", "")

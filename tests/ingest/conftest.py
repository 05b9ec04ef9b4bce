"""
A table in memory, a Lambda context, and events as SQS delivers them.
"""

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import time_machine
from moto import mock_aws

from ingest.handler import cold_start, handler
from tests.ingest.world import NOW, TABLE, Context, World


@pytest.fixture(scope="module")
def account() -> Iterator[Any]:
    """
    The client of an account that holds the table, one for a module's tests.
    """
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "none")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "deviceID", "KeyType": "HASH"},
                {"AttributeName": "createdAt", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "deviceID", "AttributeType": "S"},
                {"AttributeName": "createdAt", "AttributeType": "N"},
            ],
        )
        yield client


@pytest.fixture
def world(account: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:  # noqa: ANN401 - a boto3 client
    """
    The deployed function at one moment of March 2021, sleeping for free.
    """
    slept: list[float] = []
    monkeypatch.setenv("DEVICE_DATA", TABLE)
    monkeypatch.setenv("APP_ENV", "Production")
    monkeypatch.delenv("RETENTION_DAYS", raising=False)
    monkeypatch.setattr("time.sleep", slept.append)
    cold_start.cache_clear()
    with time_machine.travel(NOW, tick=False):
        yield World(client=account, invoke=_invoke, slept=slept)
    cold_start.cache_clear()
    for item in account.scan(TableName=TABLE)["Items"]:
        key = {name: item[name] for name in ("deviceID", "createdAt")}
        account.delete_item(TableName=TABLE, Key=key)


def _invoke(event: dict[str, Any], context: Context) -> tuple[Any, list[Any]]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        response = handler(event, context)
    return response, [json.loads(line) for line in printed.getvalue().splitlines()]

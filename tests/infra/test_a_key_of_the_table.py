"""
A table that stands already, under a key of its own: who may use that key.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served
from tests.infra.deployment import Root
from tests.infra.terraform import INFRA, UnavailableError

START = 1_700_000_000


@pytest.mark.slow
def test_only_who_reads_or_writes_the_table_gets_its_key(tmp_path: Path) -> None:
    """
    The router's poller decrypts the stream, ingest the table, and nobody else.
    """
    with Account(start_at=START) as account, Served(account) as served:
        key, stream_arn = _table_under_a_key()
        try:
            root = Root.made(tmp_path / "root", INFRA / "tests" / "packages", served)
        except UnavailableError as error:
            pytest.skip(str(error))
        root.write(
            {
                "existing_table": {"name": "readings", "stream_arn": stream_arn},
                "ingest_enabled": True,
            }
        )
        planned = root.terraform.plan()

    assert _statements_on(key, planned) == {
        "router": ("kms:Decrypt", "dynamodb.us-east-1.amazonaws.com"),
        "ingest": ("kms:Decrypt", "dynamodb.us-east-1.amazonaws.com"),
    }


def _table_under_a_key() -> tuple[str, str]:
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    client = boto3.client("dynamodb")
    created = client.create_table(
        TableName="readings",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "deviceID", "KeyType": "HASH"},
            {"AttributeName": "createdAt", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "deviceID", "AttributeType": "S"},
            {"AttributeName": "createdAt", "AttributeType": "N"},
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"},
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    client.update_time_to_live(
        TableName="readings",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiredAt"},
    )
    return key, created["TableDescription"]["LatestStreamArn"]


def _statements_on(
    key: str, planned: Mapping[str, Any]
) -> dict[str, tuple[object, object]]:
    """
    Of each role's policy that names the key: the actions, and through what.
    """
    found: dict[str, tuple[object, object]] = {}
    for change in planned["resource_changes"]:
        document = (change["change"].get("after") or {}).get("policy")
        if not isinstance(document, str) or key not in document:
            continue
        for statement in json.loads(document)["Statement"]:
            if statement["Resource"] == key:
                via = statement["Condition"]["StringEquals"]["kms:ViaService"]
                found[change["name"]] = (statement["Action"], via)
    return found

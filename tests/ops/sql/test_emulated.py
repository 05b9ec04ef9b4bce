"""
From messages to rows: what went into a deployment on one machine, Athena finds.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from archive.columns import parse_column
from archive.contract import Contract
from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployed, Deployment
from local_aws.served import Served
from ops.sql.emulated import engine

START_AT = 1_731_600_000
DAY = 86_400
CONTRACT = Contract(columns=(parse_column("Temperature", "decimal(9,2)"),))


@dataclass(frozen=True, slots=True)
class Archived:
    """
    An account in which five readings were archived.
    """

    account: Account
    deployed: Deployed
    client: Any

    def asked(self, sql: str, *parameters: str) -> list[tuple[str | None, ...]]:
        """
        The rows of an answer, without the names.
        """
        more = {"ExecutionParameters": [*parameters]} if parameters else {}
        identity = self.client.start_query_execution(
            QueryString=sql,
            WorkGroup=self.deployed.athena_workgroup,
            QueryExecutionContext={"Database": self.deployed.glue_database},
            **more,
        )["QueryExecutionId"]
        for _ in range(3):
            told = self.client.get_query_execution(QueryExecutionId=identity)
        status = told["QueryExecution"]["Status"]
        assert status["State"] == "SUCCEEDED", status
        results = self.client.get_query_results(QueryExecutionId=identity)
        rows = results["ResultSet"]["Rows"][1:]
        return [tuple(each.get("VarCharValue") for each in row["Data"]) for row in rows]


@pytest.fixture(scope="module")
def archived() -> Iterator[Archived]:
    """
    Five readings of a device, expired, archived and asked for over HTTP.
    """
    with Account(START_AT, athena=engine) as account, Served(account) as served:
        deployed = deploy(Deployment(retention_days=1, contract=CONTRACT))
        for n in range(5):
            account.send(deployed.queue_url, json.dumps(_message(n)))
        account.run_until(START_AT + 6 * DAY)
        environment = served.environment("ANALYST")
        client = boto3.client("athena", endpoint_url=environment["AWS_ENDPOINT_URL"])
        yield Archived(account, deployed, client)


@pytest.mark.parametrize("view", ["items", "items_distinct", "items_latest"])
def test_what_was_sent_is_what_a_view_shows(archived: Archived, view: str) -> None:
    """
    Through every station, and through Athena.
    """
    sql = (
        "SELECT temperature, json_extract_scalar(rest, '$.note.S') FROM "  # noqa: S608 - our own names
        f'{view} WHERE device = ? AND "date" BETWEEN ? AND ? ORDER BY created_at'
    )
    rows = archived.asked(sql, "'d1'", "'2024-11-14'", "'2024-11-15'")
    assert rows == [(f"{n}.50", "") for n in range(5)]


def test_the_file_lists_are_a_table(archived: Archived) -> None:
    """
    What the ledger added, by the table that the module makes of it.
    """
    sql = 'SELECT action, device, "rows" FROM archive_files'
    assert archived.asked(sql) == [("add", "d1", "5")]


def test_what_is_in_glacier_is_missing_without_a_word(archived: Archived) -> None:
    """
    And there again once it was restored: why `firn query` asks the ledger first.
    """
    counting = "SELECT count(*) FROM items"
    before = archived.asked(counting)
    archived.account.run_until(START_AT + 90 * DAY)
    cold = archived.asked(counting)
    client = boto3.client("s3")
    bucket = archived.deployed.archive_bucket
    for each in client.list_objects_v2(Bucket=bucket, Prefix="items/")["Contents"]:
        client.restore_object(
            Bucket=bucket,
            Key=each["Key"],
            RestoreRequest={"Days": 2, "GlacierJobParameters": {"Tier": "Standard"}},
        )
    archived.account.run_until(START_AT + 91 * DAY)
    assert (before, cold, archived.asked(counting)) == ([("5",)], [("0",)], [("5",)])


def _message(n: int) -> dict[str, object]:
    return {
        "topic": "d1/SENSOR/DAT",
        "client_id": "d1",
        "timestamp": START_AT + n,
        "data": {"Temperature": n + 0.5, "note": ""},
    }

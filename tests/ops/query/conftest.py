"""
An archive with every kind of value, and `firn query` run on it.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest

from archive.columns import parse_column
from archive.contract import Contract, Granularity
from local_aws.account import Account
from local_aws.athena_engine import Answer, Query
from local_aws.deploy import deploy
from local_aws.deployment import Deployed, Deployment
from local_aws.scene import backend
from ops.sql.emulated import engine as emulated
from tests.ops.conftest import START, Commands, Ran

DAY = 86_400
COLUMNS = (
    parse_column("temp", "decimal(9,2)", "Temp"),
    parse_column("big", "decimal(38,0)", "Big"),
    parse_column("name", "string", "Name"),
    parse_column("ok", "boolean", "Ok"),
    parse_column("ratio", "double", "Ratio"),
    parse_column("n", "bigint", "N"),
)
DEVICES = ("a", "b", "it's")
BIG = "12345678901234567890123456789012345678"
# What the stations send, hour by hour: each day the same.
READINGS: tuple[dict[str, Any], ...] = (
    {"Temp": 20.5, "Big": int(BIG), "Name": "north", "Ok": True, "Ratio": 0.25, "N": 1},
    {"Temp": -1, "Name": "", "Ok": False, "N": 9_007_199_254_740_993},
    {"Name": 'a "b",\n☃ 温度', "hum": 55},
)
DAYS = 3
COUNT = "SELECT count(*) AS n FROM items WHERE device = 'a'"
ROWS_OF_A = [{"n": DAYS * len(READINGS)}]


@dataclass(slots=True)
class Desk:
    """
    An account with an archive, before which somebody sits.

    `meanwhile` is done each time that Athena runs a query.
    """

    account: Account
    deployed: Deployed
    meanwhile: Callable[[], None] = lambda: None

    def query(self, *words: str) -> Ran:
        """
        Run `firn query`.
        """
        return Commands()("query", *words)

    def firn(self, *words: str) -> Ran:
        """
        Run another command.
        """
        return Commands()(*words)

    def keys(self, device: str | None = None) -> list[str]:
        """
        The keys of the archive objects.
        """
        stored = backend("s3").buckets[self.deployed.archive_bucket].keys
        prefix = "items/" if device is None else f"items/device={device}/"
        return sorted(key for key in stored if key.startswith(prefix))

    def executions(self) -> list[dict[str, Any]]:
        """
        The queries that Athena was asked to run, the latest first.
        """
        client = boto3.client("athena")
        ids = client.list_query_executions(WorkGroup=self.deployed.athena_workgroup)
        return [
            client.get_query_execution(QueryExecutionId=id_)["QueryExecution"]
            for id_ in ids["QueryExecutionIds"]
        ]

    def freeze(self, key: str) -> None:
        """
        Move one object to Glacier, as the lifecycle does.
        """
        bucket = self.deployed.archive_bucket
        backend("s3").get_object(bucket, key).set_storage_class("GLACIER")


@contextmanager
def seated(granularity: Granularity = Granularity.DAY) -> Iterator[Desk]:
    """
    A desk, its archive written and all of it readable.
    """
    contract = Contract(columns=COLUMNS, granularity=granularity)

    def run(query: Query) -> Answer:
        made[0].meanwhile()
        return emulated(query)

    made: list[Desk] = []
    with Account(start_at=START, athena=run) as account:
        deployed = deploy(Deployment(retention_days=3, contract=contract))
        for device in DEVICES:
            for day in range(DAYS):
                for hour, reading in enumerate(READINGS):
                    message = {
                        "topic": f"{device}/SENSOR/DAT",
                        "timestamp": START + day * DAY + hour * 3600,
                        "data": reading,
                    }
                    account.send(deployed.queue_url, json.dumps(message))
        account.run_until(START + 10 * DAY)
        made.append(Desk(account, deployed))
        yield made[0]


@pytest.fixture(params=["athena", "duckdb"])
def engine(request: pytest.FixtureRequest) -> tuple[str, str]:
    """
    The option that names each engine in turn.
    """
    return ("--engine", request.param)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """
    A desk of one's own.
    """
    with seated() as made:
        yield made


@pytest.fixture
def desk_of_months() -> Iterator[Desk]:
    """
    A desk whose archive has a file for each device and month.
    """
    with seated(Granularity.MONTH) as made:
        yield made


def sent(device: str, day: int) -> list[dict[str, Any]]:
    """
    What a device sent on a day, as --json shows the declared columns.
    """
    return [
        {
            "device_id": device,
            "created_at": moment(START + day * DAY + hour * 3600),
            "temp": None
            if "Temp" not in reading
            else f"{Decimal(str(reading['Temp'])):.2f}",
            "big": None if "Big" not in reading else BIG,
            "name": reading["Name"],
            "ok": reading.get("Ok"),
            "ratio": reading.get("Ratio"),
            "n": reading.get("N"),
        }
        for hour, reading in enumerate(READINGS)
    ]


def moment(at: int) -> str:
    """
    A time as an answer shows it.
    """
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}.000"


@pytest.fixture(scope="module")
def still() -> Iterator[Desk]:
    """
    A desk at which nothing is changed.
    """
    with seated() as made:
        yield made

import io
from collections import Counter

import boto3
import pytest
from rich.console import Console

from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployed, Deployment
from local_aws.events import (
    BatchDiscarded,
    DeadLettered,
    Invoked,
    ItemExpired,
    ItemWritten,
    MessagesLost,
    ObjectLanded,
    ObjectTransitioned,
    RecordsLost,
    RecordsPut,
)
from ops.local.bucket import Bucket
from ops.local.journal import Journal
from ops.local.journey import Journey
from ops.local.sending import Sending
from ops.local.stations import Station, Stations, table_head, table_row
from ops.terminal import Terminal

NOON = 1_614_600_000
BODY = '{"topic":"BH/SENSOR/DAT","timestamp":1614600000,"data":{"t":5.5}}'

NAMES = {name: name for name in Deployed.__dataclass_fields__}


@pytest.fixture
def stations() -> Stations:
    """
    What is seen of an account whose things have the names of their fields.
    """
    return Stations(deployed=Deployed(**NAMES))


def test_a_journey_ends_where_nothing_ever_expires() -> None:
    """
    A table without time to live must end in an error, not in an endless wait.
    """
    deployment = Deployment(retention_days=1)
    terminal = Terminal(Console(file=io.StringIO()))
    with Account(NOON) as account:
        stations = Stations(deployed=deploy(deployment))
        boto3.client("dynamodb").update_time_to_live(
            TableName=stations.deployed.table,
            TimeToLiveSpecification={"Enabled": False, "AttributeName": "expiredAt"},
        )
        account.observe(stations.see)
        journey = Journey(
            account=account,
            bucket=Bucket.of(stations.deployed.archive_bucket),
            stations=stations,
            journal=Journal(terminal, NOON, 1),
            terminal=terminal,
        )
        journey.send([Sending(NOON, BODY)])
        journey.wait_until_cold(deployment)

    assert (stations.inserted, len(stations.expiries)) == (1, 0)


def test_each_station_counts_what_aws_did_there(stations: Stations) -> None:
    """
    From events alone; what another bucket does is no station of ours.
    """
    image = {"deviceID": {"S": "BH"}, "createdAt": {"N": "1"}}
    for event in (
        Invoked(
            at=0,
            function="ingest",
            source="queue",
            records=20,
            error=None,
            retry=False,
            log=(),
        ),
        Invoked(
            at=0,
            function="router",
            source="stream",
            records=7,
            error=None,
            retry=False,
            log=(),
        ),
        ItemWritten(at=0, table="table", replaced=False),
        ItemWritten(at=0, table="table", replaced=True),
        ItemExpired(at=5, table="table", sequence_number="1", image=image),
        DeadLettered(at=0, queue="dead", body="body"),
        RecordsPut(at=0, stream="stream", records=3, refused=1, size=9),
        ObjectLanded(at=0, bucket="landing_bucket", key="k", records=2, size=6),
        *(
            ObjectTransitioned(
                at=0, bucket=bucket, key=key, size=1, storage_class="GLACIER"
            )
            for bucket, key in (
                ("archive_bucket", "items/x"),
                ("archive_bucket", "ledger/x"),
                ("landing_bucket", "items/x"),
            )
        ),
    ):
        stations.see(event)

    assert +stations.done == Counter(
        {
            Station.INGEST: 20,
            Station.TABLE: 2,
            Station.TTL: 1,
            Station.ROUTER: 7,
            Station.FIREHOSE: 2,
            Station.LANDING: 1,
            Station.GLACIER: 1,
        }
    )
    assert (stations.inserted, stations.refused, stations.landed) == (1, 1, 1)
    assert stations.dead_letters == ["body"]
    assert [expiry.deleted_at for expiry in stations.expiries] == [5]
    assert not stations.alarms


def test_what_an_operator_would_be_woken_for_is_counted(stations: Stations) -> None:
    """
    By what it is, not one line for each time.
    """
    for _ in range(3):
        stations.see(
            Invoked(
                at=0,
                function="transform",
                source="schedule",
                records=1,
                error="DamagedError: x",
                retry=True,
                log=(),
            )
        )
    stations.see(RecordsLost(at=0, source="stream", records=40))
    stations.see(MessagesLost(at=0, queue="queue", messages=2))
    for key in (None, "aws/lambda/x"):
        stations.see(
            BatchDiscarded(
                at=0, source="stream", records=5, condition="RetriesExhausted", key=key
            )
        )

    assert stations.alarms == {
        "transform failed: DamagedError: x": 3,
        "stream records grew older than 24 hours": 40,
        "messages outlived the queue queue": 2,
        "records discarded, RetriesExhausted": 5,
        "records set aside in the failures bucket, RetriesExhausted": 5,
    }


@pytest.mark.parametrize("number", [0, 1, 99_999, 100_000, 9_999_999, 10_000_000])
def test_a_line_of_stations_has_80_columns(number: int) -> None:
    """
    Under its titles, however much was done.
    """
    row = table_row("2021-03-01", Counter(dict.fromkeys(Station, number)))

    assert len(row) == 80
    assert {len(line) for line in table_head()} == {80}


def test_the_journal_has_a_line_for_each_day_on_which_something_was_done() -> None:
    """
    And for each month where the messages span more than a month of days.
    """
    for days, periods in ((2, ["2021-03-01", "2021-03-04"]), (60, ["2021-03"])):
        file = io.StringIO()
        journal = Journal(Terminal(Console(file=file, width=80)), NOON, days)
        done = Counter({Station.QUEUE: 1})
        for day in range(1, 4):
            journal.turn(NOON + day * 86_400, done)
        done[Station.TTL] += 5
        journal.close(done)
        journal.close(done)

        lines = file.getvalue().splitlines()
        assert [line.split()[0] for line in lines[2:]] == periods

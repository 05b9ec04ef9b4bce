"""
An archive that is verified while the transform works on it, or has died on it.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import boto3
import pytest
from rich.console import Console

from local_aws.account import Account
from local_aws.deploy import Deployed, Deployment, deploy
from local_aws.faults import Fault, Faults, Injector, Kind, armed, changes
from ops.terminal import Terminal
from ops.verified import VerifyMode
from ops.verify.report import Report
from ops.verify.source import BucketArchive
from ops.verify.verification import Request, verify

START = 1_614_556_800
DAY_SECONDS = 86_400


@dataclass(slots=True)
class Estate:
    """
    A deployment, its devices, and someone who verifies its archive all the time.
    """

    account: Account
    deployed: Deployed
    archive: BucketArchive
    mode: VerifyMode = VerifyMode.LISTING
    sent: int = 0
    looks: int = 0
    seen: list[Report] = field(default_factory=list)

    def send(self, device: str, count: int) -> None:
        """
        Readings of a device, all of one day, so that their files can be compacted.
        """
        for _ in range(count):
            self.sent += 1
            body = {
                "topic": f"{device}/SENSOR/DAT",
                "client_id": "x",
                "timestamp": (START + self.sent) * 1000,
                "data": {"t": self.sent},
            }
            self.account.send(self.deployed.queue_url, json.dumps(body))

    def look(self) -> Report:
        """
        Verify the archive as it is now.
        """
        self.looks += 1
        terminal = Terminal(Console(file=io.StringIO()))
        now = self.account.clock.now()
        report = verify(self.archive, Request(mode=self.mode, now=now), terminal)
        self.seen += [report] if report.findings else []
        return report

    def run(self, seconds: int, *faults: Fault) -> bool:
        """
        Let time pass and verify before each write to a bucket; whether one struck.

        With faults, only from the moment on at which one struck.
        """
        struck: list[Kind] = []

        def called(service: str, operation: str) -> None:
            is_time = struck or not faults
            if is_time and service == "s3" and changes(operation):
                with injector.aside():
                    self.look()

        injector = Injector(
            Faults(calls=faults), called=called, struck=lambda *it: struck.append(it[2])
        )
        with armed(injector):
            self.account.run_until(self.account.clock.now() + seconds)
        self.look()
        return bool(struck)


@pytest.fixture
def estate() -> Iterator[Estate]:
    """
    A deployment that archives after a day and compacts early.
    """
    with Account(start_at=START) as account:
        deployed = deploy(Deployment(retention_days=1))
        client = boto3.client("s3")
        yield Estate(account, deployed, BucketArchive(client, deployed.archive_bucket))


def test_between_any_two_writes_of_the_transform_nothing_is_found(
    estate: Estate,
) -> None:
    """
    Batches, doubles, a compaction and the move to Glacier, as they happen.
    """
    for device in ("a", "b"):
        estate.send(device, 3)
    estate.run(4 * DAY_SECONDS)
    estate.send("a", 2)
    estate.send("b", 1)
    estate.run(4 * DAY_SECONDS)
    estate.run(45 * DAY_SECONDS)

    assert [report.findings for report in estate.seen] == []
    report = estate.look()
    assert (report.tally.entries, report.tally.objects) == (3, 2)
    assert estate.looks > 12


@pytest.mark.parametrize(
    "kind",
    [pytest.param(Kind.KILLED_BEFORE, marks=pytest.mark.slow), Kind.KILLED_AFTER],
)
def test_whatever_write_a_run_dies_at_nothing_is_found(
    estate: Estate, kind: Kind
) -> None:
    """
    Neither then nor later, when the next run goes on and when it has ended.
    """
    write = 0
    while True:
        write += 1
        estate.send("a", 2)
        fault = Fault(kind=kind, service="s3", calls=frozenset({write}))
        if not estate.run(3 * DAY_SECONDS, fault):
            break
        assert [report.findings for report in estate.seen] == [], write

    assert write > 8
    report = estate.look()
    assert report.findings == ()
    assert report.tally.entries >= write

"""
`firn local --keep-running`, tried from other processes.
"""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from rich.console import Console

from archive.contract import Contract
from local_aws.deployment import Deployment
from ops.clock import AccountClock
from ops.connection import Connection, connect
from ops.local.fleet import FleetPlan
from ops.local.options import LocalOptions, Troubles
from ops.local.rehearsal import rehearsed
from ops.local.serving import End, reserved, serve
from ops.objects import BucketObjects, Stored
from ops.place import Place
from ops.terminal import Terminal

# All of them together on one worker: an account takes seconds to come to life.
pytestmark = pytest.mark.xdist_group("keep-running")

FIRN = Path(sys.executable).with_name("firn")
HOUR = 3600
DEVICE, DAY = "aletsch-1", "2025-01-01"

FLEET = ["--devices", "2", "--days", "2", "--every", "240", "--retention-days", "1"]


@dataclass(frozen=True, slots=True)
class Running:
    """
    A `firn local --keep-running` that serves, and what it printed until then.
    """

    process: subprocess.Popen[str]
    page: str

    @property
    def environment(self) -> dict[str, str]:
        """
        What the lines to paste make of an empty environment.
        """
        pairs = re.findall(r"(AWS_\w+)=(\S+)", self.page)
        return dict(pairs)

    def end(self, number: signal.Signals) -> str:
        """
        Send a signal; give the rest of its output.
        """
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        return rest


def start(*options: str) -> Running:
    """
    Start it, and wait until it serves.
    """
    process = subprocess.Popen(  # noqa: S603 - our own command
        [FIRN, "local", *FLEET, "--keep-running", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": os.environ["PATH"], "COLUMNS": "80", "AWS_PROFILE": "nobody"},
    )
    assert process.stdout is not None
    page = ""
    for line in process.stdout:
        page += line
        if line.strip() == "firn verify":
            return Running(process, page)
    pytest.fail(page)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """
    One account that is served for all tests of this module that do not end it.
    """
    served = start()
    try:
        yield served
    finally:
        served.process.kill()
        served.process.communicate()


@pytest.fixture
def connection(running: Running, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """
    A command's way to it, by what the page says.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return connect(Place(deployment="firn"))


def listed(connection: Connection) -> dict[str, Stored]:
    """
    The archive objects as a listing shows them now.
    """
    bucket = BucketObjects(
        connection.client("s3"), connection.deployment.archive_bucket
    )
    return {stored.key: stored for stored in bucket.listed("items/")}


def test_the_page_fits_80_columns_and_names_what_exists(running: Running) -> None:
    """
    A device and dates of this very run, in commands that can be pasted.
    """
    assert max(map(len, running.page.splitlines())) <= 80
    assert f"--device {DEVICE} --from {DAY} --to 2025-01-02 --wait" in running.page


def test_the_archive_is_as_cold_as_on_its_first_day(connection: Connection) -> None:
    """
    The proof has read all of it, and left no copy behind.
    """
    found = listed(connection)
    assert len(found) == 4
    assert {stored.storage_class for stored in found.values()} == {"GLACIER"}
    assert {stored.restored for stored in found.values()} == {None}


def test_a_restore_takes_its_hours_and_no_longer_than_a_moment(
    connection: Connection,
) -> None:
    """
    Time stands still until a command waits; what was not asked for stays cold.
    """
    clock = connection.clock
    assert isinstance(clock, AccountClock)
    began = clock.now()
    key = f"items/device={DEVICE}/date={DAY}/00000001.parquet"
    connection.client("s3").restore_object(
        Bucket=connection.deployment.archive_bucket,
        Key=key,
        RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Standard"}},
    )
    assert clock.now() == began
    clock.wait(5 * HOUR)
    assert clock.now() == began + 5 * HOUR
    found = listed(connection)
    bucket = BucketObjects(
        connection.client("s3"), connection.deployment.archive_bucket
    )
    assert bucket.read(key).startswith(b"PAR1")
    assert [it for it, stored in found.items() if stored.restored] == [key]


def test_the_pipeline_goes_on_when_time_passes(connection: Connection) -> None:
    """
    A message that is sent now is an archived object two months later.
    """
    at = connection.clock.now()
    body = {"topic": "new/SENSOR/DAT", "timestamp": at, "data": {"t": 1}}
    connection.client("sqs").send_message(
        QueueUrl=connection.deployment.queue_url, MessageBody=json.dumps(body)
    )
    connection.clock.wait(60 * 24 * HOUR)
    made = [key for key in listed(connection) if "device=new/" in key]
    assert len(made) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_asked_to_and_nothing_is_left(
    number: signal.Signals,
) -> None:
    """
    That is no failure: exit 0, one line, no traceback, and the port is free.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = start("--port", str(port), "--json")
    assert f"http://127.0.0.1:{port}" in running.page
    (summary,) = re.findall(r"^{.*}$", running.page, re.MULTILINE)
    assert json.loads(summary)["lost"] == 0
    rest = running.end(number)
    assert running.process.returncode == 0
    assert rest.strip() == "Ended. The account and its archive are gone."
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_port_that_is_taken_is_told_before_the_run() -> None:
    """
    One line with the way out; nothing was run for it.
    """
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(  # noqa: S603 - our own command
            [FIRN, "local", *FLEET, "--keep-running", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"firn: --port {port}: cannot be had")
    assert done.stderr.count("\n") == 1


def test_what_was_forgotten_ends_by_itself() -> None:
    """
    And the account is there until then, even where nothing was lost or found.
    """
    options = LocalOptions(
        input=None,
        fleet=FleetPlan(
            devices=1,
            days=1,
            every_minutes=720,
            seed=0,
            start_at=1_735_689_600,
            app_env="Production",
        ),
        deployment=Deployment(retention_days=1, contract=Contract()),
        troubles=Troubles(),
        start_at=None,
        keep=None,
        port=0,
    )
    page = io.StringIO()
    console = Console(file=page, width=80)
    with (
        reserved(0) as port,
        rehearsed(options, Terminal(Console(file=io.StringIO()))) as result,
    ):
        assert port is not None
        assert serve(result, port, console, idle_seconds_max=0) is End.FORGOTTEN
        assert result.summary.lost == 0
    assert "firn query --device" in page.getvalue()
    assert "nobody asked for 8 hours" in page.getvalue()

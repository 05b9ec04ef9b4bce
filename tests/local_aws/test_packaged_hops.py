"""
The packages that `make build` writes for this machine, from message to GLACIER.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import boto3
import pytest

from local_aws.account import Account
from local_aws.deploy import Deployed, Deployment, deploy
from local_aws.events import Invoked
from local_aws.packaged import Packaged
from local_aws.scene import backend
from local_aws.served import Served

if TYPE_CHECKING:
    Runtime = Literal["plain", "awslambdaric"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packages")]

ROOT = Path(__file__).parents[2]
START = 1_614_556_800
DAY = 86_400

# What each hop says that it passed on.
METRICS = ("ItemsPut", "LinesDelivered", "RowsArchived")

DEVICES = ("BH-1", "BH-2", "a/b", "c d")


@pytest.fixture(scope="session")
def packages() -> Path:
    """
    The folder of the packages for this machine, made anew where needed.
    """
    subprocess.run(
        [sys.executable, "-m", "infra.packages", "--target", "host"],
        cwd=ROOT,
        check=True,
        timeout=600,
    )
    return ROOT / "build" / "host"


class Run:
    """
    A fleet's messages, followed until nothing moves any more.
    """

    def __init__(self, packages: Path | None, runtime: Runtime = "plain") -> None:
        """
        Without packages the functions run in this process.
        """
        self.invoked: list[Invoked] = []
        with ExitStack() as stack:
            account = stack.enter_context(Account(START))
            account.observe(self._observed)
            deployed = deploy(Deployment(retention_days=2))
            self.served = stack.enter_context(Served(account))
            if packages is not None:
                upload(packages, deployed)
                stack.enter_context(Packaged(account, self.served, runtime=runtime))
            send(account, deployed.queue_url)
            while not account.quiet():
                account.run_until(account.clock.now() + DAY)
            self.objects = stored(deployed.archive_bucket)
            self.landed = len(stored(deployed.landing_bucket))

    def items(self) -> dict[str, tuple[str, bytes]]:
        """
        The archive's own objects, without its ledger.
        """
        return {k: it for k, it in self.objects.items() if k.startswith("items/")}

    def counted(self, metric: str) -> int:
        """
        The sum of a metric over all that the functions logged.
        """
        lines = [line for event in self.invoked for line in event.log]
        values = [line.get(metric, 0) for line in lines]
        return int(sum(sum(it) if isinstance(it, list) else it for it in values))

    def _observed(self, event: object) -> None:
        if isinstance(event, Invoked):
            self.invoked.append(event)


def upload(packages: Path, deployed: Deployed) -> None:
    """
    Put the packages into the functions; the large one by way of a bucket.
    """
    client, s3 = boto3.client("lambda"), boto3.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.upload_file(str(packages / "transform.zip"), "artifacts", "transform.zip")
    for function, package in (
        (deployed.ingest, {"ZipFile": (packages / "ingest.zip").read_bytes()}),
        (deployed.router, {"ZipFile": (packages / "router.zip").read_bytes()}),
        (deployed.transform, {"S3Bucket": "artifacts", "S3Key": "transform.zip"}),
    ):
        client.update_function_code(FunctionName=function, **package)


def send(account: Account, queue_url: str) -> None:
    """
    Two days of four devices, a reading each hour.
    """
    for hour in range(48):
        account.run_until(START + hour * 3600)
        for device in DEVICES:
            reading = {"createdAt": account.clock.now(), "temperature": hour / 10}
            body = {"topic": f"{device}-{hour % 2}/SENSOR/DAT", "data": reading}
            account.send(queue_url, json.dumps(body))


def stored(bucket: str) -> dict[str, tuple[str, bytes]]:
    """
    The objects of a bucket: storage class and content, be they cold or not.
    """
    return {
        key: (it.storage_class, it.value)
        for key, it in backend("s3").get_bucket(bucket).keys.items()
    }


@pytest.fixture(scope="module")
def in_process() -> Run:
    """
    What comes of the same messages where the hops run in this process.
    """
    return Run(None)


@pytest.mark.parametrize("runtime", ["plain", "awslambdaric"])
def test_the_packages_archive_what_the_hops_do_in_this_process(
    packages: Path, in_process: Run, runtime: Runtime
) -> None:
    """
    The same bytes in GLACIER, by functions that find nothing but their package.
    """
    run = Run(packages, runtime)
    assert [event for event in run.invoked if event.error] == []
    items = run.items()
    assert {storage_class for storage_class, _ in items.values()} == {"GLACIER"}
    assert items == in_process.items()
    assert run.landed == in_process.landed == 0
    for metric in METRICS:
        assert run.counted(metric) == in_process.counted(metric) == 48 * len(DEVICES)
    assert {call.principal for call in run.served.calls} >= {
        *("firn-ingest", "firn-router", "firn-transform")
    }
    assert run.served.failures == []

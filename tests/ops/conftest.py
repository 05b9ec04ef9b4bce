"""
A deployment that the commands can be tried on, in this process and over HTTP.
"""

import json
import os
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deploy_reading import serve_clock
from local_aws.deployment import Deployed, Deployment
from local_aws.served import Served
from ops.cli import app
from tests.ops.front import FIRN, Front, standing_before
from tests.ops.verify.made import copied, make

# 1 January 2025, midnight UTC.
START = 1_735_689_600


@dataclass(frozen=True, slots=True)
class Ran:
    """
    What a command said, and how it left.
    """

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """
        The JSON on standard output, which holds nothing else.
        """
        document: dict[str, Any] = json.loads(self.stdout)
        return document


class Commands:
    """
    Runs `firn` in this process, in 80 columns.
    """

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        """
        Run with this environment more.
        """
        self._environment = environment or {}

    def __call__(self, *words: str, **environment: str | None) -> Ran:
        """
        Run one command; None takes a variable away.
        """
        result = CliRunner().invoke(
            app,
            words,
            env={**self._environment, "COLUMNS": "80", **environment},
            catch_exceptions=False,
        )
        return Ran(result.exit_code, result.stdout, result.stderr)


class Processes:
    """
    Runs `firn` as it is installed, in a process of its own.
    """

    def __init__(
        self, environment: dict[str, str], without: Collection[str] = ()
    ) -> None:
        """
        Run with this environment more, and without some of it.
        """
        known = {**os.environ, "COLUMNS": "80", **environment}
        self._environment = {k: v for k, v in known.items() if k not in without}

    def __call__(self, *words: str) -> Ran:
        """
        Run one command to its end.
        """
        done = subprocess.run(  # noqa: S603 - our own command
            [FIRN, *words],
            capture_output=True,
            check=False,
            env=self._environment,
            text=True,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An archive of six entries; not to be changed.
    """
    folder = tmp_path_factory.mktemp("whole") / "archive"
    make(folder, tmp_path_factory.mktemp("scratch"))
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """
    A copy of it, to be damaged.
    """
    return copied(whole, tmp_path / "copy")


@pytest.fixture
def account() -> Iterator[Account]:
    """
    An account that is entered, at START.
    """
    with Account(start_at=START) as account:
        yield account


@pytest.fixture
def deployed(account: Account) -> Deployed:  # noqa: ARG001 - it is deployed into the account that is entered
    """
    A deployment in it whose items live for three days.
    """
    return deploy(Deployment(retention_days=3))


@pytest.fixture
def firn(account: Account) -> Commands:  # noqa: ARG001 - boto3 reaches the account that is entered
    """
    The commands, on the account in this process.
    """
    return Commands()


@pytest.fixture
def front(account: Account, deployed: Deployed) -> Iterator[Front]:
    """
    The account and its clock served, with somebody before it.
    """
    with Served(account) as served, standing_before(served) as front:
        serve_clock(deployed, served.clock)
        yield front
        assert not served.failures


@pytest.fixture
def firn_over_http(front: Front) -> Commands:
    """
    The commands, on the served account.
    """
    return Commands(front.environment())


@pytest.fixture
def firn_process(front: Front) -> Processes:
    """
    The installed command, on the served account.

    In this process what describes a deployment is answered from memory
    (local_aws/setups.py), and never reaches who stands before the account.
    """
    return Processes(front.environment())

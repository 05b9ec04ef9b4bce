"""
The module, its packages, and one deployment of it from beginning to end.
"""

import functools
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from local_aws.served import Served
from tests.infra.access.days import (
    Day,
    analysts,
    astray,
    auditors,
    operators,
    people,
)
from tests.infra.end_to_end import EndToEnd, Way, go
from tests.infra.planned import Planned, plan_of
from tests.infra.sendings import SENDINGS, START_AT
from tests.infra.terraform import (
    REPOSITORY,
    Terraform,
    UnavailableError,
    copy_of_module,
)


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """
    A copy of the module with its provider. Tests read it and change nothing.
    """
    return initialised(copy_of_module(tmp_path_factory.mktemp("module")))


@pytest.fixture(scope="session")
def planned(module: Terraform) -> Planned:
    """
    What the module would make when nothing is said.
    """
    return plan_of(module)


@pytest.fixture
def own_module(tmp_path: Path) -> Terraform:
    """
    A copy of the module that a test may change.
    """
    return initialised(copy_of_module(tmp_path))


@pytest.fixture(scope="session")
def packages() -> Path:
    """
    The folder with the packages for this machine, made anew where they are old.
    """
    subprocess.run(
        [sys.executable, "-m", "infra.packages", "--target", "host"],
        check=True,
        cwd=REPOSITORY,
    )
    return REPOSITORY / "build" / "host"


@pytest.fixture(scope="session")
def end_to_end(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> EndToEnd:
    """
    A deployment that was made, used and taken away again. It takes minutes.

    Whoever asks for it carries the mark xdist_group("end_to_end"), so that it
    happens once.
    """
    folder = tmp_path_factory.mktemp("deployment")
    try:
        return go(
            Way(
                folder=folder,
                packages=packages,
                start_at=START_AT,
                sendings=SENDINGS,
                visit=functools.partial(_people, folder=folder),
            )
        )
    except UnavailableError as error:
        pytest.skip(str(error))


def _people(served: Served, name: str, now: int, folder: Path) -> Day:
    """
    An analyst, an auditor and an operator do a day's work, after some did others'.
    """
    analyst, auditor, operator = people(served, name, folder)
    return {
        **astray(served, name, folder),
        **analysts(analyst),
        **auditors(auditor, now),
        **operators(operator, now),
    }


def initialised(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Terraform:
    """
    Terraform in a folder after `init`; the test is skipped where that cannot be.
    """
    terraform = Terraform(folder=folder, environment=environment or {})
    try:
        terraform.init()
    except UnavailableError as error:
        pytest.skip(str(error))
    return terraform

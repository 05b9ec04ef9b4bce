"""
The module, initialised once for all tests that ask for it.
"""

from pathlib import Path

import pytest

from tests.infra.planned import Planned, plan_of
from tests.infra.terraform import Terraform, UnavailableError, copy_of_module


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


def initialised(folder: Path) -> Terraform:
    """
    Terraform in a folder after `init`; the test is skipped where that cannot be.
    """
    terraform = Terraform(folder=folder)
    try:
        terraform.init()
    except UnavailableError as error:
        pytest.skip(str(error))
    return terraform

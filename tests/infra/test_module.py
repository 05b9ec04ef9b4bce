"""
The module as Terraform sees it, without any AWS: form, sense, and its own tests.
"""

import shutil
from pathlib import Path

import pytest

from tests.infra.conftest import initialised
from tests.infra.terraform import INFRA, Terraform

EXAMPLES = sorted(path.name for path in INFRA.glob("examples/*") if path.is_dir())
# Each run of these is a plan of the whole module: a second or more. What loses
# items is looked at every day.
EVERYDAY = ("lossless.tftest.hcl",)
TESTS = sorted(path.name for path in INFRA.glob("tests/*.tftest.hcl"))


def test_the_files_are_formatted(module: Terraform) -> None:
    """
    `terraform fmt -recursive` would change nothing.
    """
    assert module.run("fmt", "-check", "-recursive", "-diff") == ""


def test_the_module_is_valid(module: Terraform) -> None:
    """
    Every reference exists and every argument is one that the provider knows.
    """
    module.run("validate", "-no-color")


def test_the_examples_are_those_of_the_readme() -> None:
    """
    One for a start, one for a table that stands already, one with everything.
    """
    assert EXAMPLES == ["existing-table", "minimal", "production"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_valid(example: str, module: Terraform, tmp_path: Path) -> None:
    """
    What a new user copies names only variables and outputs that there are.
    """
    shutil.copytree(module.folder, tmp_path / "infra", symlinks=True)
    initialised(tmp_path / "infra" / "examples" / example).run("validate", "-no-color")


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, marks=() if file in EVERYDAY else pytest.mark.slow)
        for file in TESTS
    ],
)
def test_the_modules_own_tests_pass(file: str, module: Terraform) -> None:
    """
    Each file of infra/tests/, with a provider that is a mock: no AWS, no key.
    """
    module.run("test", "-no-color", f"-filter=tests/{file}")


def test_what_loses_items_is_looked_at_every_day() -> None:
    """
    A file that was renamed would drop out of the everyday run unseen.
    """
    assert set(EVERYDAY) <= set(TESTS)

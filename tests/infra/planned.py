"""
What the module would make, as plain values, without any AWS.

Rule 1: the plan comes from `terraform test`, whose provider is a mock; what it
prints of a plan is what `terraform show -json` prints of one.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infra.terraform import RefusedError, Terraform

_PLAN = """
mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "planned" {
  command = plan

  variables {
    packages_dir = "./tests/packages"
%s
  }
}
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """
    The resources and data sources of a plan, by their addresses.
    """

    by_address: Mapping[str, Mapping[str, Any]]

    def __getitem__(self, address: str) -> Mapping[str, Any]:
        """
        The planned values at an address, such as `aws_lambda_function.router`.
        """
        return self.by_address[address]

    def of(self, type_: str) -> dict[str, Mapping[str, Any]]:
        """
        All that is of a type, by address.
        """
        return {
            address: values
            for address, values in self.by_address.items()
            if address.removeprefix("data.").split(".")[0] == type_
        }

    def environment(self, function: str) -> Mapping[str, str]:
        """
        The environment variables of ingest, router or transform.
        """
        for address in (
            f"aws_lambda_function.{function}",
            f"aws_lambda_function.{function}[0]",
        ):
            if address in self.by_address:
                (environment,) = self.by_address[address]["environment"]
                variables: Mapping[str, str] = environment["variables"]
                return variables
        msg = f"the plan holds no function {function}"
        raise KeyError(msg)


def plan_of(module: Terraform, variables: str = "") -> Planned:
    """
    The plan of a copy of the module, with variables as they stand in HCL.
    """
    folder = module.folder / "planned"
    folder.mkdir()
    try:
        (folder / "planned.tftest.hcl").write_text(_PLAN % variables)
        printed = module.run("test", "-json", "-verbose", "-test-directory=planned")
    finally:
        shutil.rmtree(folder)
    return Planned(
        {
            change["address"]: change["change"]["after"]
            for change in _changes(printed)
            if change["change"]["after"] is not None
        }
    )


def _changes(printed: str) -> Iterator[dict[str, Any]]:
    for line in printed.splitlines():
        told = json.loads(line)
        if told["type"] == "test_plan":
            yield from told["test_plan"]["resource_changes"]
            return
    msg = f"terraform test shows no plan:\n{printed}"
    raise RefusedError(msg)

"""
Deployments of the real module, in an account that is served over HTTP.

Rule 1: a deployment is a root module of its own with a copy of infra/ inside,
as a user's would be; nothing is known of it but what Terraform gives out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.deployment import Deployed
from local_aws.served import Served
from tests.infra.terraform import Terraform, copy_of_module

# The key id under which Terraform's own calls are recorded.
DEPLOYER = "DEPLOYER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """
    A root module that uses ours, and the folder with the packages for it.
    """

    terraform: Terraform
    packages: Path

    @classmethod
    def made(cls, folder: Path, packages: Path, served: Served) -> "Root":
        """
        A root in a folder, initialised; it asks for nothing yet.
        """
        copy_of_module(folder)
        terraform = Terraform(folder=folder, environment=served.environment(DEPLOYER))
        root = cls(terraform=terraform, packages=packages)
        root.write({})
        terraform.init()
        return root

    def write(self, variables: Mapping[str, object]) -> None:
        """
        Ask for a deployment with these variables.
        """
        wanted = {
            # Without it the provider asks 25 times where the emulator fails.
            "provider": {"aws": {"max_retries": 2}},
            "module": {
                "firn": {
                    "source": "./infra",
                    "packages_dir": str(self.packages),
                    **variables,
                }
            },
            "output": {"firn": {"value": "${module.firn}"}},
        }
        (self.terraform.folder / "main.tf.json").write_text(json.dumps(wanted))

    def apply(self, **variables: object) -> None:
        """
        Make, or change, the deployment to these variables.
        """
        self.write(variables)
        self.terraform.apply()

    def end(self, **variables: object) -> None:
        """
        Take away the guards of a deployment, then all of it (docs/DEPLOYING.md).
        """
        self.apply(**{**variables, "deletion_protection": False, "force_destroy": True})
        self.terraform.destroy()

    def deployed(self) -> Deployed:
        """
        The names of what was made, as the module's outputs give them.
        """
        return deployed_of(self.outputs())

    def outputs(self) -> Mapping[str, Any]:
        """
        What the module gives out.
        """
        outputs: Mapping[str, Any] = self.terraform.outputs()["firn"]
        return outputs


def deployed_of(outputs: Mapping[str, Any]) -> Deployed:
    """
    The names of what was made; empty where a deployment has no ingest.
    """
    functions, buckets = outputs["function_names"], outputs["buckets"]
    return Deployed(
        queue_url=outputs["queue_url"] or "",
        dead_letter_queue_url=outputs["dead_letter_queue_url"] or "",
        table=outputs["table_name"],
        landing_bucket=buckets["landing"],
        archive_bucket=buckets["archive"],
        failures_bucket=buckets["failures"],
        delivery_stream=outputs["delivery_stream_name"],
        glue_database=outputs["glue_database"],
        ingest=functions.get("ingest") or "",
        router=functions["router"],
        transform=functions["transform"],
        # The schedule is called as what it wakes.
        schedule=functions["transform"],
        athena_results=buckets["athena_results"],
        athena_workgroup=outputs["athena_workgroup"],
        parameter=outputs["deployment_parameter"],
    )

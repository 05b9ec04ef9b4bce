"""
Terraform as the tests run it: found, initialised, and heard when it fails.

Rule 1: this is the only file of the tests that starts terraform.
Rule 2: it works on copies of infra/; the folder itself never gets a state, a
lock file or a provider.
Rule 3: what a run cannot find is said in one sentence, by UnavailableError.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
INFRA = REPOSITORY / "infra"

PROVIDER = Path("registry.terraform.io", "hashicorp", "aws")

# `terraform plan -detailed-exitcode`: there are changes.
EXIT_CHANGES = 2

# What a copy of the module needs none of.
_LEFT_OUT = shutil.ignore_patterns(
    ".terraform", ".terraform.lock.hcl", "*.tfstate", "*.tfstate.*", "__pycache__"
)


class UnavailableError(Exception):
    """
    There is no terraform here, or no provider that it could get hold of.
    """


class RefusedError(Exception):
    """
    Terraform ended with an error; the message is all that it printed.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Terraform:
    """
    One folder with a configuration, and the environment that terraform sees.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def init(self) -> None:
        """
        Make the provider and the modules ready.
        """
        try:
            self.run("init", "-input=false", "-backend=false", "-no-color", *_mirror())
        except RefusedError as error:
            if "provider" not in str(error):
                raise
            msg = (
                "terraform found no AWS provider: no local mirror holds it "
                "(FIRN_TERRAFORM_MIRROR can name one, docs/DEVELOPING.md) and the "
                f"registry was not reached: {' '.join(str(error).split())}"
            )
            raise UnavailableError(msg) from error

    def run(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        """
        What `terraform ARGUMENTS` printed; RefusedError where it ended badly.
        """
        done = self.start(*arguments)
        if done.returncode not in allowed:
            msg = f"terraform {' '.join(arguments)}:\n{done.stderr or done.stdout}"
            raise RefusedError(msg)
        return done.stdout

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """
        A finished run of terraform, well or badly ended.
        """
        return subprocess.run(  # noqa: S603 - terraform itself, on our own arguments
            [_terraform(), *arguments],
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={**_inherited(), **self.environment},
            text=True,
        )

    def apply(self) -> None:
        """
        Make everything that the configuration asks for.
        """
        self.run("apply", "-input=false", "-auto-approve", "-no-color")

    def destroy(self) -> None:
        """
        Take everything away again.
        """
        self.run("destroy", "-input=false", "-auto-approve", "-no-color")

    def plan(self) -> dict[str, Any]:
        """
        The plan as JSON values.
        """
        self.run("plan", "-input=false", "-no-color", "-out=plan")
        planned: dict[str, Any] = json.loads(self.run("show", "-json", "plan"))
        return planned

    def differences(self) -> str:
        """
        What a plan would change, as Terraform says it; empty when nothing.
        """
        done = self.start("plan", "-input=false", "-no-color", "-detailed-exitcode")
        if done.returncode not in (0, EXIT_CHANGES):
            msg = f"terraform plan:\n{done.stderr or done.stdout}"
            raise RefusedError(msg)
        return done.stdout if done.returncode == EXIT_CHANGES else ""

    def state(self) -> dict[str, Any]:
        """
        The state as JSON values.
        """
        shown: dict[str, Any] = json.loads(self.run("show", "-json"))
        return shown

    def outputs(self) -> dict[str, Any]:
        """
        The outputs of the root, by name.
        """
        printed = json.loads(self.run("output", "-json"))
        return {name: output["value"] for name, output in printed.items()}


def copy_of_module(folder: Path) -> Path:
    """
    A copy of infra/ in `folder`, and where its packages would lie beside it.
    """
    return Path(shutil.copytree(INFRA, folder / "infra", ignore=_LEFT_OUT))


def _terraform() -> str:
    found = shutil.which("terraform")
    if found is None:
        msg = "terraform is not on the PATH (docs/DEVELOPING.md says which one)"
        raise UnavailableError(msg)
    return found


def _inherited() -> dict[str, str]:
    """
    Our own environment, without what would make a run another one.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TF_VAR_", "TF_CLI_ARGS", "AWS_"))
    }
    # Terraform ends at once where this names a file that does not exist.
    configuration = environment.get("TF_CLI_CONFIG_FILE")
    if configuration is not None and not Path(configuration).is_file():
        del environment["TF_CLI_CONFIG_FILE"]
    return {
        **environment,
        "TF_IN_AUTOMATION": "true",
        "CHECKPOINT_DISABLE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _mirror() -> tuple[str, ...]:
    """
    The option that names a folder with the provider, where we know of one.

    Without it Terraform looks into its own implied mirrors, then asks the
    registry. A plugin cache has the layout of a mirror and serves as one.
    """
    for name in ("FIRN_TERRAFORM_MIRROR", "TF_PLUGIN_CACHE_DIR"):
        folder = os.environ.get(name)
        if folder and (Path(folder) / PROVIDER).is_dir():
            return (f"-plugin-dir={Path(folder).resolve()}",)
    return ()

"""
Somebody who holds one of the module's policies, before a served deployment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.served import Served
from tests.infra.access.commands import Ran, client_of, firn
from tests.infra.access.principals import PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    Somebody with a key to a served account, who knows a deployment's name.

    `folder` is where they leave what they were given.
    """

    served: Served
    key_id: str
    name: str
    folder: Path

    def firn(self, *words: str) -> Ran:
        """
        Run a command on the deployment.
        """
        return firn(self.served, self.key_id, *words, "--deployment", self.name)

    def client(self, service: str) -> Any:  # noqa: ANN401 - one of ten clients
        """
        The person's client of a service.
        """
        return client_of(self.served, self.key_id, service)

    def deployment(self) -> Mapping[str, Any]:
        """
        Where everything of the deployment is.
        """
        found = self.client("ssm").get_parameter(Name=f"/firn/{self.name}")
        deployment: Mapping[str, Any] = json.loads(found["Parameter"]["Value"])
        return deployment


def people(
    served: Served, name: str, folder: Path, before: str = ""
) -> tuple[Person, Person, Person]:
    """
    An analyst, an auditor and an operator, with `before` in front of their keys.
    """
    analyst, auditor, operator = (
        Person(served=served, key_id=f"{before}{who.upper()}", name=name, folder=folder)
        for who in PEOPLE
    )
    return analyst, auditor, operator


def keys_under(s3: Any, bucket: str, prefix: str) -> list[str]:  # noqa: ANN401 - a client
    """
    The first thousand keys under a prefix.
    """
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", [])]

"""
Answers on how a thing is set up, kept until something may have changed it.

Rule 1: each answer is moto's own, and is asked for anew after any call that the
control plane takes for a change. What counts items (DescribeTable) may be old.

The transform asks three such questions at every run, and the answer is the same
for years.
"""

import copy
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from local_aws.control_plane import ControlPlane

# What the hops ask. None of them is answered with what a service holds.
SETUPS = frozenset({"DescribeTable", "DescribeTimeToLive", "GetEventSourceMapping"})


@dataclass(slots=True)
class Setups:
    """
    The answers of one account.
    """

    control: ControlPlane
    _revision: int = -1
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @contextmanager
    def installed(self) -> Generator[None]:
        """
        Answer for every boto3 client of the process.
        """
        original = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001 - the one place that every call of every client passes

        def make_api_call(
            client: BaseClient, operation: str, parameters: dict[str, Any]
        ) -> Mapping[str, Any]:
            if operation not in SETUPS:
                answer: Mapping[str, Any] = original(client, operation, parameters)
                return answer
            if self._revision != self.control.revision:
                self._answers.clear()
                self._revision = self.control.revision
            asked = json.dumps([client.meta.region_name, operation, parameters])
            if asked not in self._answers:
                self._answers[asked] = original(client, operation, parameters)
            return copy.deepcopy(self._answers[asked])

        with patch.object(BaseClient, "_make_api_call", make_api_call):
            yield

"""
The end-to-end run as IAM would have seen it.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.access.principals import Principal, principals_of


@pytest.fixture(scope="session")
def state(end_to_end: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a fixture of the folder above
    """
    Terraform's state of the deployment.
    """
    found: Mapping[str, Any] = end_to_end.state
    return found


@pytest.fixture(scope="session")
def principals(state: Mapping[str, Any]) -> dict[str, Principal]:
    """
    The roles and the policies for people, by name.
    """
    return principals_of(state)

"""
S3: what moto makes of bucket policies.

Lifecycles and restores are in local_aws/s3.py, for they are needed without a
server too.
"""

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def gaps() -> tuple[AbstractContextManager[Any], ...]:
    """
    One for each.
    """
    return (_conditions(),)


def _conditions() -> AbstractContextManager[Any]:
    """
    A statement whose condition is not met says nothing, whatever its effect.

    IAM: IAM JSON policy elements: Condition; moto takes it for a denial, so
    that a bucket which wants TLS would refuse everybody. No request here
    carries aws:SecureTransport = false: the loopback stands for TLS.
    """
    is_action_permitted = IAMPolicyStatement.is_action_permitted

    def when_met(
        self: IAMPolicyStatement,
        action: str,
        resource: str = "*",
        principal: str | None = None,
        incoming_condition_values: dict[str, str] | None = None,
    ) -> PermissionResult:
        if not self._check_conditions(incoming_condition_values):
            return PermissionResult.NEUTRAL
        return is_action_permitted(
            self, action, resource, principal, incoming_condition_values
        )

    return patch.object(IAMPolicyStatement, "is_action_permitted", when_met)

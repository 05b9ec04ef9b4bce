"""
S3: what moto makes of bucket policies.

Lifecycles and restores are in local_aws/s3.py, for they are needed without a
server too.
"""

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def _secure_transport() -> AbstractContextManager[Any]:
    """
    A statement about requests without TLS says nothing of those with it.

    IAM: AWS global condition context keys, aws:SecureTransport; moto knows no
    condition but StringEquals, so that a bucket which wants TLS would refuse
    everybody. The loopback stands for TLS.
    """
    is_action_permitted = IAMPolicyStatement.is_action_permitted

    def where_it_applies(
        self: IAMPolicyStatement,
        action: str,
        resource: str = "*",
        principal: str | None = None,
        incoming_condition_values: dict[str, str] | None = None,
    ) -> PermissionResult:
        condition = self._statement.get("Condition", {})
        if condition.get("Bool", {}).get("aws:SecureTransport") in ("false", ["false"]):
            return PermissionResult.NEUTRAL
        return is_action_permitted(
            self, action, resource, principal, incoming_condition_values
        )

    return patch.object(IAMPolicyStatement, "is_action_permitted", where_it_applies)


GAPS = (_secure_transport,)

"""
One principal's policy, asked in the words of the deployment.
"""

from collections.abc import Mapping

from tests.infra.access.policy import Request
from tests.infra.access.principals import Principal

ACCOUNT = "123456789012"


class May:
    """
    Asks one principal's policy, in the words of this deployment.
    """

    def __init__(self, principal: Principal, buckets: Mapping[str, str]) -> None:
        self._principal = principal
        self._buckets = buckets

    def __call__(
        self, action: str, where: str, context: Mapping[str, str] | None = None
    ) -> bool:
        """
        Whether the principal may; `where` is BUCKET/KEY or an ARN.
        """
        bucket, slash, key = where.partition("/")
        resource = (
            where
            if ":" in where
            else f"arn:aws:s3:::{self._buckets[bucket]}{slash}{key}"
        )
        return self._principal.policy.allows(
            Request(
                action=action,
                resource=resource,
                context={"aws:ResourceAccount": ACCOUNT, **(context or {})},
            )
        )

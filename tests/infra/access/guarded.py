"""
An account over HTTP in which IAM says no, as it would on AWS.

Rule 1: only those are judged whose policy is given; a key that no policy is
given for may do everything, as whoever deploys does.
Rule 2: a refusal is worded as IAM words it, with the action in it, and nothing of
what was asked for is done.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from local_aws.account import Account
from local_aws.served import Call, Served
from local_aws.served_actions import asked_of
from local_aws.served_context import context_of
from local_aws.served_errors import refusal
from local_aws.served_http import HttpRequest, HttpResponse
from local_aws.served_request import Asked
from tests.infra.access.proof import requests_of

if TYPE_CHECKING:
    from tests.infra.access.policy import Policy

ACCOUNT = "123456789012"


class Guarded(Served):
    """
    Serves an account, and asks the policy of each key that has one.
    """

    def __init__(self, account: Account) -> None:
        """
        Let everybody in until somebody's policy is given.
        """
        super().__init__(account)
        self.policies: Mapping[str, Policy] = {}

    def _served(self, asked: Asked, request: HttpRequest) -> HttpResponse:
        refused = self._refused(asked, HTTPStatus.OK)
        if refused is not None:
            return refused
        response = super()._served(asked, request)
        # S3 says only to those who may list a bucket that an object is not there.
        return self._refused(asked, response.status) or response

    def _refused(self, asked: Asked, status: int) -> HttpResponse | None:
        policy = self.policies.get(asked.principal)
        if policy is None:
            return None
        for call in _calls(asked, status):
            if not all(map(policy.allows, requests_of([call], ACCOUNT))):
                # IAM user guide: "Troubleshoot access denied error messages".
                msg = (
                    f"User: {call.principal} is not authorized to perform: "
                    f"{call.action} on resource: {call.resource}"
                )
                code = "AccessDenied" + ("" if asked.service == "s3" else "Exception")
                return refusal(asked, HTTPStatus.FORBIDDEN, code, msg)
        return None


def _calls(asked: Asked, status: int) -> Iterator[Call]:
    for action, resource in asked_of(asked, status):
        yield Call(
            principal=asked.principal,
            service=action.partition(":")[0],
            action=action,
            resource=resource,
            at=0,
            context=context_of(asked),
        )

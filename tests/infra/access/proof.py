"""
What was asked against what is allowed, both ways.

Rule 1: one way, a request that no grant allows is a function that stops on AWS.
Rule 2: the other way, a grant that no request needed is wider than needed,
unless a reason says when it is.
Rule 3: a reason that is not needed any more is a mistake like the other two.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from local_aws.served import Call
from tests.infra.access.policy import Grant, Request, matches
from tests.infra.access.principals import Principal

# Everybody may ask who they are (API_GetCallerIdentity: "No permissions are
# required to perform this operation").
FREE = frozenset({"sts:GetCallerIdentity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """
    A grant that the run does not need, and who needs it then.
    """

    who: str
    action: str
    resource: str = "*"
    why: str

    def explains(self, who: str, grant: Grant) -> bool:
        """
        Whether this is the reason for that principal's grant.
        """
        return (
            who == self.who
            and grant.action == self.action
            and matches(self.resource, grant.resource)
        )


def requests_of(calls: Iterable[Call], account: str) -> Iterator[Request]:
    """
    What IAM would be asked about these calls.
    """
    for call in calls:
        if call.action in FREE:
            continue
        request = Request(
            action=call.action,
            resource=call.resource,
            # Nothing here reaches into another account.
            context={"aws:ResourceAccount": account, **call.context},
        )
        yield request
        # S3: "Enforce conditional deletes": comparing an ETag is reading.
        if call.action == "s3:DeleteObject" and "s3:if-match" in call.context:
            yield replace(request, action="s3:GetObject")


def requests_by(
    principal: Principal, calls: Iterable[Call], account: str
) -> list[Request]:
    """
    What IAM would be asked about this principal, each question once.
    """
    own = (call for call in calls if call.principal in principal.signs_as)
    unique: dict[tuple[str, str, tuple[tuple[str, str], ...]], Request] = {}
    for request in requests_of(own, account):
        key = (
            request.action,
            request.resource,
            tuple(sorted(request.context.items())),
        )
        unique.setdefault(key, request)
    return list(unique.values())


def refused(principal: Principal, requests: Iterable[Request]) -> list[str]:
    """
    What was done and would not have been allowed.
    """
    return [
        f"{principal.name}: {request.action} on {request.resource} {request.context}"
        for request in requests
        if not principal.policy.allows(request)
    ]


def idle(principal: Principal, requests: Iterable[Request]) -> list[Grant]:
    """
    What is allowed and was not done.
    """
    used = {
        id(grant)
        for request in requests
        for grant in principal.policy.speaking(request)
    }
    return [
        grant
        for grant in principal.policy.grants
        if grant.effect == "Allow" and id(grant) not in used
    ]


def unexplained(
    who: str, grants: Iterable[Grant], reasons: Sequence[Unseen]
) -> list[str]:
    """
    The idle grants that no reason is for.
    """
    return [
        f"{who}: {grant.action} on {grant.resource} ({grant.sid})"
        for grant in grants
        if not any(reason.explains(who, grant) for reason in reasons)
    ]


def needless(who: str, grants: Sequence[Grant], reasons: Iterable[Unseen]) -> list[str]:
    """
    The reasons that are for no idle grant.
    """
    return [
        f"{reason.who}: {reason.action} on {reason.resource}: {reason.why}"
        for reason in reasons
        if reason.who == who
        and not any(reason.explains(who, grant) for grant in grants)
    ]

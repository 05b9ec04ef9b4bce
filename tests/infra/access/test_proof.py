"""
The proof itself: a missing permission and a needless one are both found.
"""

import json

import pytest

from local_aws.served import Call
from tests.infra.access.policy import Policy
from tests.infra.access.principals import Principal
from tests.infra.access.proof import (
    Unseen,
    idle,
    needless,
    refused,
    requests_by,
    unexplained,
)

OBJECT = "arn:aws:s3:::b/k"
ACCOUNT = "123456789012"


def somebody(*actions: str, resource: str = "arn:aws:s3:::b/*") -> Principal:
    """
    A principal who may do these, and signs as ME.
    """
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": resource}
    return Principal(
        name="somebody",
        policy=Policy.of(json.dumps({"Statement": [statement]})),
        signs_as=frozenset({"ME"}),
    )


def call(action: str, principal: str = "ME", **context: str) -> Call:
    """
    A call on the object.
    """
    return Call(
        principal=principal,
        service="s3",
        action=action,
        resource=OBJECT,
        at=0,
        context={f"s3:{key.replace('_', '-')}": it for key, it in context.items()},
    )


def test_a_call_without_permission_is_found() -> None:
    """
    Whoever it is by, only the principal's own calls count.
    """
    reader = somebody("s3:GetObject")
    calls = [call("s3:GetObject"), call("s3:PutObject"), call("s3:A", "OTHER")]
    (told,) = refused(reader, requests_by(reader, calls, ACCOUNT))
    assert told.startswith(f"somebody: s3:PutObject on {OBJECT}")


def test_a_permission_without_a_call_is_found() -> None:
    """
    One that was used is not idle, also where the call came many times.
    """
    writer = somebody("s3:GetObject", "s3:PutObject")
    asked = requests_by(writer, [call("s3:GetObject")] * 3, ACCOUNT)
    assert len(asked) == 1
    assert [grant.action for grant in idle(writer, asked)] == ["s3:PutObject"]


@pytest.mark.parametrize("grants", [0, 1])
def test_a_reason_explains_an_idle_permission_and_nothing_else(grants: int) -> None:
    """
    A reason for what is used, or for what nobody has, is one too many.
    """
    writer = somebody("s3:PutObject")
    idle_ones = idle(writer, [])[:grants]
    reasons = [Unseen(who="somebody", action="s3:PutObject", why="Sometimes.")]
    assert not unexplained("somebody", idle_ones, reasons)
    assert bool(needless("somebody", idle_ones, reasons)) == (grants == 0)
    assert bool(unexplained("somebody", idle_ones, [])) == (grants == 1)
    assert bool(unexplained("another", idle_ones, reasons)) == (grants == 1)


def test_deleting_exactly_these_bytes_is_reading_too() -> None:
    """
    With If-Match S3 asks for s3:GetObject as well.
    """
    cleaner = somebody("s3:DeleteObject")
    plain = requests_by(cleaner, [call("s3:DeleteObject")], ACCOUNT)
    assert not refused(cleaner, plain)
    exact = requests_by(cleaner, [call("s3:DeleteObject", if_match="e")], ACCOUNT)
    assert [told.split()[1] for told in refused(cleaner, exact)] == ["s3:GetObject"]

"""
Permissions that look right and that AWS would never match.
"""

from collections.abc import Mapping

import pytest

from tests.infra.access.policy import Grant
from tests.infra.access.principals import Principal
from tests.infra.access.reference import complaints, definition

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

# Where the reference and another page of AWS differ, and which one is followed.
FOLLOWED_OTHERWISE = {
    "dynamodb:ListStreams: knows no resource, but": (
        "DynamoDB Developer Guide, tutorial on streams and Lambda: it names the "
        "streams of the table, and so does SAM's DynamoDBStreamReadPolicy."
    ),
    "s3:DeleteObject: comes without s3:if-match": (
        "S3 User Guide, Enforce conditional deletes: newer than the copy."
    ),
}


def test_each_permission_is_one_that_aws_knows(
    principals: Mapping[str, Principal],
) -> None:
    """
    An action with a typo, on the wrong kind of ARN or under a key it never has allows nothing.
    """
    if definition() is None:
        pytest.skip("checkov, which has the list, is not installed: make scan")
    found = {
        complaint
        for principal in principals.values()
        for grant in principal.policy.grants
        for complaint in complaints(grant)
    }
    followed = tuple(FOLLOWED_OTHERWISE)
    assert not {each for each in found if not each.startswith(followed)}
    assert all(any(each.startswith(one) for each in found) for one in followed)


@pytest.mark.parametrize(
    ("action", "resource", "key", "complaint"),
    [
        ("s3:GetObjekt", "arn:aws:s3:::b/k", None, "there is no such action"),
        ("s3:GetObject", "arn:aws:s3:::b", None, "is never asked on"),
        ("s3:ListBucket", "arn:aws:s3:::b/k", None, "is never asked on"),
        ("sqs:SendMessage", "arn:aws:sns:a:1:t", None, "is never asked on"),
        ("cloudwatch:GetMetricData", "arn:aws:a:b:c:d:e", None, "knows no resource"),
        ("s3:GetObject", "arn:aws:s3:::b/k", "s3:prefix", "comes without s3:prefix"),
        ("s3:ListBucket", "arn:aws:s3:::b", "s3:prefix", None),
        ("s3:GetObject", "arn:aws:s3:::b/a/*", None, None),
        ("s3:PutObject", "arn:aws:s3:::b/a/*", "s3:if-none-match", None),
        ("logs:FilterLogEvents", "arn:aws:logs:a:1:log-group:/g:*", None, None),
    ],
)
def test_the_reference_tells_right_from_wrong(
    action: str, resource: str, key: str | None, complaint: str | None
) -> None:
    """
    What it says of permissions that are known to be one or the other.
    """
    if definition() is None:
        pytest.skip("checkov, which has the list, is not installed: make scan")
    grant = Grant(
        sid="Any",
        effect="Allow",
        action=action,
        resource=resource,
        conditions={"StringEquals": {key: ("a",)}} if key else {},
    )
    found = complaints(grant)
    assert bool(found) == bool(complaint)
    assert all(complaint in each for each in found if complaint)

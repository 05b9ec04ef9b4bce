"""
An account in which IAM says no: what is refused is not done.
"""

import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.account import Account
from tests.infra.access.commands import client_of
from tests.infra.access.guarded import Guarded
from tests.infra.access.policy import Policy

READS = json.dumps(
    {
        "Statement": {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::archive/items/*",
        }
    }
)


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    """
    An account with one object, and a reader who may do no more than read.
    """
    with Account(start_at=1_704_067_200) as account, Guarded(account) as guarded:
        client = boto3.client("s3")
        client.create_bucket(Bucket="archive")
        client.put_object(Bucket="archive", Key="items/a", Body=b"x")
        guarded.policies = {"READER": Policy.of(READS)}
        yield guarded


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    """
    The code that AWS answered.
    """
    return error.value.response["Error"]["Code"]


def test_what_is_allowed_is_done(guarded: Guarded) -> None:
    """
    The policy is asked, and then the account.
    """
    s3 = client_of(guarded, "READER", "s3")
    assert s3.get_object(Bucket="archive", Key="items/a")["Body"].read() == b"x"


def test_what_is_refused_is_not_done_and_is_named(guarded: Guarded) -> None:
    """
    In IAM's words: who, which action, on what.
    """
    s3 = client_of(guarded, "READER", "s3")
    with pytest.raises(ClientError, match="perform: s3:PutObject on resource") as error:
        s3.put_object(Bucket="archive", Key="items/a", Body=b"y")
    assert code(error) == "AccessDenied"
    kept = boto3.client("s3").get_object(Bucket="archive", Key="items/a")
    assert kept["Body"].read() == b"x"
    assert guarded.failures == []


def test_a_missing_object_is_told_only_to_who_may_list(guarded: Guarded) -> None:
    """
    To others it looks like a missing permission (API_GetObject).
    """
    for who, expected in (("READER", "AccessDenied"), ("ANYBODY", "NoSuchKey")):
        s3 = client_of(guarded, who, "s3")
        with pytest.raises(ClientError) as error:
            s3.get_object(Bucket="archive", Key="items/none")
        assert code(error) == expected


def test_a_service_of_json_refuses_in_its_own_words(guarded: Guarded) -> None:
    """
    Each protocol has its code for it.
    """
    ssm = client_of(guarded, "READER", "ssm")
    with pytest.raises(ClientError) as error:
        ssm.get_parameter(Name="/firn/firn")
    assert code(error) == "AccessDeniedException"


def test_who_is_asking_needs_no_permission(guarded: Guarded) -> None:
    """
    STS answers everybody.
    """
    sts = client_of(guarded, "READER", "sts")
    assert sts.get_caller_identity()["Account"] == "123456789012"

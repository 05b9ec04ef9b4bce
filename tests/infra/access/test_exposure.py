"""
What others could reach: buckets, queues, topic, and who may take on a role.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.access.principals import ROLES, Principal, of, one, statements

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

ACCOUNT = "123456789012"
BUCKETS = 5
QUEUES = 2

SERVICES = {
    "ingest": "lambda.amazonaws.com",
    "router": "lambda.amazonaws.com",
    "transform": "lambda.amazonaws.com",
    "delivery": "firehose.amazonaws.com",
    "schedule": "scheduler.amazonaws.com",
}

# IAM: "IAM and AWS STS quotas", characters without white space.
MANAGED_CHARACTERS_MAX = 6_144
INLINE_CHARACTERS_MAX = 10_240

# CloudWatch knows no permission for less than all metrics.
EVERYWHERE = {"cloudwatch:GetMetricData"}


def each_bucket(state: Mapping[str, Any], type_: str) -> dict[str, Mapping[str, Any]]:
    """
    What stands about each bucket in the resources of a type.
    """
    found = {values["bucket"]: values for _, values in of(state, type_)}
    assert len(found) == BUCKETS
    return found


def resource_policies(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """
    The policies that resources have of their own: what it is, and the document.
    """
    for type_ in (
        "aws_s3_bucket_policy",
        "aws_sqs_queue",
        "aws_sqs_queue_policy",
        "aws_sns_topic_policy",
    ):
        for name, values in of(state, type_):
            if values.get("policy"):
                yield f"{type_}.{name}", values["policy"]


def test_no_bucket_is_public(state: Mapping[str, Any]) -> None:
    """
    All four blocks, and no ACLs at all, for each of them.
    """
    for values in each_bucket(state, "aws_s3_bucket_public_access_block").values():
        assert values["block_public_acls"]
        assert values["block_public_policy"]
        assert values["ignore_public_acls"]
        assert values["restrict_public_buckets"]
    for values in each_bucket(state, "aws_s3_bucket_ownership_controls").values():
        assert values["rule"] == [{"object_ownership": "BucketOwnerEnforced"}]


def test_each_bucket_has_versions_and_is_encrypted(state: Mapping[str, Any]) -> None:
    """
    What was deleted or overwritten can be taken back, and nothing lies in the clear.
    """
    for values in each_bucket(state, "aws_s3_bucket_versioning").values():
        assert values["versioning_configuration"][0]["status"] == "Enabled"
    encrypted = each_bucket(state, "aws_s3_bucket_server_side_encryption_configuration")
    for values in encrypted.values():
        (rule,) = values["rule"]
        (applied,) = rule["apply_server_side_encryption_by_default"]
        assert applied["sse_algorithm"] in ("AES256", "aws:kms")


def test_buckets_and_queues_refuse_what_is_not_encrypted_on_its_way(
    state: Mapping[str, Any],
) -> None:
    """
    A Deny for everybody, on the bucket and on all that is in it.
    """
    refusing = set()
    for what, document in resource_policies(state):
        if what.startswith("aws_sns"):
            continue
        (denied,) = (each for each in statements(document) if each["Effect"] == "Deny")
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert denied["Principal"] in ("*", {"AWS": "*"})
        assert denied["Action"] in ("s3:*", "sqs:*")
        if what.startswith("aws_s3"):
            resource, objects = sorted(denied["Resource"])
            assert objects == f"{resource}/*"
        else:
            resource = denied["Resource"]
        refusing.add(resource)
    assert len(refusing) == BUCKETS + QUEUES


def test_no_resource_opens_itself_to_others(state: Mapping[str, Any]) -> None:
    """
    What a resource allows is for one role of ours, or a service acting for this account.

    A service that anybody can set to work would otherwise do it for anybody (the
    confused deputy).
    """
    for what, document in resource_policies(state):
        for allowed in statements(document):
            if allowed["Effect"] == "Deny":
                continue
            principal = allowed["Principal"]
            assert isinstance(principal, dict), what
            if "Service" in principal:
                equal = allowed["Condition"]["StringEquals"]
                assert equal["aws:SourceAccount"] == ACCOUNT, what
                assert "aws:SourceArn" in allowed["Condition"]["ArnLike"], what
            else:
                assert principal["AWS"].startswith(f"arn:aws:iam::{ACCOUNT}:role/"), (
                    what
                )


def test_no_function_can_be_invoked_by_others(state: Mapping[str, Any]) -> None:
    """
    No function has a policy or an address of its own: callers need their role's word.
    """
    assert not [*of(state, "aws_lambda_permission")]
    assert not [*of(state, "aws_lambda_function_url")]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_for_one_service_of_this_account(
    state: Mapping[str, Any], role: str
) -> None:
    """
    Without the account's number, anybody's schedule or stream could act by it.
    """
    (trust,) = statements(one(state, "aws_iam_role", role)["assume_role_policy"])
    assert trust["Effect"] == "Allow"
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Principal"] == {"Service": SERVICES[role]}
    assert trust["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT


def test_no_role_has_more_than_its_own_document(state: Mapping[str, Any]) -> None:
    """
    Nothing is attached, so what the proof looks at is all there is.
    """
    assert not [*of(state, "aws_iam_role_policy_attachment")]
    assert not [*of(state, "aws_iam_policy_attachment")]
    for _, values in of(state, "aws_iam_role"):
        assert not values["managed_policy_arns"]
    assert len([*of(state, "aws_iam_role_policy")]) == len([*of(state, "aws_iam_role")])


def test_no_permission_is_for_everything(principals: Mapping[str, Principal]) -> None:
    """
    Actions are written out, and a resource is *, or any bucket, only where AWS knows no less.
    """
    for principal in principals.values():
        for grant in principal.policy.grants:
            assert "*" not in grant.action
            assert grant.effect == "Allow"
            if grant.resource == "*":
                assert grant.action in EVERYWHERE
            else:
                assert len(grant.resource.split(":")) >= 6
                assert not grant.resource.split(":", 5)[5].startswith("*")


def test_each_statement_has_a_name(principals: Mapping[str, Principal]) -> None:
    """
    So that a refusal and this page's findings can be told where they come from.
    """
    for principal in principals.values():
        assert all(grant.sid for grant in principal.policy.grants)


def test_the_documents_fit(state: Mapping[str, Any]) -> None:
    """
    AWS refuses longer ones; the operator's is the longest.
    """
    for _, values in of(state, "aws_iam_policy"):
        assert len("".join(values["policy"].split())) <= MANAGED_CHARACTERS_MAX
    for _, values in of(state, "aws_iam_role_policy"):
        assert len("".join(values["policy"].split())) <= INLINE_CHARACTERS_MAX


def test_the_parameter_holds_no_secret(state: Mapping[str, Any]) -> None:
    """
    Names, ARNs and numbers: it is plain text for whoever may read it.
    """
    value = json.loads(one(state, "aws_ssm_parameter", "deployment")["value"])
    words = {word for key in value for word in key.split("_")}
    assert not words & {"password", "secret", "token", "credential", "credentials"}

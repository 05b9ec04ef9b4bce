"""
What the command does where AWS refuses, or is too slow, or somebody stops it.
"""

import json

import boto3
import pytest

from ops.verified import read_verified, verified_parameter
from tests.ops.verify.deployed import Archived, Refusal, Refuse, findings, firn


@pytest.mark.usefixtures("archived")
def test_who_may_not_write_the_record_verifies_all_the_same(
    refuse: Refuse,
) -> None:
    """
    One line says that it was not recorded, and which permission that needs.
    """
    refuse(Refusal("ssm", "PutParameter", "AccessDeniedException"))
    result = firn()

    assert result.exit_code == 0
    assert "not recorded as verified: ssm:PutParameter" in result.stdout
    assert read_verified(boto3.client("ssm"), "firn") is None


@pytest.mark.usefixtures("archived")
def test_a_deployment_without_the_record_is_verified() -> None:
    """
    An older version of the module made none.
    """
    ssm = boto3.client("ssm")
    name = verified_parameter("firn")
    ssm.delete_parameter(Name=name)
    result = firn()

    assert result.exit_code == 0, result.stderr
    assert "apply this version of the module" in " ".join(result.stdout.split())
    # The module makes it; one that stood already would be in its way.
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name=name)


@pytest.mark.usefixtures("archived")
def test_a_record_that_is_not_understood_is_left_alone() -> None:
    """
    A newer version may have written it, and it holds the head to compare with.
    """
    ssm = boto3.client("ssm")
    name = verified_parameter("firn")
    ssm.put_parameter(Name=name, Value='{"format":2}', Overwrite=True)
    result = firn()

    assert result.exit_code == 0, result.stderr
    assert "not compared with" in result.stdout
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == '{"format":2}'


@pytest.mark.usefixtures("archived")
def test_who_it_was_is_not_worth_failing_for(refuse: Refuse) -> None:
    """
    Where STS does not answer, the record says that it is not known.
    """
    refuse(Refusal("sts", "GetCallerIdentity", "Throttling", 503))
    result = firn()

    assert result.exit_code == 0, result.stderr
    record = read_verified(boto3.client("ssm"), "firn")
    assert record is not None
    assert record.by == "unknown"


def test_former_versions_may_be_out_of_reach(
    archived: Archived, refuse: Refuse
) -> None:
    """
    What is missing is found without them, and that they were not seen is told.
    """
    key = archived.listed()[0]
    archived.s3.delete_object(Bucket=archived.bucket, Key=key)
    refuse(Refusal("s3", "ListObjectVersions", "AccessDenied", 403))
    result = firn("--json")

    report = json.loads(result.stdout)
    assert [(it["kind"], it["key"]) for it in report["findings"]] == [("missing", key)]
    assert report["notes"] == ["former versions were not looked at: not permitted"]


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize(
    ("refusal", "exit_code", "told"),
    [
        (Refusal("s3", "ListObjectsV2", "AccessDenied", 403), 2, "s3:ListBucket"),
        (Refusal("s3", "GetObject", "AccessDenied", 403), 2, "s3:GetObject"),
        (Refusal("s3", "HeadObject", "403", 403), 2, "s3:GetObject"),
        (Refusal("s3", "ListObjectsV2", "SlowDown", 503), 4, "too busy"),
        (Refusal("s3", "GetObject", "SlowDown", 503), 4, "too busy"),
        (Refusal("s3", "HeadObject", "503", 503), 4, "too busy"),
        (Refusal("s3", "ListObjectsV2", "ExpiredToken"), 2, "expired"),
    ],
)
def test_what_aws_refuses_is_one_line_and_an_exit_code(
    refuse: Refuse, refusal: Refusal, exit_code: int, told: str
) -> None:
    """
    The permission by its name, or that the same command goes on.
    """
    refuse(refusal)
    result = firn("--checksums")

    assert result.exit_code == exit_code, result.stderr
    assert told in result.stderr
    assert result.stderr.startswith("firn: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("archived")
def test_ctrl_c_ends_it_and_the_same_command_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Nothing is written before the end.
    """

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ops.verify.verification.sift", interrupted)
        result = firn()
        assert result.exit_code == 130
    assert read_verified(boto3.client("ssm"), "firn") is None
    assert findings() == []

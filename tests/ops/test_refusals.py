import signal
import subprocess
from pathlib import Path

import pytest
from botocore import xform_name

from ops.connection import connect
from ops.place import Place
from ops.refusals import NotAllowedError, told
from tests.ops.conftest import Commands
from tests.ops.front import FIRN, Front, Refused

# As IAM words it: Troubleshooting IAM, "access denied error messages".
SAID = (
    "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: "
    "kms:Decrypt on resource: arn:aws:kms:us-east-1:123456789012:key/x because no "
    "identity-based policy allows the kms:Decrypt action"
)


@pytest.mark.parametrize(
    ("refused", "exit_code", "told_"),
    [
        (Refused("AccessDeniedException"), 2, "ssm:GetParameter: these credentials"),
        (Refused("AccessDeniedException", 400, SAID), 2, "kms:Decrypt: these"),
        (
            Refused("ExpiredTokenException"),
            2,
            "ssm:GetParameter: these credentials have",
        ),
        (Refused("UnrecognizedClientException"), 2, "does not know these credentials"),
        (Refused("InvalidSignatureException", 403), 2, "AWS answers InvalidSig"),
        (
            Refused("ValidationException", 400, "no such\nname"),
            2,
            "(AWS: no such name)",
        ),
        (
            Refused("ParameterNotFound"),
            2,
            "there is no parameter /firn/firn in us-east-1",
        ),
        (Refused("ThrottlingException"), 4, "too busy, after several attempts"),
        (Refused("InternalServerError", 500), 4, "too busy, after several attempts"),
    ],
)
def test_a_refusal_is_one_line_and_an_exit_code(
    firn_over_http: Commands, front: Front, refused: Refused, exit_code: int, told_: str
) -> None:
    """
    Nothing on standard output, no traceback; what to do is in the line.
    """
    front.refuse("GetParameter", refused)
    ran = firn_over_http("status")

    assert (ran.exit_code, ran.stdout) == (exit_code, "")
    assert ran.stderr.startswith("firn: ")
    assert told_ in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_what_is_throttled_is_asked_eight_times(
    firn_over_http: Commands, front: Front
) -> None:
    """
    Then the same command once more is the way on, and that is exit 4.
    """
    front.refuse("GetParameter", Refused("ThrottlingException"))

    assert firn_over_http("status").exit_code == 4
    assert front.asked["GetParameter"] == 8


def test_what_is_throttled_for_a_while_is_answered_in_the_end(
    firn_over_http: Commands, front: Front
) -> None:
    """
    Seven refusals are the clients' own to wait out, in adaptive mode.

    On an account whose time stands still: the wait moves it.
    """
    front.refuse("GetSchedule", Refused("ThrottlingException", times=7))

    assert firn_over_http("status").exit_code == 0
    assert front.asked["GetSchedule"] == 8


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("HeadObject", "s3:GetObject"),
        ("GetObject", "s3:GetObject"),
        ("ListObjectsV2", "s3:ListBucket"),
        ("ListObjectVersions", "s3:ListBucketVersions"),
        ("HeadBucket", "s3:ListBucket"),
    ],
)
def test_a_missing_permission_has_the_name_that_iam_knows(
    front: Front, monkeypatch: pytest.MonkeyPatch, operation: str, action: str
) -> None:
    """
    S3's operations and its actions are called differently; HEAD says 403 alone.
    """
    for name, value in front.environment().items():
        monkeypatch.setenv(name, value)
    front.refuse(operation, Refused("AccessDenied", 403))
    connection = connect(Place(deployment="firn"))
    client = connection.client("s3")
    asked = {"Bucket": connection.deployment.archive_bucket}
    if operation.endswith("Object"):
        asked["Key"] = "ledger/entries/00000001.json"

    with pytest.raises(NotAllowedError, match=f"^{action}: ") as refusal:
        getattr(client, xform_name(operation))(**asked)
    assert refusal.value.action == action


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("monitoring", "DescribeAlarms", "cloudwatch:DescribeAlarms"),
        ("lambda", "Invoke", "lambda:InvokeFunction"),
        ("dynamodb", "DescribeTable", "dynamodb:DescribeTable"),
        ("athena", "StartQueryExecution", "athena:StartQueryExecution"),
    ],
)
def test_a_service_signs_by_another_name_than_iam_calls_it(
    service: str, operation: str, action: str
) -> None:
    """
    CloudWatch signs as monitoring.
    """
    error = told(service, operation, {"Error": {"Code": "AccessDenied"}})

    assert isinstance(error, NotAllowedError)
    assert error.action == action


@pytest.mark.parametrize(
    "code", ["NoSuchKey", "InvalidObjectState", "PreconditionFailed"]
)
def test_what_a_command_expects_is_left_to_it(code: str) -> None:
    """
    A missing, a cold, a changed object is no refusal.
    """
    assert told("s3", "GetObject", {"Error": {"Code": code}}) is None


def test_an_endpoint_that_nobody_serves_is_not_reached(firn: Commands) -> None:
    """
    Exit 4: a network comes back. The waits between are the account's, not ours.
    """
    ran = firn("status", AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert (ran.exit_code, ran.stdout) == (4, "")
    assert ran.stderr.startswith("firn: AWS is not reached: ")
    assert "http://127.0.0.1:9" in ran.stderr
    assert ran.stderr.count("\n") == 1


SSO = """
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = operator
region = us-east-1

[profile session]
sso_session = ours
sso_account_id = 123456789012
sso_role_name = operator
region = us-east-1

[sso-session ours]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1

[profile process]
credential_process = false
region = us-east-1

[profile half]
aws_access_key_id = AKIA
region = us-east-1

[profile nowhere]
"""


@pytest.mark.parametrize(
    ("profile", "told_"),
    [
        ("sso", "sign in anew (aws sso login)"),
        ("session", "sign in anew (aws sso login)"),
        ("process", "sign in anew (aws sso login)"),
        ("half", "no credentials: name a profile with --profile"),
        ("nowhere", "no region: name it with --region"),
        ("missing", "aws configure list-profiles"),
    ],
)
def test_credentials_that_are_none_are_told_with_the_way_to_them(
    firn: Commands, tmp_path: Path, profile: str, told_: str
) -> None:
    """
    As the AWS CLI has its profiles: signed out, half written, misspelt.
    """
    (tmp_path / "config").write_text(SSO)
    ran = firn(
        "status",
        "--profile",
        profile,
        HOME=str(tmp_path),
        AWS_CONFIG_FILE=str(tmp_path / "config"),
        AWS_ACCESS_KEY_ID=None,
        AWS_SECRET_ACCESS_KEY=None,
        AWS_REGION=None,
        AWS_DEFAULT_REGION=None,
    )

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert told_ in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_without_any_credentials_the_three_ways_to_them_are_named(
    firn: Commands,
) -> None:
    """
    A profile, a sign-in, two variables.
    """
    ran = firn("status", AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)

    assert ran.exit_code == 2
    for way in ("--profile", "aws sso login", "AWS_ACCESS_KEY_ID"):
        assert way in ran.stderr


def test_ctrl_c_is_one_line_and_130(front: Front) -> None:
    """
    In the real process, while AWS lets it wait.
    """
    front.hold("GetSchedule")
    with subprocess.Popen(  # noqa: S603 - our own command
        [FIRN, "status"],
        env=front.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert front.is_held.wait(60)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        front.let_go.set()

    assert (process.returncode, stdout) == (130, "")
    assert stderr.splitlines() == [
        "firn: stopped before the end; the same command again goes on or anew"
    ]

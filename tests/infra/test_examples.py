"""
The examples, as a new user runs them: init, apply, plan, and a hasty destroy.
"""

from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served
from tests.infra.conftest import initialised
from tests.infra.deployment import DEPLOYER
from tests.infra.side_by_side import make_table
from tests.infra.terraform import RefusedError, Terraform, copy_of_module

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("examples")]

START_AT = 1_767_225_600
JAPAN = "ap-northeast-1"


def test_the_example_for_production_is_made_and_a_second_plan_is_empty(
    tmp_path: Path, packages: Path
) -> None:
    """
    With a key of the user's, tags, months, DEEP_ARCHIVE and somebody to be told.
    """
    with Account(START_AT) as account, Served(account) as served:
        key = boto3.client("kms", JAPAN).create_key()["KeyMetadata"]
        example = _example(
            _Ground(tmp_path, packages, served),
            "production",
            kms_key_arn=key["Arn"],
            iot_role_arn="arn:aws:iam::123456789012:role/iot-to-sqs",
            alarm_emails='["oncall@example.com"]',
        )
        example.apply()
        assert example.differences() == ""

        # The module's word against haste: items that have not expired are there.
        with pytest.raises(RefusedError, match=r"(?i)deletion ?protection"):
            example.destroy()
        tables = boto3.client("dynamodb", JAPAN).list_tables()["TableNames"]
        assert tables == ["weather-items"]
        assert served.failures == []


@pytest.mark.parametrize(
    ("example", "made", "not_made"),
    [
        ("minimal", {"aws_dynamodb_table", "aws_sqs_queue"}, set()),
        ("existing-table", set(), {"aws_dynamodb_table", "aws_sqs_queue"}),
    ],
)
def test_an_example_can_be_planned(
    example: str, made: set[str], not_made: set[str], tmp_path: Path, packages: Path
) -> None:
    """
    From an empty account, or one with the table that it speaks of.
    """
    with Account(START_AT) as account, Served(account) as served:
        stream_arn = make_table(
            "readings", keys={"station": "S", "takenAt": "N"}, ttl="expires"
        )
        ground = _Ground(tmp_path, packages, served)
        plan = _example(
            ground, example, table_name="readings", stream_arn=stream_arn
        ).plan()

    changes = [
        change for change in plan["resource_changes"] if change["mode"] == "managed"
    ]
    assert {tuple(change["change"]["actions"]) for change in changes} == {("create",)}
    types = {change["type"] for change in changes}
    assert made | {"aws_kinesis_firehose_delivery_stream"} <= types
    assert not types & not_made


@dataclass(frozen=True, slots=True)
class _Ground:
    """
    A folder, the packages, and the account that is served.
    """

    folder: Path
    packages: Path
    served: Served


def _example(ground: _Ground, name: str, **variables: str) -> Terraform:
    """
    An example in a copy of the repository, with the packages that `make build` made.
    """
    (ground.folder / "build").mkdir()
    (ground.folder / "build" / "arm64").symlink_to(ground.packages)
    example = copy_of_module(ground.folder) / "examples" / name
    # Without it the provider asks 25 times where the emulator fails.
    (example / "retries_override.tf").write_text('provider "aws" { max_retries = 2 }')
    return initialised(
        example,
        {
            **ground.served.environment(DEPLOYER),
            **{f"TF_VAR_{name}": value for name, value in variables.items()},
        },
    )

import pytest
from typer.testing import CliRunner

from local_aws.account import Account
from ops.cli import app

START = 1_614_556_800


@pytest.mark.parametrize(
    ("given", "options", "asked"),
    [
        ({"AWS_REGION": "eu-west-3"}, [], "eu-west-3"),
        # The AWS CLI's order: the option, AWS_REGION, AWS_DEFAULT_REGION, a profile.
        ({"AWS_REGION": "eu-west-3"}, ["--region", "eu-west-2"], "eu-west-2"),
        (
            {"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-west-1"},
            [],
            "eu-west-3",
        ),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1"}, [], "eu-west-1"),
    ],
)
def test_the_region_is_the_one_that_the_aws_cli_would_take(
    given: dict[str, str], options: list[str], asked: str
) -> None:
    """
    Also where boto3 by itself would look elsewhere.
    """
    with Account(START):
        told = CliRunner().invoke(app, ["status", *options], env=given)
    assert told.exit_code == 2
    assert f"/firn/firn in {asked};" in told.stderr

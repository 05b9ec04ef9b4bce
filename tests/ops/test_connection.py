from pathlib import Path

import boto3
import pytest

from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployment
from ops.clock import AccountClock, MachineClock
from ops.connection import connect
from ops.place import Place
from tests.ops.conftest import Commands, Processes
from tests.ops.front import Front

CONFIG = """
[profile on-call]
region = us-east-1
aws_access_key_id = ON-CALL
aws_secret_access_key = x

[profile elsewhere]
region = eu-central-1
aws_access_key_id = ELSEWHERE
aws_secret_access_key = x
"""


@pytest.mark.usefixtures("deployed")
def test_a_deployment_is_found_by_its_name(firn: Commands) -> None:
    """
    --deployment, or FIRN_DEPLOYMENT; the option counts more.
    """
    deploy(Deployment(name="plant-7"))

    for words, environment, name in (
        ([], {}, "firn"),
        (["--deployment", "plant-7"], {}, "plant-7"),
        ([], {"FIRN_DEPLOYMENT": "plant-7"}, "plant-7"),
        (["--deployment", "firn"], {"FIRN_DEPLOYMENT": "plant-7"}, "firn"),
    ):
        ran = firn("status", "--json", *words, **environment)
        assert (ran.exit_code, ran.document["deployment"]) == (0, name)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("name", ["plant-8", "", "no name", "../firn", "x" * 3_000])
def test_a_deployment_that_is_not_there_is_told_with_the_ways_to_name_it(
    firn: Commands, name: str
) -> None:
    """
    Misspelt, empty, or no name at all: one line, exit 2.
    """
    ran = firn("status", "--deployment", name)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("firn: ")


@pytest.mark.usefixtures("deployed")
def test_an_endpoint_that_is_no_address_is_told_with_where_it_stands(
    firn: Commands,
) -> None:
    """
    One line, exit 2.
    """
    ran = firn("status", AWS_ENDPOINT_URL="localhost")

    assert (ran.exit_code, ran.stderr.count("\n")) == (2, 1)
    assert ran.stderr.startswith("firn: invalid endpoint: localhost; look at AWS_END")


@pytest.mark.usefixtures("deployed")
def test_a_deployment_in_another_region_is_looked_for_there(firn: Commands) -> None:
    """
    And said so, since a forgotten region is the likeliest reason.
    """
    ran = firn("status", "--region", "eu-central-1")

    assert ran.exit_code == 2
    assert "/firn/firn in eu-central-1" in ran.stderr
    assert "--region" in ran.stderr


def test_a_profile_says_who_asks_and_where(front: Front, tmp_path: Path) -> None:
    """
    As the AWS CLI has it: --profile, or AWS_PROFILE, with their region.
    """
    (tmp_path / "config").write_text(CONFIG)
    process = Processes(
        {**front.environment(), "AWS_CONFIG_FILE": str(tmp_path / "config")},
        without=(
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
        ),
    )

    assert process("status", "--profile", "on-call").exit_code == 0
    assert {it.principal for it in front.served.calls if it.service == "s3"} == {
        "ON-CALL"
    }

    ran = process("status", "--profile", "elsewhere")
    assert (ran.exit_code, "in eu-central-1" in ran.stderr) == (2, True)


@pytest.mark.usefixtures("deployed")
def test_a_service_has_one_client() -> None:
    """
    It takes a tenth of a second to make, and is safe in threads.
    """
    connection = connect(Place(deployment="firn"))

    assert connection.client("s3") is connection.client("s3")
    assert connection.client("s3").meta.region_name == "us-east-1"


@pytest.mark.usefixtures("deployed")
def test_the_clock_is_the_one_that_the_deployment_names() -> None:
    """
    None on AWS.
    """
    assert isinstance(connect(Place(deployment="firn")).clock, MachineClock)


def test_a_served_deployment_names_the_clock_of_its_account(
    front: Front, account: Account
) -> None:
    """
    So that a command waits there.
    """
    connection = connect(Place(deployment="firn"))

    assert connection.clock == AccountClock(front.served.clock)
    assert connection.clock.now() == account.clock.now()


@pytest.mark.usefixtures("deployed")
def test_every_client_waits_with_aws_and_says_who_it_is() -> None:
    """
    Adaptive retries, eight attempts, and a name in CloudTrail.
    """
    config = connect(Place(deployment="firn")).client("s3").meta.config

    assert config.retries == {"mode": "adaptive", "total_max_attempts": 8}
    assert config.user_agent_extra == "firn"
    assert boto3.client("s3").meta.config.user_agent_extra is None

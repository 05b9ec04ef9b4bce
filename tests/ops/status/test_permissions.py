import json
import re
from pathlib import Path

import pytest

from local_aws.account import Account
from local_aws.deployment import Deployed
from tests.ops.conftest import START, Commands, Processes
from tests.ops.front import ENGINEER, Front, Refused

ROOT = Path(__file__).parents[3]
DAY = 86_400

# What the engineer on call asks, and the part that is missing without it.
PARTS = {
    "DescribeAlarms": ("alarms", "cloudwatch:DescribeAlarms"),
    "GetMetricData": ("metrics", "cloudwatch:GetMetricData"),
    "GetQueueAttributes": ("queues", "sqs:GetQueueAttributes"),
    "DescribeTable": ("table", "dynamodb:DescribeTable"),
    "DescribeTimeToLive": ("table", "dynamodb:DescribeTimeToLive"),
    "GetSchedule": ("schedule", "scheduler:GetSchedule"),
}
BUCKETS = {
    "firn-landing": {"landing"},
    "firn-failures": {"failures"},
    "prefix=open": {"open"},
    "prefix=quarantine": {"quarantine"},
    "prefix=items": {"items"},
    "prefix=ledger": {"ledger"},
}


@pytest.fixture
def at_work(account: Account, deployed: Deployed) -> None:
    """
    The deployment with an entry in its archive.
    """
    message = {
        "topic": "a/SENSOR/DAT",
        "client_id": "a",
        "timestamp": START,
        "data": {"temp": 21.5},
    }
    account.send(deployed.queue_url, json.dumps(message))
    account.run_until(START + 5 * DAY)


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("operation", PARTS)
def test_a_missing_permission_hides_its_part_alone(
    firn_process: Processes, front: Front, operation: str
) -> None:
    """
    Exit 2, the action named, and all the rest shown.
    """
    part, action = PARTS[operation]
    front.refuse(operation, Refused("AccessDeniedException", 403))
    ran = firn_process("status", "--json")

    assert ran.exit_code == 2
    assert set(ran.document["unseen"]) == {part}
    assert ran.document["unseen"][part]["why"] == "not allowed"
    assert ran.document["unseen"][part]["action"] == action
    # Metrics have no row of their own.
    assert f"not allowed: {action}" in ran.stderr or part == "metrics"
    assert f"not looked at: {part}" in ran.stderr
    assert "nothing to act on" not in ran.stderr


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("where", BUCKETS)
def test_a_listing_that_is_not_allowed_hides_its_part_alone(
    firn_over_http: Commands, front: Front, where: str
) -> None:
    """
    As an analyst's, who lists items and ledger and nothing besides.
    """
    front.refuse("ListObjectsV2", Refused("AccessDenied", 403, where=where))
    ran = firn_over_http("status", "--json")

    assert ran.exit_code == 2
    assert set(ran.document["unseen"]) == BUCKETS[where]
    for part in BUCKETS[where]:
        assert ran.document["unseen"][part]["action"] == "s3:ListBucket"


@pytest.mark.usefixtures("at_work")
def test_reasons_to_act_are_found_in_what_is_allowed(
    firn_over_http: Commands, front: Front
) -> None:
    """
    Exit 1: what was found is to be done, whatever was not seen.
    """
    front.refuse("DescribeAlarms", Refused("AccessDenied", 403))
    front.refuse("GetSchedule", Refused("ResourceNotFoundException", 404))
    ran = firn_over_http("status", "--json")

    assert ran.exit_code == 1
    assert set(ran.document["unseen"]) == {"alarms"}
    assert [it["kind"] for it in ran.document["concerns"]] == ["not_scheduled"]


@pytest.mark.usefixtures("at_work")
def test_a_bucket_that_is_gone_hides_its_part_alone(
    firn_over_http: Commands, front: Front
) -> None:
    """
    The deployment is to be mended: exit 2, and the bucket is named.
    """
    gone = Refused("NoSuchBucket", 404, "The specified bucket does not exist")
    front.refuse(
        "ListObjectsV2",
        Refused(gone.code, gone.status, gone.message, where="firn-landing"),
    )
    ran = firn_over_http("status", "--json")

    assert ran.exit_code == 2
    assert set(ran.document["unseen"]) == {"landing"}
    assert ran.document["unseen"]["landing"]["why"] == "broken"
    assert "firn-landing" in ran.document["unseen"]["landing"]["reason"]


@pytest.mark.usefixtures("at_work")
def test_credentials_that_expire_meanwhile_are_told(
    firn_over_http: Commands, front: Front
) -> None:
    """
    Exit 2: whatever was not seen any more is missing.
    """
    front.refuse("ListObjectsV2", Refused("ExpiredToken", 400))
    ran = firn_over_http("status", "--json")

    assert ran.exit_code == 2
    assert "expired" in ran.document["unseen"]["ledger"]["reason"]


@pytest.mark.usefixtures("at_work")
def test_the_operators_policy_is_enough(firn_process: Processes, front: Front) -> None:
    """
    Every action that was asked for stands in it, by name.
    """
    assert firn_process("status").exit_code == 0
    asked = {it.action for it in front.served.calls if it.principal == ENGINEER}
    policy = (ROOT / "infra/operator.tf").read_text()
    shared = (ROOT / "infra/policies.tf").read_text()
    find = re.search(r'document" "find" \{.*?^\}', shared, re.MULTILINE | re.DOTALL)
    assert find is not None

    assert asked >= {"s3:ListBucket", "scheduler:GetSchedule", "ssm:GetParameter"}
    for action in asked:
        assert f'"{action}"' in policy + find[0], action


@pytest.mark.usefixtures("at_work")
def test_nothing_is_changed_by_looking(firn_process: Processes, front: Front) -> None:
    """
    Whoever is on call may look as often as they like.
    """
    assert firn_process("status").exit_code == 0
    operations = {it for it in front.asked if it}

    assert all(it.startswith(("Get", "List", "Describe")) for it in operations)

"""
The commands on the deployed module, by those who hold its policies.

Each ran with a key that can do what its policy says and no more (access/guarded.py),
while the archive was cold at first; what is asked here is what came of it.
"""

import shlex

import pytest
import typer

from ops.cli import app
from ops.exit_code import ExitCode
from tests.infra.end_to_end import EndToEnd
from tests.infra.troublesome import REFUSED

GROUP = typer.main.get_command(app)
COMMANDS = ("status", "restore", "query", "verify")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

# Who did what is not theirs to do, and the permission that was missing.
ASTRAY = {
    "analyst verifies": "s3:ListBucket",
    "auditor restores": "s3:RestoreObject",
    "operator restores": "s3:RestoreObject",
    "operator verifies": "s3:GetObject",
}


@pytest.mark.parametrize("what", ASTRAY)
def test_a_missing_permission_is_named_with_the_way_out(
    end_to_end: EndToEnd, what: str
) -> None:
    """
    In one line: the action that IAM refused, and where the policies are.
    """
    ran = end_to_end.ran[what]
    assert ran.exit_code == ExitCode.USAGE, ran
    (told,) = (line for line in ran.stderr.splitlines() if line.startswith("firn: "))
    assert told.startswith(f"firn: {ASTRAY[what]}: these credentials may not")
    assert "policy_arns" in told


def test_whoever_may_not_restore_has_not_spent(end_to_end: EndToEnd) -> None:
    """
    All of it was still cold when the analyst came.
    """
    ran = end_to_end.ran["restore"]
    items = [key for key in end_to_end.classes if key.startswith("items/")]
    states = {name: each["objects"] for name, each in ran.result["objects"].items()}
    assert states == {"cold": len(items), "warming": 0, "lukewarm": 0, "warm": 0}


def test_status_shows_who_may_not_look_what_they_may_not(end_to_end: EndToEnd) -> None:
    """
    Part by part, so that the rest is still seen.
    """
    shown = end_to_end.ran["analyst looks at the status"].stdout
    assert "not allowed: cloudwatch:DescribeAlarms" in shown
    assert "rows" in shown


def test_an_analyst_restores_all_of_it_and_pays_once(end_to_end: EndToEnd) -> None:
    """
    What was asked for is readable at the end, and the same command asks for nothing.
    """
    first, again = end_to_end.ran["restore"], end_to_end.ran["restore again"]
    assert (first.exit_code, again.exit_code) == (ExitCode.DONE, ExitCode.DONE), first
    assert first.result["outcome"] == again.result["outcome"] == "readable"
    assert first.result["rows"] == end_to_end.stations.inserted
    begun = first.result["objects"]["cold"]["objects"]
    assert first.result["asked"] == {
        "begun": begun,
        "renewed": 0,
        "already": 0,
        "unknown": 0,
        "unsent": 0,
    }
    assert set(again.result["asked"].values()) == {0}
    assert again.result["objects"]["warm"]["objects"] == begun


@pytest.mark.parametrize("how", ["verify", "verify checksums", "verify deep"])
def test_an_auditor_finds_nothing_wrong_and_it_is_recorded(
    end_to_end: EndToEnd, how: str
) -> None:
    """
    Each object once, and the record is written with the auditor's own permission.
    """
    ran = end_to_end.ran[how]
    assert ran.exit_code == ExitCode.DONE, ran
    assert ran.result["findings"] == ran.result["notes"] == []
    assert ran.result["chain_is_whole"]
    assert ran.result["objects"] == end_to_end.back.files


def test_a_deep_verify_counts_every_row(end_to_end: EndToEnd) -> None:
    """
    What was restored is read, and holds what the table had.
    """
    result = end_to_end.ran["verify deep"].result
    assert result["rows"] == end_to_end.stations.inserted
    assert result["cold"] == 0


def test_an_operator_sees_all_parts_and_what_waits(end_to_end: EndToEnd) -> None:
    """
    Nothing is hidden from who is on call; the dead letters are what there is to do.
    """
    ran = end_to_end.ran["status"]
    assert ran.exit_code == ExitCode.ACT, ran
    seen = ran.result
    assert seen["unseen"] == {}
    (concern,) = seen["concerns"]
    assert concern["anchor"] == "docs/RUNBOOK.md#dead-letters"
    assert seen["queues"]["dead_letters"] == len(REFUSED)
    assert seen["archive"]["rows"] == end_to_end.stations.inserted
    assert seen["archive"]["objects"] == end_to_end.back.files
    assert seen["items"]["missing"] == seen["items"]["unnamed"] == 0
    assert seen["verified"]["mode"] == "deep"
    assert seen["landing"]["objects"] == 0


def test_a_quick_status_lists_no_items(end_to_end: EndToEnd) -> None:
    """
    The rest is the same.
    """
    ran = end_to_end.ran["status quick"]
    assert ran.result["items"] is None
    assert ran.result["archive"] == end_to_end.ran["status"].result["archive"]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_module_says_to_type_is_understood(
    end_to_end: EndToEnd, name: str
) -> None:
    """
    Each command of the output exists, with each of its options.
    """
    outputs = end_to_end.outputs["commands"]
    assert set(outputs) == set(COMMANDS)
    firn, command, *options = shlex.split(outputs[name])
    assert (firn, command) == ("firn", name)
    context = GROUP.commands[command].make_context(command, options)  # type: ignore[attr-defined]
    assert context.params["deployment"] == "firn"
    assert context.params["region"] == "us-east-1"

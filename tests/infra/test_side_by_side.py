"""
Two deployments in one account, one of them beside a table of somebody else.
"""

from pathlib import Path

import pytest

from tests.infra.side_by_side import BESIDE, OWN, TABLE, SideBySide, go_side_by_side
from tests.infra.terraform import UnavailableError

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("side_by_side")]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> SideBySide:
    """
    Both deployments, made, used, and ended one after the other.
    """
    try:
        return go_side_by_side(tmp_path_factory.mktemp("both"), packages)
    except UnavailableError as error:
        pytest.skip(str(error))


def test_both_are_made_at_once_and_both_second_plans_are_empty(
    both: SideBySide,
) -> None:
    """
    Their names keep them apart; neither wants to change the other.
    """
    assert both.second_plans == {OWN: "", BESIDE: ""}


def test_items_of_one_never_reach_the_other(both: SideBySide) -> None:
    """
    Each archive holds the devices of its own table, all of them.
    """
    assert both.devices == {
        OWN: {f"own-{number}" for number in range(5)},
        BESIDE: {f"beside-{number}" for number in range(5)},
    }


def test_the_end_of_one_leaves_the_other_as_it_was(both: SideBySide) -> None:
    """
    By AWS's own lists, by Terraform's plan, and at work.
    """
    assert both.beside_before == both.beside_after
    assert both.plan_after_the_others_end == ""
    assert both.devices_afterwards == both.devices[BESIDE] | {"afterwards"}


def test_nothing_of_a_table_that_stood_already_is_touched(both: SideBySide) -> None:
    """
    It is the same after everything, it outlives the deployment, and it was read.
    """
    assert both.table_before == both.table_after
    assert both.calls_on_the_table
    assert all(
        action.startswith(("dynamodb:Describe", "dynamodb:List"))
        for action in both.calls_on_the_table
    )
    assert both.left == {f"dynamodb/{TABLE}"}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("keys-only", "the stream of keys-only shows no old images (KEYS_ONLY)"),
        ("new-image", "the stream of new-image shows no old images (NEW_IMAGE)"),
        ("without-stream", "shows no old images (it has no stream)"),
        ("without-ttl", "without-ttl has no time to live on gone_at"),
        ("another-ttl", "another-ttl has no time to live on gone_at"),
        ("another-key", "the keys of another-key are device and taken_at"),
        ("text-as-time", "in text-as-time the device must be text (S)"),
        ("former-stream", "is not the stream that former-stream has now"),
    ],
)
def test_a_table_of_which_nothing_could_be_archived_is_refused_at_plan_time(
    table: str, why: str, both: SideBySide
) -> None:
    """
    With a sentence that says what is wrong with it, before anything is made.
    """
    assert table in both.refusals
    assert why in both.refusals


def test_the_emulator_answered_every_call(both: SideBySide) -> None:
    """
    What it cannot do is an error there, never a silence that looks like success.
    """
    assert both.not_emulated == ()

"""
Every call of the end-to-end run is allowed, and every permission was needed.

The roles' calls are those of the functions in their own processes and those
that the emulator makes in a role's name where AWS would; people's are a day of
each (days.py), while the archive is cold.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.access.policy import Request
from tests.infra.access.principals import ASTRAY, PEOPLE, ROLES, Principal
from tests.infra.access.proof import (
    idle,
    needless,
    refused,
    requests_by,
    unexplained,
)
from tests.infra.access.reasons import REASONS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

ACCOUNT = "123456789012"
EVERYBODY = (*ROLES, *PEOPLE)


@pytest.fixture(scope="session")
def asked(
    end_to_end: Any,  # noqa: ANN401 - a fixture of the folder above
    principals: Mapping[str, Principal],
) -> dict[str, list[Request]]:
    """
    What IAM would have been asked about each of them.
    """
    return {
        name: requests_by(principals[name], end_to_end.calls, ACCOUNT)
        for name in EVERYBODY
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_call_of_the_run_is_allowed(
    principals: Mapping[str, Principal], asked: Mapping[str, list[Request]], who: str
) -> None:
    """
    A call that no permission is for would be refused by AWS, and by no emulator.
    """
    assert asked[who], "no calls were seen, so nothing would be proved"
    assert not refused(principals[who], asked[who])


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_permission_was_used_or_has_a_reason(
    principals: Mapping[str, Principal], asked: Mapping[str, list[Request]], who: str
) -> None:
    """
    A permission that nothing needs is one that somebody else can use.
    """
    assert not unexplained(who, idle(principals[who], asked[who]), REASONS)


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_reason_is_out_of_date(
    principals: Mapping[str, Principal], asked: Mapping[str, list[Request]], who: str
) -> None:
    """
    What the run uses needs no reason, and what nobody may do any more has none.
    """
    assert not needless(who, idle(principals[who], asked[who]), REASONS)


def test_nobody_else_was_there(
    end_to_end: Any,  # noqa: ANN401 - a fixture of the folder above
    principals: Mapping[str, Principal],
) -> None:
    """
    Every call is somebody's whose policy is looked at, or Terraform's own.
    """
    known = {"DEPLOYER", *(f"{ASTRAY}{who.upper()}" for who in PEOPLE)}.union(
        *(each.signs_as for each in principals.values())
    )
    assert {call.principal for call in end_to_end.calls} <= known


def test_the_reasons_are_for_those_who_exist() -> None:
    """
    And each is a sentence.
    """
    for reason in REASONS:
        assert reason.who in EVERYBODY
        assert reason.why.endswith(".")

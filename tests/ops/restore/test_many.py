from collections import Counter

import pytest

from tests.ops.restore.shelf import DAY, HOUR, START, Thing, shelved

STATES = {
    "cold": (None, None),
    "warming": (START + HOUR, START + 9 * DAY),
    "lukewarm": (START - 1, START + DAY),
    "warm": (START - 1, START + 90 * DAY),
}
DAYS = [f"2023-{month:02}-{day:02}" for month in range(1, 5) for day in range(1, 26)]


def things(number: int, per_state: dict[str, int]) -> list[Thing]:
    """
    So many objects, a hundred days of each device, in all states by turns.
    """
    states = [state for state, times in per_state.items() for _ in range(times)]
    made = []
    for index in range(number):
        ready_at, expires_at = STATES[states[index % len(states)]]
        made.append(
            Thing(
                device=f"station-{index // len(DAYS):03}",
                date=DAYS[index % len(DAYS)],
                storage_class="DEEP_ARCHIVE" if index % 10 == 0 else "GLACIER",
                size=10,
                ready_at=ready_at,
                expires_at=expires_at,
            )
        )
    return made


@pytest.mark.parametrize("number", [400, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_large_restore_asks_once_for_each_object_that_needs_it(number: int) -> None:
    """
    In all four states, of two classes, with few LIST requests and no other.
    """
    per_state = {"cold": 3, "warming": 6, "lukewarm": 2, "warm": 9}
    each = {state: number * times // 20 for state, times in per_state.items()}
    with shelved() as shelf:
        shelf.put(things(number, per_state))

        ran = shelf.firn("--yes", "--json")

        assert ran.exit_code == 0
        counts = {state: it["objects"] for state, it in ran.document["objects"].items()}
        assert counts == each
        asked = Counter(ran.document["asked"])
        assert asked["begun"] == each["cold"]
        assert asked["renewed"] == each["lukewarm"]
        assert shelf.restores == each["cold"] + each["lukewarm"]
        calls = Counter(shelf.calls)
        assert calls["ListObjectsV2"] <= 2 + -(-number // 1000)
        assert not calls["HeadObject"]

        shelf.account.run_until(START + 13 * HOUR)
        again = shelf.firn("--yes", "--json")

        assert (again.exit_code, again.document["outcome"]) == (0, "readable")
        assert shelf.restores == each["cold"] + each["lukewarm"]

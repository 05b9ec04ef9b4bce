import base64
import json
from collections import Counter

import pytest

from ops.local.fleet import SECONDS_PER_DAY, FleetPlan, fleet_bodies

START_AT = 1_735_689_600


def _plan(**changes: object) -> FleetPlan:
    values: dict[str, object] = {
        "devices": 12,
        "days": 7,
        "every_minutes": 10,
        "seed": 0,
        "start_at": START_AT,
    }
    return FleetPlan(**(values | changes))  # type: ignore[arg-type]


def _bodies(of: FleetPlan) -> list[str]:
    return list(fleet_bodies(of))


def _messages(of: FleetPlan) -> list[dict[str, object]]:
    found = []
    for body in _bodies(of):
        try:
            found.append(json.loads(base64.b64decode(body)))
        except json.JSONDecodeError:
            continue
    return found


def test_the_same_plan_gives_the_same_messages() -> None:
    """
    A run can be repeated from its command line alone.
    """
    assert _bodies(_plan()) == _bodies(_plan())
    assert _bodies(_plan()) != _bodies(_plan(seed=1))


def test_a_station_does_not_change_with_the_size_of_its_fleet() -> None:
    """
    Each has its own random numbers, so that runs can be compared.
    """
    few = Counter(_bodies(_plan(devices=2)))
    many = Counter(_bodies(_plan(devices=30)))

    assert few <= many


def test_messages_come_in_the_order_of_their_times() -> None:
    """
    Within the days asked for, and evenly through them.
    """
    times = [
        message["timestamp"]
        for message in _messages(_plan())
        if isinstance(message["timestamp"], int)
    ]

    assert times == sorted(times)
    assert times[0] >= START_AT
    assert times[-1] < START_AT + 7 * SECONDS_PER_DAY
    assert 0.85 < len(times) / (12 * 7 * 144) <= 1


def test_a_fleet_has_every_ordinary_trouble() -> None:
    """
    Drop-outs and their backlogs, nulls, drifting attributes, broken messages.
    """
    found = _messages(_plan(devices=24, days=14))
    lists = [m["data"] for m in found if isinstance(m["data"], list)]
    objects = [m["data"] for m in found if isinstance(m["data"], dict)]

    assert lists
    assert any(None in readings for readings in lists)
    assert {type(reading["Status"]) for reading in objects} == {int, str}
    assert any("Snow" in reading for reading in objects)
    assert len(found) < len(_bodies(_plan(devices=24, days=14)))
    assert any(message["timestamp"] is None for message in found)
    assert any(message["topic"] == "" for message in found)


def test_temperatures_have_a_day_and_a_night() -> None:
    """
    Afternoons are warmer than the hours before dawn.
    """
    by_hour: dict[int, list[float]] = {4: [], 15: []}
    for message in _messages(_plan()):
        at, data = message["timestamp"], message["data"]
        if isinstance(at, int) and isinstance(data, dict):
            hour = at % SECONDS_PER_DAY // 3_600
            if hour in by_hour:
                by_hour[hour].append(data["Temperature"])

    night, noon = (sum(values) / len(values) for values in by_hour.values())
    assert noon - night > 5


@pytest.mark.parametrize(
    ("app_env", "staging"), [("Production", False), ("Staging", True)]
)
def test_most_messages_belong_to_the_environment(app_env: str, staging: bool) -> None:
    """
    A fleet asked for in Staging is a fleet that Staging keeps.
    """
    ids = [str(message["client_id"]) for message in _messages(_plan(app_env=app_env))]
    fitting = sum(("stg" in client_id) == staging for client_id in ids)

    assert 0.98 < fitting / len(ids) < 1

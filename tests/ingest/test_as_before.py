"""
A table of messages through the old behaviour and through ours.
"""

import json
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from tests.ingest.as_before import WholeBatchFailed, store_as_before
from tests.ingest.world import NOW, TOPIC, World, base64_of, message, plain

# Each of these left the same items before as it does now.
KEPT: dict[str, object] = {
    "one reading": message(client_id="BH", data={"Ta": 8.4, "Ua": 41}),
    "a list of readings": message(data=[{"a": 1}, {"a": 2, "createdAt": NOW + 1}]),
    "an empty element": message(data=[{}]),
    "every type": message(
        data={"s": "é", "e": "", "t": True, "n": None, "l": [1, [], {}], "m": {"K": 1}}
    ),
    "long numbers": message(data={"a": 12345678901234567890.5, "b": 10**37, "c": 1e-9}),
    "its own createdAt": message(data={"createdAt": NOW - 60}),
    "createdAt in milliseconds": message(data={"createdAt": NOW * 1000 + 123}),
    "timestamp in milliseconds": message(timestamp=NOW * 1000, data={"a": 1}),
    "attributes that are set over": message(
        data={"expiredAt": 1, "deviceID": "x", "sensorID": 5, "createdAt": NOW}
    ),
    "a topic without a slash": message(topic="BH", data={"a": 1}),
    "keys in capitals": {"TOPIC": TOPIC, "Timestamp": NOW, "DATA": {"Ta": 1}},
    "keys that collide": {
        "Topic": "first/x",
        "topic": "second/x",
        "TIMESTAMP": NOW,
        "timestamp": NOW - 5,
        "data": {"a": 1},
    },
    "keys that collide, the capital later": {
        "topic": "first/x",
        "Topic": "second/x",
        "timestamp": NOW - 5,
        "TIMESTAMP": NOW,
        "data": {"a": 1},
    },
    "things_name": {"things_name": "pump", "timestamp": NOW, "data": {"a": 1}},
    "things_name over a topic": message(things_name="pump", data={"a": 1}),
    "things_name before a capital Topic": {
        "topic": "was/x",
        "things_name": "pump",
        "Topic": "later/x",
        "timestamp": NOW,
        "data": {"a": 1},
    },
    "Things_Name in capitals is none for the topic": message(
        Things_Name="pump", data={"a": 1}
    ),
    "Things_Name in capitals is the device of a message without data": message(
        Things_Name="pump/2"
    ),
    "things_name with a slash and data": {
        "things_name": "a/b",
        "timestamp": NOW,
        "data": {"a": 1},
    },
    "things_name with a slash and no data": {"things_name": "a/b", "timestamp": NOW},
    "no data": message(client_id="BH", temp=1.5, Nested={"Key": 1}),
    "data is null": message(data=None),
    "data is 0": message(data=0),
    "data is false": message(data=False),
    "data is empty text": message(data=""),
    "data is an empty object": message(data={}),
    "data is an empty list": message(data=[]),
    "createdat beside timestamp": message(createdat=NOW - 7),
    "createdAt of a message without data": message(createdAt=NOW - 7),
    "signed by a test device": message(client_id="stg-1", data={"a": 1}),
    "signed under another key": message(Client_ID="stg-1", data={"a": 1}),
    "a test device by its things_name": {
        "things_name": "stg-pump",
        "timestamp": NOW,
        "data": {"a": 1},
    },
    "nothing but nulls outside data": message(extra=None, data={"a": None}),
}


def as_dynamodb(item: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """
    What boto3 would have sent, numbers without their spelling.
    """
    return plain(TypeSerializer().serialize(item))[1]


@pytest.mark.parametrize("app_env", ["Production", "Staging"])
@pytest.mark.parametrize("name", KEPT)
def test_a_message_leaves_the_items_that_it_always_left(
    name: str, app_env: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Rules 1 to 7: the same items, attribute for attribute, in both environments.
    """
    monkeypatch.setenv("APP_ENV", app_env)
    body = base64_of(KEPT[name])

    done = world.send(body)

    before = [as_dynamodb(item) for item in store_as_before([body], app_env)]
    assert world.items() == before
    assert not done.failed
    assert done.counts["dropped_by_app_env"] == (0 if before else 1)


def test_a_batch_leaves_the_items_that_it_always_left(world: World) -> None:
    """
    Rule 8: of items with the same key the last of the batch wins.
    """
    bodies = [base64_of(kept) for kept in KEPT.values()]

    world.send(*bodies)

    before = store_as_before(bodies, "Production")
    assert world.items() == [as_dynamodb(item) for item in before]


def test_what_is_no_base64_in_the_base64_is_skipped(world: World) -> None:
    """
    Rule 1: line ends, spaces, marks and, now, text beyond ASCII are left out.
    """
    body = base64_of(message(data={"a": 1}))
    marked = "\r\n".join(body[at : at + 40] for at in range(0, len(body), 40))

    done = world.send(f" {marked}\n", f"*{body}!", f"“{body}”")

    assert done.counts["stored"] == 3
    (item,) = store_as_before([f"*{body}!"], "Production")
    assert world.items() == [as_dynamodb(item)]


DROPPED, FAILED, ELSEWHEN = "dropped", "the whole batch failed", "stored for 1970"

# Each of these is better than before, because before lost something.
IMPROVED: dict[str, tuple[str, str, int]] = {
    # name: (body, what became of it before, the createdAt that it has now)
    "plain JSON": (json.dumps(message(data={"a": 1})), FAILED, NOW * 1000),
    "plain JSON after spaces": (
        "\n\t " + json.dumps(message(data={"a": 1})),
        FAILED,
        NOW * 1000,
    ),
    "seconds as text": (
        base64_of(message(timestamp=str(NOW), data={"a": 1})),
        FAILED,
        NOW * 1000,
    ),
    "milliseconds as text": (
        base64_of(message(timestamp=str(NOW * 1000), data={"a": 1})),
        FAILED,
        NOW * 1000,
    ),
    "seconds with a fraction": (
        base64_of(message(data={"createdAt": NOW + 0.5})),
        ELSEWHEN,
        NOW * 1000 + 500,
    ),
    "seconds with a fraction of zero": (
        base64_of(message(data={"createdAt": float(NOW)})),
        ELSEWHEN,
        NOW * 1000,
    ),
    "a null createdAt in a list": (
        base64_of(message(data=[{"createdAt": None}])),
        DROPPED,
        NOW * 1000,
    ),
    "a null createdAt in an object": (
        base64_of(message(data={"createdAt": None})),
        DROPPED,
        NOW * 1000,
    ),
    "a null createdat": (base64_of(message(createdat=None)), DROPPED, NOW * 1000),
}


@pytest.mark.parametrize("name", IMPROVED)
def test_an_improvement_stores_what_was_lost_before(name: str, world: World) -> None:
    """
    The list of what is deliberately better: each entry lost something before.
    """
    body, fate, created_at = IMPROVED[name]

    done = world.send(body)

    assert not done.failed
    assert [item["createdAt"] for item in world.items()] == [("N", created_at)]
    if fate is FAILED:
        with pytest.raises(WholeBatchFailed):
            store_as_before([body], "Production")
    else:
        before = store_as_before([body], "Production")
        assert [item["createdAt"] < NOW * 1000 for item in before] == (
            [True] if fate is ELSEWHEN else []
        )

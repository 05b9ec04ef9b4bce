"""
Messages that cannot be stored: each fails alone, whatever is wrong with it.
"""

import base64
from typing import Any

import pytest

from tests.ingest.as_before import WholeBatchFailed, store_as_before
from tests.ingest.world import NOW, TOPIC, World, base64_of, message


def good(device: str) -> str:
    """
    A message that nothing is wrong with.
    """
    return base64_of({"topic": f"{device}/x", "timestamp": NOW, "data": {"a": 1}})


NESTED: Any = "leaf"
for _ in range(32):
    NESTED = {"n": NESTED}

# Each of these fails alone. Before, it took its batch with it, or was lost.
BAD: dict[str, str] = {
    "empty": "",
    "not Base64": "%%%",
    "Base64 without its padding": base64_of(message(data={"a": 12})).rstrip("="),
    "not UTF-8": base64.b64encode(b'{"topic":"\xff"}').decode(),
    "not JSON": base64.b64encode(b"hello").decode(),
    "a broken plain object": '{"topic": "BH/x", ',
    "a list": base64_of([message()]),
    "a string": base64_of("x"),
    "JSON deeper than the stack": base64.b64encode(
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    ).decode(),
    "an exponent beyond decimals": base64.b64encode(
        b'{"topic":"BH","timestamp":1614600000,"x":1e99999999999999999999}'
    ).decode(),
    "data is text": base64_of(message(data="x")),
    "data is a number": base64_of(message(data=5)),
    "data is true": base64_of(message(data=True)),
    "topic is no string": base64_of(message(topic=5, data={"a": 1})),
    "topic is null": base64_of(message(topic=None)),
    "client_id is no string": base64_of(message(client_id=5, data={"a": 1})),
    "client_id is null": base64_of(message(client_id=None, data={"a": 1})),
    "things_name is null": base64_of(message(things_name=None, data={"a": 1})),
    "things_name is a number": base64_of(message(things_name=7)),
    "Things_Name is a number": base64_of(message(Things_Name=7)),
    "no topic": base64_of({"timestamp": NOW, "data": {"a": 1}}),
    "no device": base64_of(message(topic="/SENSOR/DAT", data={"a": 1})),
    "a device of 2,049 bytes": base64_of(
        message(topic="é" * 1024 + "x/", data={"a": 1})
    ),
    "an empty name": base64_of(message(data={"": 1})),
    "an empty name further in": base64_of(message(data={"a": [{"": 1}]})),
    "a name of 65,536 bytes": base64_of(message(data={"n" * 65_536: 1})),
    "half a surrogate pair": base64_of(message(data={"a": "\ud800"})),
    "half a surrogate pair in a name": base64_of(message(data={"\udfff": 1})),
    "half a surrogate pair in the device": base64_of(
        message(topic="\ud800/x", data={"a": 1})
    ),
    "no timestamp": base64_of({"topic": TOPIC, "data": {"a": 1}}),
    "timestamp is text": base64_of(message(timestamp="yesterday", data={"a": 1})),
    "timestamp is empty text": base64_of(message(timestamp="", data={"a": 1})),
    "timestamp is true": base64_of(message(timestamp=True, data={"a": 1})),
    "timestamp is a list": base64_of(message(timestamp=[NOW], data={"a": 1})),
    "timestamp is NaN": base64_of(message(timestamp=float("nan"), data={"a": 1})),
    "NaN": base64_of(message(data={"a": float("nan")})),
    "Infinity": base64_of(message(data={"a": float("-inf")})),
    "39 digits": base64_of(message(data={"a": 10**38 + 1})),
    "1E+126": base64_of(message(data={"a": 10**126})),
    "1E-131": base64_of(message(data={"a": 1e-131})),
    "more than 400 KB": base64_of(message(data={"a": "x" * 409_600})),
    "33 levels": base64_of(message(data={"a": NESTED})),
    "expired more than five years ago": base64_of(
        message(timestamp=NOW - 6 * 365 * 86_400 - 1, data={"a": 1})
    ),
    "1970": base64_of(message(timestamp=0, data={"a": 1})),
    "366 days ahead": base64_of(
        message(timestamp=NOW + 366 * 86_400 + 1, data={"a": 1})
    ),
    "microseconds": base64_of(message(timestamp=NOW * 10**6, data={"a": 1})),
    "a number in a list": base64_of(message(topic="good/x", data=[{"a": 1}, 5])),
    "a list in a list": base64_of(message(topic="good/x", data=[[], {"a": 1}])),
    "a bad object in a list": base64_of(
        message(topic="good/x", data=[{"a": 1}, {"": 2, "createdAt": NOW + 1}])
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_message_that_cannot_be_stored_fails_alone(name: str, world: World) -> None:
    """
    It is reported, so that it reaches the dead-letter queue whole.

    Its neighbours are stored, and so are the good elements of its own list.
    """
    done = world.send(good("left"), BAD[name], good("right"))

    assert done.failed == ["1"]
    stored = {item["deviceID"][1] for item in world.items()}
    expected = {"left", "right"} | ({"good"} if "in a list" in name else set())
    assert stored == expected
    assert done.counts["stored"] == 2
    assert done.counts["failed"] == 1


@pytest.mark.parametrize(
    "name", [name for name in BAD if "Base64" in name or "JSON" in name]
)
def test_a_bad_body_took_its_batch_with_it_before(name: str) -> None:
    """
    The reference is faithful where it was bad, too.
    """
    with pytest.raises((WholeBatchFailed, RecursionError)):
        store_as_before([good("left"), BAD[name]], "Production")


@pytest.mark.parametrize(
    "timestamp",
    [
        NOW - 6 * 365 * 86_400,  # expiredAt is exactly five years past
        NOW + 366 * 86_400,
    ],
)
def test_a_timestamp_at_a_bound_is_stored(timestamp: int, world: World) -> None:
    """
    Five years past and 366 days ahead are themselves allowed.
    """
    assert not world.send(base64_of(message(timestamp=timestamp, data={"a": 1}))).failed
    assert len(world.items()) == 1


def test_what_is_not_stored_may_be_what_cannot_be(world: World) -> None:
    """
    Nothing but `data` is stored, so NaN or a long number beside it harms none.
    """
    body = base64_of(
        message(extra=float("nan"), big=10**60, deep=NESTED, data={"a": 1})
    )

    assert not world.send(body).failed
    assert len(world.items()) == 1

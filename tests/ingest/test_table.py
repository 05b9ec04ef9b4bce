"""
Writing to the table, with everything going wrong that can.

Faults come in pairs: it did not happen / it happened and we were not told.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.awsrequest import AWSRequest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import MisconfiguredError
from ingest.created_at import Terms
from ingest.handler import cold_start
from ingest.item import Item, Key, items_of
from ingest.message import parse_message
from ingest.table import (
    CALL_BYTES_MAX,
    CALL_ENVELOPE_BYTES,
    CALL_ITEMS_MAX,
    FRUITLESS_MAX,
    ITEM_ENVELOPE_BYTES,
    PAUSE_SECONDS_MAX,
    pack,
)
from tests.ingest.world import NOW, Context, Faults, World, base64_of

SOON = 10 * 60 * 1000  # milliseconds: time enough for all patience


def readings(devices: int, elements: int = 1) -> Iterator[str]:
    """
    A message for each device, d0 and on, with so many elements.
    """
    for device in range(devices):
        yield base64_of(
            {
                "topic": f"d{device}/SENSOR/DAT",
                "data": [{"createdAt": NOW + n, "n": n} for n in range(elements)],
            }
        )


THROTTLED = "ProvisionedThroughputExceededException"
FAULTS: dict[str, tuple[list[int | str | None], int | str | None, bool]] = {
    # name: (the first calls, all others, whether everything is stored at last)
    "healthy": ([], None, True),
    "one item unprocessed once": ([1], None, True),
    "most unprocessed, again and again": ([19, 15, 9, 4], None, True),
    "all unprocessed once": ([25], None, True),
    "throttled twice": ([THROTTLED, "ThrottlingException"], None, True),
    "an outage of some calls": (["InternalServerError"] * 5, None, True),
    "refused, not done": (["ServiceUnavailable"], None, True),
    "no answer, and not done": (["unreachable"], None, True),
    "no answer, but done": (["lost"], None, True),
    "done and lost, then throttled": (["lost", THROTTLED, 3], None, True),
    "throttled for ever": ([], THROTTLED, False),
    "always unprocessed": ([], 25, False),
    "an outage for ever": ([], "InternalServerError", False),
    "never an answer, never done": ([], "unreachable", False),
    "never an answer, always done": ([], "lost", False),
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_of_the_table_loses_a_message(name: str, world: World) -> None:
    """
    Either a message's items are in the table, or the message is reported.

    And when all of it comes again, the table is as if nothing had happened.
    """
    plan, then, ends_well = FAULTS[name]
    bodies = list(readings(20))

    with Faults(plan, then):
        done = world.send(*bodies, context=Context(SOON))

    stored = {item["deviceID"][1] for item in world.items()}
    reported = {f"d{message_id}" for message_id in done.failed}
    assert stored | reported == {f"d{device}" for device in range(20)}
    assert (not reported) is ends_well
    assert done.counts["stored"] + done.counts["failed"] == 20

    assert not world.send(*bodies).failed
    once = world.items()
    assert len(once) == 20
    world.send(*bodies)
    assert world.items() == once


def test_only_what_was_not_stored_is_reported(world: World) -> None:
    """
    An outage in the middle of a batch fails the messages that it reached.
    """
    bodies = list(readings(3, elements=20))  # calls of 25, 25 and 10 items

    with Faults([None], then=THROTTLED):
        done = world.send(*bodies, context=Context(SOON))

    # The first call held d0 whole and the beginning of d1.
    assert done.failed == ["1", "2"]
    assert done.counts["items"] == CALL_ITEMS_MAX
    assert done.counts["failed"] == 2


def test_unprocessed_items_are_resent_and_no_others(world: World) -> None:
    """
    What DynamoDB took is not sent again.
    """
    with Faults([7, 2]) as faults:
        done = world.send(*readings(20))

    assert faults.calls == [20, 7, 2]
    assert not done.failed
    assert len(world.slept) == 2


def test_a_message_of_many_items_is_written_in_many_calls(world: World) -> None:
    """
    More than 25 items are no limit of a message.
    """
    with Faults([]) as faults:
        done = world.send(*readings(1, elements=60))

    assert faults.calls == [25, 25, 10]
    assert not done.failed
    assert done.counts["items"] == 60
    assert len(world.items()) == 60


def test_pauses_grow_and_differ(world: World) -> None:
    """
    Backoff with full jitter: never above its ceiling, and given up in the end.
    """
    with Faults([], then=THROTTLED) as faults:
        world.send(*readings(1), context=Context(SOON))

    assert len(faults.calls) == FRUITLESS_MAX + 1
    assert len(set(world.slept)) == len(world.slept) == FRUITLESS_MAX
    for attempt, pause in enumerate(world.slept, start=1):
        assert pause <= min(PAUSE_SECONDS_MAX, 0.05 * 2**attempt)


def test_retries_end_before_the_function_does(world: World) -> None:
    """
    The deadline is that of the Lambda context, with time kept to answer.
    """
    context = Context(milliseconds=4_000, tick=700)
    with Faults([], then=THROTTLED) as faults:
        done = world.send(*readings(2), context=context)

    assert done.failed == ["0", "1"]
    assert context.milliseconds > 0
    assert len(faults.calls) <= 3


def test_a_function_short_of_time_still_tries_once(world: World) -> None:
    """
    Or messages that come to a slow start would never be stored.
    """
    done = world.send(*readings(2, elements=20), context=Context(milliseconds=500))

    assert done.failed == ["1"]
    assert done.counts["items"] == CALL_ITEMS_MAX


def test_an_item_that_only_the_table_refuses_fails_alone(world: World) -> None:
    """
    One item beyond what the checks know of must not fail the other 24.

    Here it is the key of an index that may not be empty.
    """
    world.client.update_table(
        TableName="device-data",
        AttributeDefinitions=[
            {"AttributeName": "deviceID", "AttributeType": "S"},
            {"AttributeName": "createdAt", "AttributeType": "N"},
            {"AttributeName": "site", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by-site",
                    "KeySchema": [{"AttributeName": "site", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    sites = ["a", "b", "c", "d", "", "f"]
    bodies = [
        base64_of({"topic": f"d{at}/x", "timestamp": NOW, "data": {"site": site}})
        for at, site in enumerate(sites)
    ]

    done = world.send(*bodies)

    assert done.failed == ["4"]
    assert len(world.items()) == len(sites) - 1
    world.client.update_table(
        TableName="device-data",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-site"}}],
    )


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_wrong_deployment_raises(code: str, world: World) -> None:
    """
    Lambda counts an error, an alarm rings, and the queue keeps every message.
    """
    with Faults([], then=code), pytest.raises(MisconfiguredError, match=code):
        world.send(*readings(2))
    assert world.slept == []


ITEM = Item(key=Key("BH", "1"), image={"a": {"S": "x"}}, wire_bytes=20)


@given(st.lists(st.integers(20, 3_100_000), max_size=80))
def test_calls_are_within_both_bounds(sizes: list[int]) -> None:
    """
    25 items and 16 MB: past either, DynamoDB refuses the whole call.
    """
    items = [replace(ITEM, wire_bytes=size) for size in sizes]

    calls = list(pack(items))

    assert [item for call in calls for item in call] == items
    for call in calls:
        assert 1 <= len(call) <= CALL_ITEMS_MAX
        assert sum(item.wire_bytes for item in call) <= CALL_BYTES_MAX
    for call, following in itertools.pairwise(calls):
        full = sum(item.wire_bytes for item in (*call, following[0]))
        assert len(call) == CALL_ITEMS_MAX or full > CALL_BYTES_MAX - 10_000


def test_the_bytes_counted_are_those_that_are_sent(world: World) -> None:
    """
    The bound of 16 MB is about the request: an accent is six bytes in its JSON.
    """
    bodies = [
        base64_of({"topic": f"d{n}/x", "timestamp": NOW, "data": {"t": "é" * 9_000}})
        for n in range(20)
    ]
    items = [
        item
        for body in bodies
        for item in items_of(parse_message(body), Terms(NOW, 365)).items
    ]
    sent: list[int] = []

    def measure(request: AWSRequest, **_: object) -> None:
        sent.append(len(request.body))

    client = cold_start().table.client
    client.meta.events.register("before-send.dynamodb.BatchWriteItem", measure)
    world.send(*bodies)

    counted = sum(item.wire_bytes for item in items)
    added = CALL_ENVELOPE_BYTES + len(items) * ITEM_ENVELOPE_BYTES
    assert counted < sent[0] <= counted + added

"""
SQS in, DynamoDB out: the event, the answer, the log line, the metrics.
"""

import json
import subprocess
import sys
from decimal import Decimal

import pytest

from archive.errors import DamagedError, MisconfiguredError
from ingest.counts import METRICS, METRICS_NAMESPACE, Counts
from ingest.handler import cold_start
from ingest.item import items_of
from ingest.message import parse_message
from ingest.settings import Settings, read_settings
from tests.ingest.world import EVENTS, NOW, Context, World, base64_of

READINGS = json.loads((EVENTS / "sqs_readings.json").read_text())
MIXED = json.loads((EVENTS / "sqs_mixed.json").read_text())


def test_readings_become_items(world: World) -> None:
    """
    The event as SQS delivers it, and the items as they stand in the table.
    """
    done = world.deliver(READINGS, Context())

    assert not done.failed
    first = world.items()[0]
    assert first["deviceID"] == ("S", "BH")
    assert first["sensorID"] == ("S", "BH-sen")
    assert first["createdAt"] == ("N", Decimal(1614556800000))
    assert first["expiredAt"] == ("N", Decimal(1614556800 + 365 * 86_400))
    assert first["Ta"] == ("N", Decimal("8.4"))
    assert len(world.items()) == 3


def test_only_the_bad_messages_of_a_batch_are_reported(world: World) -> None:
    """
    By their ids, which is how SQS knows what to keep.
    """
    done = world.deliver(MIXED, Context())

    ids = [record["messageId"] for record in MIXED["Records"]]
    assert sorted(done.failed) == [ids[1], ids[4]]
    keys = {(item["deviceID"][1], item["createdAt"][1]) for item in world.items()}
    assert keys == {
        ("BH", 1614556800000),
        ("CN", 1614556800000),
        ("CN", 1614556860000),
        ("DM", 1614556800000),
        ("EX", 1614556800000),
    }


def test_one_line_of_counts_adds_up(world: World) -> None:
    """
    Messages = stored + dropped_by_app_env + failed, under names that stay.
    """
    done = world.deliver(MIXED, Context())

    names = Counts.__dataclass_fields__
    assert {name: done.counts[name] for name in names} == {
        "messages": 7,
        "stored": 4,
        "dropped_by_app_env": 1,
        "failed": 2,
        "skipped_nulls": 1,
        "items": 5,
        "overwritten_in_batch": 1,
    }
    assert done.counts["function_request_id"] == "d0c7f3a1"


def test_the_log_says_which_message_failed_and_why(world: World) -> None:
    """
    An id and a reason, so that a dead letter can be understood.
    """
    done = world.deliver(MIXED, Context())

    reasons = {
        entry["message_id"]: entry["reason"] for entry in done.counts["failures"]
    }
    ids = [record["messageId"] for record in MIXED["Records"]]
    assert "JSON" in reasons[ids[1]]
    assert "data[1]: neither null nor an object" in reasons[ids[4]]


def test_the_metrics_are_those_that_are_documented(world: World) -> None:
    """
    CloudWatch's embedded format, zeros included: a missing count is no zero.
    """
    done = world.deliver(MIXED, Context())

    (described,) = done.metrics["_aws"]["CloudWatchMetrics"]
    assert described["Namespace"] == METRICS_NAMESPACE
    assert sorted(described["Dimensions"][0]) == ["function_name", "service"]
    assert done.metrics["function_name"] == "estate-ingest"
    assert {metric["Name"] for metric in described["Metrics"]} == set(METRICS.values())
    for field, name in METRICS.items():
        assert done.metrics[name] == [done.counts[field]]


def test_no_body_reaches_a_log(world: World) -> None:
    """
    Neither what was stored nor what failed: it can be personal.
    """
    secret = "s3cr3t-name"  # noqa: S105 - a device's words, not ours
    bodies = [
        secret,
        json.dumps({"topic": f"{secret}/x", "timestamp": secret, "data": {secret: 1}}),
        json.dumps({"topic": "a/x", "timestamp": NOW, "data": {secret: {"": secret}}}),
        json.dumps({"topic": "a/x", "timestamp": NOW, "data": [{"a": secret}, secret]}),
        json.dumps(
            {"topic": "a/x", "timestamp": NOW, "data": {"a": f"\ud800{secret}"}}
        ),
        json.dumps({"topic": f"{secret}/x", "timestamp": NOW, "data": {"a": secret}}),
    ]

    done = world.send(*bodies)

    assert len(done.failed) == 5
    assert secret not in json.dumps([done.counts, done.metrics])


def test_an_unforeseen_error_fails_its_own_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A mistake of ours on one message is no reason to hold up the others.
    """

    def mistaken(message: object, terms: object) -> object:
        if "odd" in message.fields:  # type: ignore[attr-defined]
            secret = "s3cr3t"  # noqa: S105 - a device's words, not ours
            raise KeyError(secret)
        return items_of(message, terms)  # type: ignore[arg-type]

    monkeypatch.setattr("ingest.handler.items_of", mistaken)
    good = {"topic": "a/x", "timestamp": NOW, "data": {"a": 1}}

    done = world.send(base64_of(good), base64_of(good | {"odd": 1}))

    assert done.failed == ["1"]
    assert done.counts["failures"][0]["reason"].startswith("unforeseen KeyError in mis")
    assert "s3cr3t" not in json.dumps(done.counts)


def test_a_warm_function_remembers_nothing(world: World) -> None:
    """
    The second batch answers and counts for itself alone.
    """
    world.deliver(MIXED, Context())
    done = world.deliver(READINGS, Context())

    assert not done.failed
    assert done.counts["messages"] == 3
    assert done.counts["failures"] == []
    assert done.metrics["MessagesReceived"] == [3]


def test_a_batch_of_nothing_but_bad_messages_is_reported_not_raised(
    world: World,
) -> None:
    """
    Each is reported, and each goes to the dead-letter queue for itself.
    """
    assert world.send("x", "y").failed == ["0", "1"]


def test_retention_is_a_setting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    RETENTION_DAYS moves expiredAt and nothing else.
    """
    monkeypatch.setenv("RETENTION_DAYS", "7")
    world.deliver(READINGS, Context())
    expired_at = world.items()[0]["expiredAt"]
    assert expired_at == ("N", Decimal(1614556800 + 7 * 86_400))


def test_staging_takes_the_test_devices_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Rule 3: what one environment drops the other one stores.
    """
    monkeypatch.setenv("APP_ENV", "Staging")
    done = world.deliver(MIXED, Context())
    assert done.counts["stored"] == 1
    assert done.counts["dropped_by_app_env"] == 5


def test_what_is_not_set_is_named_at_once() -> None:
    """
    One failed start, one list: not a name at a time.
    """
    with pytest.raises(MisconfiguredError, match="not set: DEVICE_DATA, APP_ENV"):
        read_settings({"APP_ENV": ""})


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "a year", "٣"])
def test_a_retention_that_is_no_number_of_days_is_refused(days: str) -> None:
    """
    A guess would set the time at which data is deleted.
    """
    with pytest.raises(MisconfiguredError, match="RETENTION_DAYS"):
        read_settings({"DEVICE_DATA": "t", "APP_ENV": "p", "RETENTION_DAYS": days})


def test_a_year_is_the_retention_unless_told() -> None:
    """
    As before.
    """
    settings = read_settings({"DEVICE_DATA": "t", "APP_ENV": "p"})
    assert settings == Settings(device_data="t", app_env="p", retention_days=365)


def test_counts_that_lose_a_message_cannot_exist() -> None:
    """
    Every message is stored, dropped or failed.
    """
    with pytest.raises(DamagedError, match="3 messages came and 2"):
        Counts(
            messages=3,
            stored=1,
            dropped_by_app_env=1,
            failed=0,
            skipped_nulls=0,
            items=1,
            overwritten_in_batch=0,
        )


def test_importing_the_handler_has_no_effects() -> None:
    """
    No environment is read and no client is made before the first invocation.
    """
    source = "import ingest.handler as h; print(h.cold_start.cache_info().currsize)"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", source], capture_output=True, env={}, check=True
    )
    assert done.stdout == b"0\n"
    assert done.stderr == b""


def test_a_cold_start_needs_no_call_to_aws(world: World) -> None:
    """
    It makes a client; the first call is the first write.
    """
    assert cold_start() is cold_start()
    assert world.slept == []


def test_text_beyond_ascii_in_base64_is_foreign_too() -> None:
    """
    Rule 1 says that foreign characters are ignored, and means all of them.
    """
    body = base64_of({"topic": "a/x", "timestamp": NOW})
    assert parse_message("\u3000" + body + "é").fields["topic"] == "a/x"

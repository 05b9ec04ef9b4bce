"""
The whole hop: what Lambda passes in, and what it hears, logs and measures.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import MisconfiguredError
from archive.image import image_bytes
from tests.stream_router.fakes import FakeFirehose, healthy, refusing
from tests.stream_router.samples import expiry, sample, sequence_number

Route = Callable[..., dict[str, Any]]

DELIVERED: dict[str, Any] = {"batchItemFailures": []}


def test_only_the_expiries_of_a_batch_are_delivered(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    Writes, deletes by callers and writes by the service are no business of ours.
    """
    records = [
        *sample("lambda_guide"),
        *sample("remove_by_ttl"),
        *sample("insert_by_service"),
        *sample("every_type"),
        *sample("streams_api_spelling"),
    ]
    assert route(*records) == DELIVERED
    expired = [*sample("remove_by_ttl"), *sample("every_type")]
    assert [image_bytes(line["image"]) for line in firehose.lines] == [
        image_bytes(record["dynamodb"]["OldImage"]) for record in expired
    ]


def test_a_batch_without_expiries_calls_nobody(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    A success without a call: there was nothing to deliver.
    """
    assert route(*sample("lambda_guide")) == DELIVERED
    assert route() == DELIVERED
    assert firehose.calls == []


def test_a_refused_batch_is_asked_for_again_from_its_first_expiry(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    The writes before it need not come again, and may: they are no lines.
    """
    firehose.fault = refusing
    records = [*sample("lambda_guide"), expiry(5), expiry(6)]
    assert route(*records) == {
        "batchItemFailures": [{"itemIdentifier": sequence_number(5)}]
    }


def test_after_a_failure_the_rest_of_the_stream_is_delivered(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    Lambda sends the batch again from the number that it was told.
    """
    firehose.fault = refusing
    records = [expiry(number) for number in range(20)]
    (failure,) = route(*records)["batchItemFailures"]
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    again = records[numbers.index(failure["itemIdentifier"]) :]

    firehose.fault = healthy
    assert route(*again) == DELIVERED
    assert [line["sequence_number"] for line in firehose.lines] == numbers


def test_an_undelivered_record_without_a_number_fails_the_whole_batch(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    Lambda takes an empty identifier for a failure of all: nothing else is right.
    """
    firehose.fault = refusing
    record = expiry(1)
    del record["dynamodb"]["SequenceNumber"]
    assert route(record, expiry(2)) == {"batchItemFailures": [{"itemIdentifier": ""}]}


def test_a_batch_whose_expiries_have_no_image_travels_whole(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    A stream with the wrong view does not stop the shard, and its records arrive.
    """
    records = sample("remove_without_old_image")
    assert route(*records) == DELIVERED
    (line,) = firehose.lines
    assert line["record"] == records[0]
    assert "no old image" in line["reason"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=60,
    deadline=None,
    # The fake grows from example to example, and each looks at its own end.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["eventID", "dynamodb", "OldImage", ""]), JSON),
        max_size=6,
    )
)
def test_no_content_stops_the_shard(
    route: Route, firehose: FakeFirehose, mutations: list[tuple[str, Any]]
) -> None:
    """
    Whatever an expiry's record holds, it is delivered with its neighbours.
    """
    records = []
    for number, (name, value) in enumerate(mutations):
        record = expiry(number)
        (record["dynamodb"] if name == "OldImage" else record)[name] = value
        records.append(record)
    before = len(firehose.lines) if firehose.taken else 0
    assert route(*records) == DELIVERED
    if records:
        assert len(firehose.lines) - before == len(records)


def test_a_batch_of_ten_thousand_is_one_frame(
    route: Route, firehose: FakeFirehose
) -> None:
    """
    The largest batch that a mapping sends costs one record of Firehose.
    """
    assert route(*[expiry(number) for number in range(10_000)]) == DELIVERED
    assert len(firehose.taken) == 1
    assert len(firehose.lines) == 10_000


def test_a_router_without_settings_fails_at_its_cold_start(
    route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Before anything is touched, and at each invocation: a failure is not cached.
    """
    monkeypatch.delenv("DELIVERY_STREAM")
    for _ in range(2):
        with pytest.raises(MisconfiguredError, match="DELIVERY_STREAM"):
            route(expiry(1))


def test_importing_the_handler_has_no_effects() -> None:
    """
    No settings, no region, no credentials: the import asks for none.
    """
    check = "import stream_router.handler as hop; print(hop.cold_start.cache_info())"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(  # noqa: S603 # the command is the test's own
        [sys.executable, "-c", check],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "currsize=0" in done.stdout
    assert done.stderr == ""

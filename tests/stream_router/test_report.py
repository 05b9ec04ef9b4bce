"""
What the router says of an invocation: one log line and its metrics.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from archive.errors import DamagedError
from stream_router.cloudwatch import Report
from stream_router.counts import METRICS, Counts
from tests.stream_router.fakes import Context, FakeFirehose, healthy, refusing
from tests.stream_router.samples import expiry, sample, sequence_number

Route = Callable[..., dict[str, Any]]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """
    Gives the JSON lines that were printed since the last time.
    """
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_declared_metric_is_emitted_with_its_count(
    printed: Callable[[], list[dict[str, Any]]], route: Route
) -> None:
    """
    Every field of Counts is a metric; the log line says the same numbers.
    """
    stray = sample("remove_without_old_image")
    route(*sample("lambda_guide"), expiry(1), *stray)
    expected = {
        "records": 5,
        "expired": 2,
        "deleted": 1,
        "written": 2,
        "delivered": 2,
        "undelivered": 0,
        "strays": 1,
        "frames": 1,
    }
    metrics, line = printed()
    assert set(METRICS) == {field.name for field in fields(Counts)}
    emitted = {
        metric["Name"]
        for directive in metrics["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
    }
    assert emitted == set(METRICS.values())
    assert set(METRICS) == {*expected, "bytes", "raw_bytes"}
    for name, value in expected.items():
        assert metrics[METRICS[name]] == [value]
        assert line[name] == value
    assert metrics[METRICS["bytes"]] == [line["bytes"]]
    assert line["raw_bytes"] > line["bytes"] > 0


def test_metrics_tell_deployments_apart(
    printed: Callable[[], list[dict[str, Any]]], route: Route
) -> None:
    """
    Staging and production may share an account, and must not share an alarm.
    """
    route(expiry(1), context=Context(function_name="staging-router"))
    metrics, _ = printed()
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Firn"
    assert [sorted(names) for names in directive["Dimensions"]] == [
        ["function_name", "service"]
    ]
    assert (metrics["service"], metrics["function_name"]) == (
        "stream_router",
        "staging-router",
    )


def test_what_was_not_delivered_is_counted_and_explained(
    route: Route,
    firehose: FakeFirehose,
    printed: Callable[[], list[dict[str, Any]]],
) -> None:
    """
    One line says how much waits, from where on, why, and where to read on.
    """
    firehose.fault = refusing
    route(*sample("lambda_guide"), expiry(1), expiry(2))
    metrics, line = printed()
    assert (line["expired"], line["delivered"], line["undelivered"]) == (2, 0, 2)
    assert (line["frames"], line["bytes"]) == (0, 0)
    assert metrics[METRICS["undelivered"]] == [2]
    assert line["level"] == "WARNING"
    assert line["sequence_number"] == sequence_number(1)
    assert line["reason"] == "ServiceUnavailableException"
    assert line["hint"] == "docs/RUNBOOK.md#undelivered"
    assert line["function_request_id"] == Context().aws_request_id


def test_delivered_counts_add_up_over_retries(
    route: Route,
    firehose: FakeFirehose,
    printed: Callable[[], list[dict[str, Any]]],
) -> None:
    """
    A retried expiry is delivered once: reconcile compares this sum with DynamoDB's.
    """
    firehose.fault = refusing
    route(expiry(1), expiry(2))
    firehose.fault = healthy
    route(expiry(1), expiry(2))
    lines = [line for line in printed() if "_aws" not in line]
    assert sum(line["delivered"] for line in lines) == 2


def test_no_line_that_is_printed_holds_an_item(
    route: Route, firehose: FakeFirehose, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Neither values nor names of attributes, whether delivered, stray or refused.
    """
    record = expiry(1)
    record["dynamodb"]["OldImage"]["secret-name"] = {"S": "secret-value"}
    broken = expiry(2)
    broken["dynamodb"]["OldImage"] = {"secret-name": {"S": "secret-value\ud800"}}
    route(record, broken)
    firehose.fault = refusing
    route(record, broken)
    printed = capsys.readouterr()
    assert "secret" not in printed.out + printed.err


def test_counts_that_do_not_add_up_are_never_reported() -> None:
    """
    Every record has one verdict, and every expiry one outcome.
    """
    right = dict.fromkeys((field.name for field in fields(Counts)), 0)
    Counts(**right | {"records": 1, "expired": 1, "delivered": 1})
    with pytest.raises(DamagedError, match="verdicts"):
        Counts(**right | {"records": 1})
    with pytest.raises(DamagedError, match="outcomes"):
        Counts(**right | {"records": 1, "expired": 1})


def test_a_report_can_be_made_twice_in_a_process() -> None:
    """
    Local AWS starts the router cold again and again.
    """
    assert Report() is not Report()

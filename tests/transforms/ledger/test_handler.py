"""
The Lambda function whole: on moto, with the real conversion.
"""

import io
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
import time_machine

from archive.errors import DamagedError
from archive.file_list import decode_file_list
from archive.ledger import live_files, read_chain
from tests.transforms.ledger.function import (
    DAY_SECONDS,
    body_of,
    keys,
    land,
    run,
    told,
)
from transforms import handler
from transforms.report import FINDINGS, METRICS

HOUR_SECONDS = 3600


def test_a_landed_object_becomes_rows_a_day_later(
    clock: time_machine.Traveller, tmp_path: Path
) -> None:
    """
    And then it is gone from landing, registered, and the chain holds.
    """
    land("a", "1", "2", "2")
    land("b", "3")
    assert run()["rows"] == 0
    assert len(keys("landing")) == 2

    clock.shift(DAY_SECONDS)
    assert run()["rows"] == 3
    clock.shift(DAY_SECONDS)
    land("c", "4")
    clock.shift(DAY_SECONDS)
    assert run()["rows"] == 1

    entries = list(read_chain(map(body_of, keys("archive", "ledger/entries/"))))
    assert [entry.counts.doubles_dropped for entry in entries] == [1, 0]
    lists = [
        decode_file_list(key, body_of(key)) for key in keys("archive", "ledger/files/")
    ]
    live = live_files(lists)
    assert list(live) == keys("archive", "items/")
    rows = [
        row
        for key in live
        for row in pq.read_table(io.BytesIO(body_of(key))).to_pylist()
    ]
    assert sorted(row["sequence_number"] for row in rows) == ["1", "2", "3", "4"]
    assert keys("landing") == []
    assert keys("archive", "open/") == []
    assert list(tmp_path.iterdir()) == []
    found = boto3.client("glue").get_partitions(
        DatabaseName="firn", TableName="archive"
    )
    assert [each["Values"] for each in found["Partitions"]] == [
        ["pump/7", "2023-11-15"]
    ]


def test_files_are_compacted_by_the_real_conversion(
    clock: time_machine.Traveller,
) -> None:
    """
    Two files of a partition become one, with the rows of both.
    """
    for name, number in (("a", "1"), ("b", "2")):
        land(name, number)
        clock.shift(DAY_SECONDS)
        run()
    clock.shift(36 * DAY_SECONDS)
    assert run()["compactions"] == 1
    (key,) = keys("archive", "items/")
    assert pq.read_table(io.BytesIO(body_of(key))).num_rows == 2


def test_every_declared_metric_is_emitted_by_every_run(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Zeros included, with their units, beside one log line of the same numbers.
    """
    land("a", "1")
    clock.shift(DAY_SECONDS)
    for rows in (1, 0):
        capsys.readouterr()
        values = run()
        (metrics, log), looked = told(capsys)
        assert _units(metrics) == dict(METRICS.values())
        assert _units(looked[0]) == dict.fromkeys(FINDINGS.values(), "Count")
        for field, (name, _) in METRICS.items():
            assert metrics[name] == [float(values[field])]  # type: ignore[arg-type]
            assert log[field] == values[field]
        assert (values["rows"], values["heartbeat"]) == (rows, 1)


def test_a_run_that_fails_reports_without_a_heartbeat(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Its attempts are what the alarm looks at.
    """
    land("a", "1")
    clock.shift(DAY_SECONDS)
    glue = boto3.client("glue")
    glue.delete_table(DatabaseName="firn", Name="archive")
    with pytest.raises(handler.MisconfiguredError, match=r"firn\.archive"):
        run()
    (metrics, log), _ = told(capsys)
    assert metrics["TransformHeartbeat"] == [0.0]
    assert log["message"] == "run failed"
    assert keys("archive") == []


def test_what_a_stuck_batch_keeps_waiting_is_told_by_every_run(
    clock: time_machine.Traveller,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Also by those that fail before they look for a new batch.
    """

    def refuse(*_: object) -> None:
        msg = "landed: cannot be converted"
        raise DamagedError(msg)

    monkeypatch.setattr(handler, "convert", refuse)
    land("a", "1")
    clock.shift(DAY_SECONDS)
    ages = []
    for _ in range(3):
        with pytest.raises(DamagedError):
            run()
        (metrics, _log), _ = told(capsys)
        ages.append((metrics["OldestLandedAge"][0], metrics["IntentAttempts"][0]))
        clock.shift(HOUR_SECONDS)
    hours = [DAY_SECONDS + passed * HOUR_SECONDS for passed in range(3)]
    assert ages == [(age, tries) for tries, age in enumerate(hours, 1)]


def test_the_writer_is_named_by_both_versions_that_decide_its_bytes() -> None:
    """
    Our package's and pyarrow's.
    """
    assert set(handler.writer()) == {"firn", "pyarrow"}
    assert all(handler.writer().values())


def _units(metrics: dict[str, Any]) -> dict[str, str]:
    (declared,) = metrics["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == "Firn"
    assert declared["Dimensions"] == [["function_name", "service"]]
    return {each["Name"]: each["Unit"] for each in declared["Metrics"]}

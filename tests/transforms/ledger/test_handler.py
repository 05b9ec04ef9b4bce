"""
The Lambda function whole: on moto, with the real conversion.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
import time_machine
from moto import mock_aws

from archive.contract import Contract
from archive.file_list import decode_file_list
from archive.frame import pack_lines
from archive.ledger import live_files, read_chain
from archive.line import encode_line
from tests.transforms.ledger.glue import make_table
from transforms import handler
from transforms.report import METRICS

REGION = "eu-central-1"
NOON = 1_700_049_600  # 2023-11-15T12:00:00Z
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Context:
    """
    What Lambda passes.
    """

    function_name: str = "transform"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        """
        A run's whole time.
        """
        return 900_000


@pytest.fixture
def clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[time_machine.Traveller]:
    """
    A deployment at noon, on moto.
    """
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "ARCHIVE_BUCKET": "archive",
        "LANDING_BUCKET": "landing",
        "GLUE_DATABASE": "firn",
        "SCRATCH": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    with time_machine.travel(NOON, tick=False) as traveller, mock_aws():
        s3 = boto3.client("s3")
        for name in ("archive", "landing"):
            s3.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            s3.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        make_table(boto3.client("glue"), Contract())
        handler.cold_start.cache_clear()
        yield traveller
        handler.cold_start.cache_clear()


def land(name: str, *sequence_numbers: str) -> None:
    """
    An object of one frame, as Firehose leaves it.
    """
    lines = [
        encode_line(
            f"event-{number}",
            number,
            NOON,
            {
                "deviceID": {"S": "pump/7"},
                "createdAt": {"N": str(NOON * 1000)},
                "expiredAt": {"N": str(NOON)},
                "temperature": {"N": number},
            },
        )
        for number in sequence_numbers
    ]
    body = b"".join(frame.data for frame in pack_lines(lines))
    boto3.client("s3").put_object(
        Bucket="landing", Key=f"landing/2023/11/15/12/{name}.jsonl.gz", Body=body
    )


def run() -> dict[str, object]:
    """
    One invocation.
    """
    return handler.handler({}, Context())  # type: ignore[arg-type]


def body_of(key: str) -> bytes:
    """
    An object of the archive bucket.
    """
    answer = boto3.client("s3").get_object(Bucket="archive", Key=key)
    return answer["Body"].read()


def keys(bucket: str, prefix: str = "") -> list[str]:
    """
    What lies in a bucket.
    """
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", [])]


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
        written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        metrics, log = _apart(written)
        declared = metrics["_aws"]["CloudWatchMetrics"][0]
        assert declared["Namespace"] == "Firn"
        assert declared["Dimensions"] == [["function_name", "service"]]
        units = {each["Name"]: each["Unit"] for each in declared["Metrics"]}
        assert units == dict(METRICS.values())
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
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics, log = _apart(written)
    assert metrics["TransformHeartbeat"] == [0.0]
    assert log["message"] == "run failed"
    assert keys("archive") == []


def test_the_writer_is_named_by_both_versions_that_decide_its_bytes() -> None:
    """
    Our package's and pyarrow's.
    """
    assert set(handler.writer()) == {"firn", "pyarrow"}
    assert all(handler.writer().values())


def _apart(written: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    (metrics,) = [each for each in written if "_aws" in each]
    (log,) = [each for each in written if "_aws" not in each]
    return metrics, log

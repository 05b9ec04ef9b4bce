"""
The Lambda function whole: on moto, with the real conversion.
"""

import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
import time_machine
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from archive.contract import Contract
from archive.file_list import decode_file_list
from archive.frame import pack_lines
from archive.ledger import live_files, read_chain
from archive.line import encode_line
from tests.transforms.ledger.glue import make_table
from tests.transforms.ledger.source import TABLE, TTL_ATTRIBUTE, Source, make_source
from transforms import handler
from transforms.report import FINDINGS, METRICS

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
        "SOURCE_TABLE": TABLE,
        "SOURCE_TTL_ATTRIBUTE": TTL_ATTRIBUTE,
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
        monkeypatch.setenv("ROUTER_MAPPING", make_source().mapping_id)
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
        told, looked = _told(capsys)
        metrics, log = told
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
    (metrics, log), _ = _told(capsys)
    assert metrics["TransformHeartbeat"] == [0.0]
    assert log["message"] == "run failed"
    assert keys("archive") == []


def test_what_a_run_finds_of_the_source_is_a_metric_until_it_is_mended(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    1 at the next run, and 0 at the one after the repair.
    """
    source = Source(os.environ["ROUTER_MAPPING"])
    seen = []
    for on in (True, False, True):
        source.set_time_to_live(on=on)
        source.set_mapping(on=on)
        values = run()
        _, (metrics, log) = _told(capsys)
        assert {metrics[name][0] == values[it.value] for it, name in FINDINGS.items()}
        seen.append((metrics["TtlDisabled"], metrics["MappingDisabled"], log["level"]))
    assert seen == [
        ([0.0], [0.0], "INFO"),
        ([1.0], [1.0], "WARNING"),
        ([0.0], [0.0], "INFO"),
    ]


@pytest.mark.parametrize("is_archived", [True, False], ids=["archived", "damaged"])
@pytest.mark.parametrize("service", ["dynamodb", "lambda"])
def test_a_look_that_fails_costs_no_row_and_no_number_and_fails_the_run(
    clock: time_machine.Traveller,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    *,
    is_archived: bool,
) -> None:
    """
    Where nobody may look, the alarm of function errors is what rings.
    """
    land("a", "1")
    clock.shift(DAY_SECONDS)
    if not is_archived:
        boto3.client("glue").delete_table(DatabaseName="firn", Name="archive")
    watch = handler.cold_start().watch
    client = (watch.table if service == "dynamodb" else watch.mapping)._client  # type: ignore[attr-defined]  # noqa: SLF001 - the stub needs it
    with Stubber(client) as stubber:
        stubber.add_client_error(
            "describe_table" if service == "dynamodb" else "get_event_source_mapping",
            "AccessDeniedException",
        )
        with pytest.raises(ClientError, match="AccessDenied"):
            run()
    ((metrics, _),) = _told(capsys)
    assert metrics["RowsArchived"] == [float(is_archived)]
    assert metrics["TransformHeartbeat"] == [float(is_archived)]


def test_a_run_that_fails_looks_at_the_source_all_the_same(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Landed objects can wait for days; what expires meanwhile cannot.
    """
    land("a", "1")
    clock.shift(DAY_SECONDS)
    boto3.client("glue").delete_table(DatabaseName="firn", Name="archive")
    Source(os.environ["ROUTER_MAPPING"]).set_mapping(on=False)
    with pytest.raises(handler.MisconfiguredError):
        run()
    _, (metrics, _) = _told(capsys)
    assert metrics["MappingDisabled"] == [1.0]


def test_the_writer_is_named_by_both_versions_that_decide_its_bytes() -> None:
    """
    Our package's and pyarrow's.
    """
    assert set(handler.writer()) == {"firn", "pyarrow"}
    assert all(handler.writer().values())


def _told(
    capsys: pytest.CaptureFixture[str],
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """
    Metrics and log line of the run, then those of its look at the source.
    """
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return list(zip(written[::2], written[1::2], strict=True))


def _units(metrics: dict[str, Any]) -> dict[str, str]:
    (declared,) = metrics["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == "Firn"
    assert declared["Dimensions"] == [["function_name", "service"]]
    return {each["Name"]: each["Unit"] for each in declared["Metrics"]}

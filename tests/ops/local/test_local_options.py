import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archive.keys import item_partition
from local_aws.deployment import Deployment

FirnLocal = Callable[..., Any]

NOON = 1_614_600_000  # 2021-03-01T12:00:00Z
BROKEN = "this is no Base64 of anything"


def _message(at: int, data: object, device: str = "BH", **fields: object) -> str:
    message = {"topic": f"{device}/SENSOR/DAT", "client_id": device, "timestamp": at}
    return json.dumps(message | {"data": data} | fields)


def test_troubles_lose_nothing_and_show_in_the_counts(
    firn_local: FirnLocal, tmp_path: Path
) -> None:
    """
    Messages sent twice, batches delivered twice, records refused, all at once.
    """
    run = firn_local(
        tmp_path,
        None,
        *("--devices", "3", "--days", "1", "--every", "20", "--seed", "3"),
        *("--duplicate-messages", "0.2", "--redeliver", "0.3", "--refuse", "0.5"),
    )
    summary = run.summary

    assert (run.exit_code, summary["lost"]) == (0, 0)
    assert summary["items_overwritten"] > 10
    assert summary["expired"] == (
        summary["items_written"] - summary["items_overwritten"]
    )
    assert summary["lines"] > summary["expired"]
    assert summary["lines"] == (
        summary["rows"] + summary["doubles_dropped"] + summary["quarantined"]
    )
    assert summary["rows"] - summary["doubles_kept"] == summary["expired"]
    assert len(run.lines("items.jsonl")) == summary["expired"]


def test_columns_zone_and_granularity_are_those_of_the_archive(
    firn_local: FirnLocal, tmp_path: Path
) -> None:
    """
    A declared column holds its attribute, and a month is one object.
    """
    run = firn_local(
        tmp_path,
        [
            _message(
                NOON - 86_400 + 12_600, {"Temp": 5.5}
            ),  # 2021-03-01 00:30 in Tokyo
            _message(NOON + 86_400, {"Temp": 6}),
        ],
        *("--time-zone", "Asia/Tokyo", "--granularity", "month"),
        *("--column", "temp:decimal(9,2):Temp", "--column", "absent:string"),
    )

    (key,) = run.objects()
    assert item_partition(key).date == "2021-03-01"
    table = pq.read_table(run.kept / "archive" / key, partitioning=None)
    assert [str(value) for value in table["temp"].to_pylist()] == ["5.50", "6.00"]
    assert table["absent"].null_count == 2
    assert table.column_names[-3:] == ["temp", "absent", "rest"]
    assert run.summary["lost"] == 0


def test_staging_keeps_what_production_drops(
    firn_local: FirnLocal, tmp_path: Path
) -> None:
    """
    The same message, the other environment.
    """
    lines = [
        _message(NOON, {"t": 1}, client_id="stg-1"),
        _message(NOON + 60, {"t": 2}),
    ]
    run = firn_local(tmp_path, lines, "--app-env", "Staging")

    assert run.summary["dropped_by_app_env"] == 1
    (item,) = run.lines("items.jsonl")
    assert isinstance(item, dict)
    assert item["image"]["t"] == {"N": "1"}


def test_a_start_decides_what_is_too_far_ahead(
    firn_local: FirnLocal, tmp_path: Path
) -> None:
    """
    Against a clock that starts two years early the message is a wrong clock's.
    """
    lines = [_message(NOON, {"t": 1})]
    early = firn_local(tmp_path / "early", lines, "--start", "2019-03-01")
    late = firn_local(tmp_path / "late", lines, "--start", "2021-06-01T00:00:00Z")

    assert (early.summary["dead_letters"], early.summary["expired"]) == (1, 0)
    assert (late.summary["dead_letters"], late.summary["expired"]) == (0, 1)
    (item,) = late.lines("items.jsonl")
    assert isinstance(item, dict)
    assert item["deleted_at"] >= 1_622_505_600


@pytest.mark.parametrize("text", [[], [json.dumps(BROKEN)]])
def test_messages_without_any_item_make_an_empty_archive(
    firn_local: FirnLocal, tmp_path: Path, text: list[str]
) -> None:
    """
    Nothing went in, so nothing is lost.
    """
    run = firn_local(tmp_path, text)

    assert run.exit_code == 0
    assert run.summary["dead_letters"] == len(text)
    assert run.summary["files"] == run.summary["lost"] == 0
    assert run.lines("items.jsonl") == []


def test_what_cannot_be_read_back_is_lost(
    firn_local: FirnLocal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Here in a storage class that nobody asked for: exit 1, and how much it is.
    """
    deployment = partial(Deployment, storage_class="DEEP_ARCHIVE")
    monkeypatch.setattr("ops.local.command.Deployment", deployment)
    run = firn_local(tmp_path, [_message(NOON, {"t": 1})])

    assert run.exit_code == 1
    assert (run.summary["lost"], run.summary["glacier_objects"]) == (1, 0)
    assert "never went to Glacier" in run.stderr
    assert "lost: 1" in run.stderr


@pytest.mark.parametrize("timestamp", [5, 253_000_000_000, 221_845_391_999_000])
def test_the_clock_runs_in_any_year_that_a_message_names(
    firn_local: FirnLocal, tmp_path: Path, timestamp: int
) -> None:
    """
    1970, 1978 and 8999: where the first timestamp is, there the clock starts.
    """
    run = firn_local(tmp_path, [_message(timestamp, {"t": 1})])

    assert (run.exit_code, run.summary["expired"], run.summary["rows"]) == (0, 1, 1)

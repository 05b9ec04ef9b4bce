import base64
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from archive.image import image_bytes
from archive.keys import item_partition
from archive.ledger import read_chain
from local_aws.deployment import Deployment
from ops.cli import app

FIRN = Path(sys.executable).with_name("firn")
NOON = 1_614_600_000  # 2021-03-01T12:00:00Z

FIELDS = [
    "messages",
    "dropped_by_app_env",
    "dead_letters",
    "skipped_nulls",
    "items_written",
    "items_overwritten",
    "expired",
    "lines",
    "frames",
    "landed_objects",
    "files",
    "rows",
    "doubles_dropped",
    "doubles_kept",
    "quarantined",
    "damaged_ranges",
    "archive_bytes",
    "json_bytes",
    "glacier_objects",
    "lost",
]


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run of the command, and the folder that it left.
    """

    exit_code: int
    stdout: str
    stderr: str
    kept: Path

    @property
    def summary(self) -> dict[str, int]:
        """
        The JSON on standard output, which holds nothing else.
        """
        summary: dict[str, int] = json.loads(self.stdout)
        return summary

    def objects(self) -> list[str]:
        """
        The keys of the archive objects.
        """
        archive = self.kept / "archive"
        return sorted(
            path.relative_to(archive).as_posix()
            for path in archive.glob("items/*/*/*.parquet")
        )

    def lines(self, name: str) -> list[object]:
        """
        The values in a file of JSON Lines.
        """
        text = (self.kept / name).read_bytes()
        return [json.loads(line) for line in text.splitlines()]


def _message(at: int, data: object, device: str = "BH", **fields: object) -> str:
    message = {"topic": f"{device}/SENSOR/DAT", "client_id": device, "timestamp": at}
    return json.dumps(message | {"data": data} | fields)


def _run(folder: Path, lines: list[str], *options: str) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    messages = folder / "messages.jsonl"
    messages.write_text("".join(f"{line}\n" for line in lines))
    return _invoke(folder, "--input", str(messages), *options)


def _invoke(folder: Path, *options: str) -> Run:
    kept = folder / "kept"
    result = CliRunner().invoke(
        app,
        ["local", "--json", "--keep", str(kept), "--retention-days", "2", *options],
        catch_exceptions=False,
    )
    return Run(result.exit_code, result.stdout, result.stderr, kept)


BROKEN = "this is no Base64 of anything"
MESSAGES = [
    _message(NOON, {"t": 5.5, "n": 1}),
    _message(NOON, {"t": 6.25}),  # the same device and time: the later one stays
    _message(NOON + 60, [{"t": 1}, None, {"t": 2, "createdAt": NOON + 61}]),
    _message(NOON + 60, {"t": 7}, device="a/b"),
    _message(NOON + 90, {"t": 1}, client_id="stg-BH"),
    _message(NOON + 90, {"t": "é", "set": [True, None, {"deep": [1e-7]}]}, device="é="),
    "",
    json.dumps(BROKEN),
    _message(NOON + 120, "text"),
    _message(NOON + 180, {"t": float("nan")}),
    json.dumps(base64.b64encode(_message(NOON + 240, {"t": 8}).encode()).decode()),
    _message(NOON - 3_600, {"t": 9}),  # late: sent now, dated then
]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """
    Messages of every kind, through the whole pipeline once.
    """
    return _run(tmp_path_factory.mktemp("ordinary"), MESSAGES)


def test_the_summary_is_one_json_object_in_the_promised_order(ordinary: Run) -> None:
    """
    And nothing else is on standard output; the stations are on the other one.
    """
    assert ordinary.exit_code == 0
    assert ordinary.stdout.count("\n") == 1
    assert list(ordinary.summary) == FIELDS
    assert "Firehose" in ordinary.stderr


def test_every_message_is_accounted_for(ordinary: Run) -> None:
    """
    Stored, dropped on purpose or dead-lettered; overwritten once.
    """
    summary = ordinary.summary
    assert summary["messages"] == 11
    assert summary["dropped_by_app_env"] == 1
    assert summary["dead_letters"] == 3
    assert summary["skipped_nulls"] == 1
    assert summary["items_written"] == 8
    assert summary["items_overwritten"] == 1
    assert summary["expired"] == 7
    assert summary["lost"] == 0


def test_every_expiry_is_a_row_in_a_cold_object(ordinary: Run) -> None:
    """
    The counts of the archive add up.
    """
    summary = ordinary.summary
    assert summary["lines"] == summary["rows"] == 7
    assert summary["files"] == summary["glacier_objects"] == len(ordinary.objects())
    assert summary["doubles_dropped"] == summary["doubles_kept"] == 0
    assert summary["quarantined"] == summary["damaged_ranges"] == 0
    assert summary["archive_bytes"] == sum(
        (ordinary.kept / "archive" / key).stat().st_size for key in ordinary.objects()
    )


def test_the_dead_letters_are_kept_as_they_were_sent(ordinary: Run) -> None:
    """
    The Base64 of an object line, and a string line as it is.
    """
    sent = [MESSAGES[8], MESSAGES[9]]
    expected = [BROKEN, *(base64.b64encode(line.encode()).decode() for line in sent)]

    assert sorted(map(str, ordinary.lines("dead-letters.jsonl"))) == sorted(expected)


def test_the_items_are_kept_as_they_expired(ordinary: Run) -> None:
    """
    Once each, with sequence number and time; the late message among them.
    """
    items = ordinary.lines("items.jsonl")
    assert len(items) == 7
    images = {}
    for item in items:
        assert isinstance(item, dict)
        assert list(item) == ["sequence_number", "deleted_at", "image"]
        key = (item["image"]["deviceID"]["S"], item["image"]["createdAt"]["N"])
        images[key] = item["image"]
        assert item["deleted_at"] >= int(item["image"]["expiredAt"]["N"])

    assert images["BH", str(NOON * 1000)] == {
        "deviceID": {"S": "BH"},
        "sensorID": {"S": "BH-sen"},
        "createdAt": {"N": str(NOON * 1000)},
        "expiredAt": {"N": str(NOON + 2 * 86_400)},
        "t": {"N": "6.25"},
    }
    assert ("BH", str((NOON - 3_600) * 1000)) in images
    assert ("a", str((NOON + 60) * 1000)) in images


def test_the_kept_archive_is_plain_files_and_a_chain(ordinary: Run) -> None:
    """
    Keys as in the bucket, escapes and all, and nothing left open.
    """
    assert [key.split("/")[1] for key in ordinary.objects()] == [
        "device=BH",
        "device=a",
        "device=é%3D",
    ]
    entries = sorted((ordinary.kept / "archive/ledger/entries").iterdir())
    assert list(read_chain(path.read_bytes() for path in entries))
    assert not (ordinary.kept / "archive/open").exists()


def test_troubles_lose_nothing_and_show_in_the_counts(tmp_path: Path) -> None:
    """
    Messages sent twice, batches delivered twice, records refused, all at once.
    """
    run = _invoke(
        tmp_path,
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


def test_columns_zone_and_granularity_are_those_of_the_archive(tmp_path: Path) -> None:
    """
    A declared column holds its attribute, and a month is one object.
    """
    run = _run(
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


def test_staging_keeps_what_production_drops(tmp_path: Path) -> None:
    """
    The same message, the other environment.
    """
    lines = [
        _message(NOON, {"t": 1}, client_id="stg-1"),
        _message(NOON + 60, {"t": 2}),
    ]
    run = _run(tmp_path, lines, "--app-env", "Staging")

    assert run.summary["dropped_by_app_env"] == 1
    (item,) = run.lines("items.jsonl")
    assert isinstance(item, dict)
    assert item["image"]["t"] == {"N": "1"}


def test_a_start_decides_what_is_too_far_ahead(tmp_path: Path) -> None:
    """
    Against a clock that starts two years early the message is a wrong clock's.
    """
    lines = [_message(NOON, {"t": 1})]
    early = _run(tmp_path / "early", lines, "--start", "2019-03-01")
    late = _run(tmp_path / "late", lines, "--start", "2021-06-01T00:00:00Z")

    assert (early.summary["dead_letters"], early.summary["expired"]) == (1, 0)
    assert (late.summary["dead_letters"], late.summary["expired"]) == (0, 1)
    (item,) = late.lines("items.jsonl")
    assert isinstance(item, dict)
    assert item["deleted_at"] >= 1_622_505_600


@pytest.mark.parametrize("text", [[], [json.dumps(BROKEN)]])
def test_messages_without_any_item_make_an_empty_archive(
    tmp_path: Path, text: list[str]
) -> None:
    """
    Nothing went in, so nothing is lost.
    """
    run = _run(tmp_path, text)

    assert run.exit_code == 0
    assert run.summary["dead_letters"] == len(text)
    assert run.summary["files"] == run.summary["lost"] == 0
    assert run.lines("items.jsonl") == []


def test_what_cannot_be_read_back_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Here in a storage class that nobody asked for: exit 1, and how much it is.
    """
    deployment = partial(Deployment, storage_class="DEEP_ARCHIVE")
    monkeypatch.setattr("ops.local.Deployment", deployment)
    run = _run(tmp_path, MESSAGES[:1])

    assert run.exit_code == 1
    assert (run.summary["lost"], run.summary["glacier_objects"]) == (1, 0)
    assert "never went to Glacier" in run.stderr
    assert "lost: 1" in run.stderr


def test_the_page_reads_well_where_there_is_no_terminal() -> None:
    """
    Through the real process: 80 columns, no escape codes, no warnings.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN, "local", "--input", "-", "--retention-days", "1"],
        input="\n".join(MESSAGES),
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"COLUMNS": "80"},
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "  lost: 0\n" in done.stdout
    assert "2021-03-01" in done.stdout


def test_an_interrupted_run_says_so_and_leaves(tmp_path: Path) -> None:
    """
    Ctrl-C: one line, exit 130, no traceback.
    """
    with subprocess.Popen(  # noqa: S603 - our own command
        [FIRN, "local", "--devices", "2", "--days", "31", "--every", "30"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        # The first day is told: the run is in the middle of its work.
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        told = running.stderr.read()

    assert running.returncode == 130
    assert told.startswith("firn: stopped")
    assert told.count("\n") == 1


def test_images_are_kept_as_image_bytes(ordinary: Run) -> None:
    """
    Whoever compares them need not sort anything.
    """
    for line in (ordinary.kept / "items.jsonl").read_bytes().splitlines():
        image = json.loads(line)["image"]
        assert line.endswith(b'"image":' + image_bytes(image) + b"}")

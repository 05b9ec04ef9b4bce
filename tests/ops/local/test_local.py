import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from archive.image import image_bytes
from archive.ledger import read_chain

# What conftest's fixture gives; its class is not to be imported from there.
Run: TypeAlias = Any

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


def _message(at: int, data: object, device: str = "BH", **fields: object) -> str:
    message = {"topic": f"{device}/SENSOR/DAT", "client_id": device, "timestamp": at}
    return json.dumps(message | {"data": data} | fields)


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
def ordinary(
    firn_local: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """
    Messages of every kind, through the whole pipeline once.
    """
    return firn_local(tmp_path_factory.mktemp("ordinary"), MESSAGES)


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


def test_images_are_kept_as_image_bytes(ordinary: Run) -> None:
    """
    Whoever compares them need not sort anything.
    """
    for line in (ordinary.kept / "items.jsonl").read_bytes().splitlines():
        image = json.loads(line)["image"]
        assert line.endswith(b'"image":' + image_bytes(image) + b"}")


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

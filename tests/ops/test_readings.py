"""
198,038 real readings through the whole pipeline, judged by the kept files.

FIRN_READINGS names the CSV (docs/DEVELOPING.md). What is expected is made here
from the CSV alone, and what is found is read with pyarrow alone, so that no
code of the pipeline is judge in its own case. Only the definition of an image
comes from `archive`.
"""

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archive.contract import Contract
from archive.image import image_bytes
from archive.row import rebuild
from ops.readback import aware

FIRN = Path(sys.executable).with_name("firn")
RETENTION_DAYS = 365

READINGS = 198_038
KEYS = 198_037  # one reading comes twice, with other values

Key = tuple[str, int]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def readings() -> list[dict[str, str]]:
    """
    The rows of the CSV, as they stand there.
    """
    name = os.environ.get("FIRN_READINGS")
    if not name:
        pytest.skip("FIRN_READINGS names no readings (docs/DEVELOPING.md)")
    with gzip.open(name, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == READINGS
    return rows


TROUBLES = {
    "none": (),
    "ordinary": (
        *("--duplicate-messages", "0.01"),
        *("--redeliver", "0.05"),
        *("--refuse", "0.5"),
    ),
}


@pytest.mark.parametrize("troubles", TROUBLES)
def test_every_real_reading_is_archived_exactly(
    troubles: str, readings: list[dict[str, str]], tmp_path: Path
) -> None:
    """
    198,037 keys, every image equal in image bytes: in ordinary troubles too.
    """
    summary = _firn_local(tmp_path, readings, TROUBLES[troubles])

    images = Counter(_archived(tmp_path / "kept"))
    possible = _expected(readings)
    assert {key for key, _, _ in images} == set(possible)
    for key, _, image in images:
        assert image in possible[key]
    assert len(images) == len(possible) == KEYS

    rows = sum(images.values())
    assert summary["rows"] == rows
    assert summary["doubles_kept"] == rows - KEYS
    assert summary["expired"] == KEYS
    assert summary["items_written"] - summary["items_overwritten"] == KEYS
    assert summary["lost"] == summary["dead_letters"] == summary["quarantined"] == 0
    assert summary["glacier_objects"] == summary["files"]
    if troubles == "none":
        # Without doubles the later of the two readings is the one that stays.
        assert all(image == possible[key][-1] for key, _, image in images)
        assert summary["messages"] == summary["items_written"] == READINGS
        assert summary["doubles_dropped"] == summary["doubles_kept"] == 0
    else:
        assert summary["messages"] > READINGS * 1.005
        assert summary["lines"] > KEYS


def _firn_local(
    folder: Path, readings: list[dict[str, str]], options: tuple[str, ...]
) -> dict[str, int]:
    messages = folder / "messages.jsonl"
    with messages.open("w") as file:
        file.writelines(f"{json.dumps(_message(row))}\n" for row in readings)
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(FIRN, "local", "--json", "--input", messages),
            *("--keep", folder / "kept", *options),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    summary: dict[str, int] = json.loads(done.stdout)
    return summary


def _message(row: dict[str, str]) -> dict[str, object]:
    station = row["station"]
    return {
        "topic": f"{station}/SENSOR/DAT",
        "client_id": station,
        "timestamp": int(row["timestamp"]),
        "data": {name: float(value) for name, value in _values(row)},
    }


def _values(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if name not in ("station", "timestamp") and value != "nan":
            yield name, value


def _expected(readings: list[dict[str, str]]) -> dict[Key, list[bytes]]:
    """
    The images that each key may have, in the order of the readings.
    """
    images: dict[Key, list[bytes]] = {}
    for row in readings:
        station, at = row["station"], int(row["timestamp"])
        image = {
            "deviceID": {"S": station},
            "sensorID": {"S": f"{station}-sen"},
            "createdAt": {"N": str(at * 1_000)},
            "expiredAt": {"N": str(at + RETENTION_DAYS * 86_400)},
            **{name: {"N": _number(value)} for name, value in _values(row)},
        }
        images.setdefault((station, at * 1_000), []).append(image_bytes(image))
    return images


def _number(text: str) -> str:
    # As DynamoDB gives it back. Every value of the readings is a short decimal.
    number = format(Decimal(text).normalize(), "f")
    return "0" if number == "-0" else number


def _archived(kept: Path) -> Iterator[tuple[Key, str, bytes]]:
    """
    Every row of the kept files: its key, its sequence number, its image.
    """
    for path in sorted(kept.glob("archive/items/*/*/*.parquet")):
        table = pq.ParquetFile(path).read()
        for row in table.cast(aware(table.schema)).to_pylist():
            image = rebuild(row, Contract())
            key = (row["device_id"], int(str(image["createdAt"]["N"])))
            yield key, row["sequence_number"], image_bytes(image)

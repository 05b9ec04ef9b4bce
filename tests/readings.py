"""
Real readings as messages, and the images that they must become.

Rule 1: what is expected is made from the CSV alone, and what is found is read
with pyarrow alone, so that no code of the pipeline is judge in its own case.
Only the definition of an image comes from `archive`.
"""

import csv
import gzip
import json
import os
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archive.contract import Contract
from archive.image import Image, image_bytes
from archive.row import rebuild
from ops.local.readback import aware

READINGS = 198_038
SECONDS_PER_DAY = 86_400

Reading = dict[str, str]
Key = tuple[str, int]


def read_readings() -> list[Reading]:
    """
    The rows of the CSV that FIRN_READINGS names; without one the test is skipped.
    """
    name = os.environ.get("FIRN_READINGS")
    if not name:
        pytest.skip("FIRN_READINGS names no readings (docs/DEVELOPING.md)")
    with gzip.open(name, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == READINGS
    return rows


def message(reading: Reading) -> dict[str, object]:
    """
    A reading as its station sends it.
    """
    station = reading["station"]
    return {
        "topic": f"{station}/SENSOR/DAT",
        "client_id": station,
        "timestamp": int(reading["timestamp"]),
        "data": {name: float(value) for name, value in _values(reading)},
    }


def bodies(readings: Iterable[Reading]) -> Iterator[str]:
    """
    The messages in plain JSON, one body each.
    """
    return (json.dumps(message(reading)) for reading in readings)


def expected_images(
    readings: Iterable[Reading], retention_days: int
) -> dict[Key, list[bytes]]:
    """
    The images that each key may have, in the order of the readings.
    """
    images: dict[Key, list[bytes]] = {}
    for reading in readings:
        station, at = reading["station"], int(reading["timestamp"])
        image = {
            "deviceID": {"S": station},
            "sensorID": {"S": f"{station}-sen"},
            "createdAt": {"N": str(at * 1_000)},
            "expiredAt": {"N": str(at + retention_days * SECONDS_PER_DAY)},
            **{name: {"N": _number(value)} for name, value in _values(reading)},
        }
        images.setdefault((station, at * 1_000), []).append(image_bytes(image))
    return images


def archived_images(kept: Path, contract: Contract) -> Iterator[tuple[str, Image]]:
    """
    Every row of the kept files: its sequence number, and its image rebuilt.
    """
    for path in sorted(kept.glob("archive/items/*/*/*.parquet")):
        table = pq.ParquetFile(path).read()
        for row in table.cast(aware(table.schema)).to_pylist():
            yield row["sequence_number"], rebuild(row, contract)


def archived_rows(kept: Path) -> Iterator[tuple[Key, str, bytes]]:
    """
    Every row of the kept files: its key, its sequence number, its image bytes.
    """
    for sequence_number, image in archived_images(kept, Contract()):
        key = (str(image["deviceID"]["S"]), int(str(image["createdAt"]["N"])))
        yield key, sequence_number, image_bytes(image)


def _values(reading: Reading) -> Iterator[tuple[str, str]]:
    for name, value in reading.items():
        if name not in ("station", "timestamp") and value != "nan":
            yield name, value


def _number(text: str) -> str:
    # As DynamoDB gives it back. Every value of the readings is a short decimal.
    number = format(Decimal(text).normalize(), "f")
    return "0" if number == "-0" else number

"""
Made-up expiries, as frames, for the transform's benchmarks.

Rule 1: seeded: the same arguments give the same bytes.
"""

import gzip
import random
from collections.abc import Iterator

from archive.columns import Column, parse_column
from archive.image import AttributeValue
from archive.line import encode_line

FIRST_READING_AT = 1_614_556_800_000
MINUTE_MILLISECONDS = 60_000
RETENTION_SECONDS = 365 * 86_400
FRAME_LINES = 5_000

# The firmware, of four, that began to send an attribute.
LOCATION_SINCE, HISTORY_SINCE, NOTES_SINCE = 1, 2, 3

# How many readings have a position fix, a text for a number, an attribute
# missing, and a rare one that is named after nothing.
FIX_SHARE, TEXT_SHARE, MISSING_SHARE, DEBUG_SHARE = 0.9, 0.05, 0.1, 0.02

# The attributes that are numbers in every reading.
NUMBERS = ("Dn", "Dm", "Dx", "Sn", "Sm", "Sx", "Ta", "Ua", "Pa", "Rc")


def declared() -> tuple[Column, ...]:
    """
    The columns that a deployment would declare for these readings.
    """
    return (
        parse_column("sensor_id", "string", "sensorID"),
        *(parse_column(name.lower(), "decimal(9,2)", name) for name in NUMBERS),
    )


def clean(devices: int, rows: int, seed: int = 1) -> Iterator[bytes]:
    """
    Lines of clean telemetry: one reading a minute, every attribute a number.
    """
    return _lines(devices, rows, random.Random(seed), nested=False)


def drifting(devices: int, rows: int, seed: int = 1) -> Iterator[bytes]:
    """
    Lines of a fleet whose attributes nest, drift, go missing and change type.
    """
    return _lines(devices, rows, random.Random(seed), nested=True)


def frames(lines: Iterator[bytes]) -> bytes:
    """
    Lines as a landed object.
    """
    pieces: list[bytes] = []
    pending: list[bytes] = []
    for line in lines:
        pending.append(line)
        if len(pending) == FRAME_LINES:
            pieces.append(gzip.compress(b"".join(pending), 6, mtime=0))
            pending.clear()
    if pending:
        pieces.append(gzip.compress(b"".join(pending), 6, mtime=0))
    return b"".join(pieces)


def _lines(
    devices: int, rows: int, chance: random.Random, *, nested: bool
) -> Iterator[bytes]:
    values = {
        (device, name): chance.uniform(0, 100)
        for device in range(devices)
        for name in NUMBERS
    }
    sequence_number = 10**20 * 300
    for row in range(rows):
        # All devices of a minute expire about together, as they were written.
        for device in range(devices):
            image: dict[str, AttributeValue] = _keys(device, row)
            for name in NUMBERS:
                values[device, name] += chance.gauss(0, 0.3)
                image[name] = {"N": f"{round(values[device, name], 1):g}"}
            if nested:
                _drift(image, device, row, chance)
            sequence_number += chance.randrange(1, 40)
            created_at = FIRST_READING_AT + row * MINUTE_MILLISECONDS
            deleted_at = created_at // 1000 + RETENTION_SECONDS + chance.randrange(300)
            yield encode_line(
                f"{chance.getrandbits(128):032x}",
                str(sequence_number),
                deleted_at,
                image,
            )


def _keys(device: int, row: int) -> dict[str, AttributeValue]:
    device_id = f"station-{device:04d}"
    created_at = FIRST_READING_AT + row * MINUTE_MILLISECONDS + device % 1000
    return {
        "deviceID": {"S": device_id},
        "sensorID": {"S": f"{device_id}-sen"},
        "createdAt": {"N": str(created_at)},
        "expiredAt": {"N": str(created_at // 1000 + RETENTION_SECONDS)},
    }


def _drift(
    image: dict[str, AttributeValue], device: int, row: int, chance: random.Random
) -> None:
    """
    Make a reading one of a fleet with several firmwares and moods.
    """
    firmware = device % 4
    if firmware >= LOCATION_SINCE:
        image["location"] = {
            "M": {
                "lat": {"N": f"{33 + device / 1000:.4f}".rstrip("0")},
                "lon": {"N": f"-116.{device % 997:03d}1"},
                "fix": {"BOOL": chance.random() < FIX_SHARE},
            }
        }
    if firmware >= HISTORY_SINCE:
        image["history"] = {
            "L": [{"N": str(chance.randrange(100))} for _ in range(row % 4)]
        }
        image["battery"] = {"N": str(100 - row % 100)}
    if firmware == NOTES_SINCE:
        image["tags"] = {"SS": ["outdoor", "wind"]}
        image["note"] = {"S": "déjà vu"} if row % 7 else {"NULL": True}
    if chance.random() < TEXT_SHARE:
        image["Ta"] = {"S": "n/a"}
    if chance.random() < MISSING_SHARE:
        del image["Rc"]
    if chance.random() < DEBUG_SHARE:
        image[f"debug_{chance.randrange(20)}"] = {"S": 'said "no"\n'}

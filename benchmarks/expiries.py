"""
Stream records of expired telemetry, in the order in which a stream has them.

Rule 1: readings come from the CSV that FIRN_READINGS names, or from a seed, in
the order of their time: that is the order in which they expire.
Rule 2: what a record has beside its image is as incompressible as AWS makes it:
event ids are random, sequence numbers have random gaps.
"""

import csv
import gzip
import math
import os
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Reading = tuple[str, int, dict[str, str]]  # device, epoch seconds, numbers

SEED = 20210301
RETENTION_SECONDS = 365 * 86400
SWEEP_SECONDS = 600  # how long after its time DynamoDB deletes an item
SEQUENCE_GAP_MAX = 2000

DEVICES = 20
EVERY_SECONDS = 60
STARTED_AT = 1614556800


def expiries(count: int) -> tuple[str, list[Record]]:
    """
    So many records, all of them expiries, and where their readings are from.
    """
    path = os.environ.get("FIRN_READINGS", "")
    source = Path(path).name if path else "made-up readings"
    readings = _from_csv(Path(path)) if path else _made_up()
    chance = random.Random(SEED)
    sequence_number = 10**21
    records = []
    for device, created_at, numbers in islice(readings, count):
        sequence_number += chance.randrange(1, SEQUENCE_GAP_MAX)
        image = _image(device, created_at, numbers)
        records.append(_record(image, sequence_number, chance.randbytes(16).hex()))
    return source, records


def _from_csv(path: Path) -> Iterator[Reading]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows: Sequence[dict[str, str]] = sorted(
            csv.DictReader(stream), key=lambda row: int(row["timestamp"])
        )
    for row in rows:
        device, created_at = row.pop("station"), int(row.pop("timestamp"))
        numbers = {name: value for name, value in row.items() if value != "nan"}
        yield device, created_at, numbers


def _made_up() -> Iterator[Reading]:
    """
    Weather as stations see it: daily waves, slow drift, a digit of noise.
    """
    chance = random.Random(SEED)
    drift = [[chance.uniform(-3, 3) for _ in range(6)] for _ in range(DEVICES)]
    at = STARTED_AT
    while True:
        wave = math.sin(2 * math.pi * (at % 86400) / 86400)
        for device in range(DEVICES):
            slow = drift[device]
            for index in range(len(slow)):
                slow[index] += chance.gauss(0, 0.05)
            wind = abs(chance.gauss(3 + slow[0], 1))
            numbers = {
                "windDirection": f"{(200 + 20 * slow[1] + chance.gauss(0, 8)) % 360:.0f}",
                "windSpeed": f"{wind:.1f}",
                "windGust": f"{wind * chance.uniform(1, 1.6):.1f}",
                "temperature": f"{12 + 6 * wave + slow[2]:.1f}",
                "humidity": f"{55 - 15 * wave + slow[3]:.1f}",
                "pressure": f"{900 + 4 * slow[4]:.1f}",
                "rain": "0.0",
                "battery": f"{12.6 + 0.3 * wave:.2f}",
                "signal": f"{-70 + chance.gauss(0, 3):.0f}",
            }
            yield f"station-{device:03}", at + device % EVERY_SECONDS, numbers
        at += EVERY_SECONDS


def _image(device: str, created_at: int, numbers: dict[str, str]) -> Record:
    image: Record = {
        "deviceID": {"S": device},
        "createdAt": {"N": str(created_at * 1000)},
        "expiredAt": {"N": str(created_at + RETENTION_SECONDS)},
        "sensorID": {"S": f"{device}-sen"},
    }
    for name, value in numbers.items():
        # DynamoDB gives 55.0 back as 55.
        image[name] = {"N": format(Decimal(value).normalize(), "f")}
    return image


def _record(image: Record, sequence_number: int, event_id: str) -> Record:
    expired_at = int(image["expiredAt"]["N"])
    return {
        "eventID": event_id,
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-northeast-1",
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
        "dynamodb": {
            "ApproximateCreationDateTime": expired_at + SWEEP_SECONDS,
            "Keys": {name: image[name] for name in ("deviceID", "createdAt")},
            "OldImage": image,
            "SequenceNumber": str(sequence_number),
            "SizeBytes": len(str(image)),
            "StreamViewType": "OLD_IMAGE",
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/devices"
        "/stream/2024-01-01T00:00:00.000",
    }

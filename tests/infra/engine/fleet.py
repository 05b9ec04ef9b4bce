"""
An archive for two engines: an ordinary fleet, odd places and every odd value.

Rule 1: files are written as the transform writes them (scene.py).
"""

import csv
import gzip
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from archive.contract import Contract, Granularity
from tests.infra.engine.scene import Scene
from tests.infra.engine.story import CREATED_AT, image_of
from tests.infra.engine.values import DECLARED, TYPES, images
from tests.transforms.conversion.made import line

HOUR = 3_600_000
# Some of the odd images and names: Trino plans each column of each row anew.
STEP = 11
READINGS_MAX = 2_000

COLUMNS = [
    # Every type, and every second of the odd names.
    *(each for n, each in enumerate(DECLARED) if n < len(TYPES) or n % 2 == 0),
    {"name": "hits", "type": "bigint"},
    {"name": "ratio", "type": "double"},
    {"name": "exact", "type": "decimal(38,20)"},
    {"name": "label", "type": "string"},
    {"name": "on_air", "type": "boolean"},
]


def fill(made: Scene) -> None:
    """
    Entries without declared columns, then with them; doubles across the two.
    """
    before = Contract(time_zone="Asia/Tokyo")
    odd = [
        line({**image_of("grid"), **image}, str(number))
        for number, image in enumerate(images()[::STEP], 1)
    ]
    made.store(1, [*odd, *_odd_places()], before)
    made.deploy(COLUMNS)
    fleet = list(_fleet())
    made.store(2, [*odd, *fleet])
    # Delivered twice, in two entries.
    made.store(3, [*fleet[::5], *_readings()])
    monthly = replace(made.contract(), granularity=Granularity.MONTH)
    made.store(4, [line(image_of("monthly"), str(n)) for n in range(1, 4)], monthly)


def _fleet() -> Iterator[bytes]:
    for device in range(1, 4):
        for n in range(0, 60, device):
            image = {
                "deviceID": {"S": f"fleet-{device}"},
                "createdAt": {"N": str(CREATED_AT + n * HOUR)},
                "expiredAt": {"N": str(CREATED_AT // 1000 + 86_400 + n * 3600)},
                "Temperature": {"N": str((1500 + 37 * n) / 100)},
                "hits": {"N": str(n)},
                "ratio": {"N": str(n / 8)},
                "exact": {"N": f"{n}.{n * device:020d}"},
                "label": {"S": f"label-{n % 5}"},
                "on_air": {"BOOL": n % 2 == 0},
                "hum": {"N": str(n)},
                "tags": {"SS": ["a", "é😀"][: 1 + n % 2]},
                "deep": {"M": {"x": {"L": [{"S": "🧊"}, {"N": "1E+2"}]}}},
                "raw": {"B": "AAE="},
            }
            yield line(image, f"{device}{n:020d}")


def _odd_places() -> Iterator[bytes]:
    at = {"createdAt": {"N": "-86400001"}}
    yield line({**image_of("before"), **at}, "1")
    yield line({**image_of("it"), "createdAt": {"S": "no time"}}, "2")
    yield line(image_of("x" * 300), "import:aa")
    yield line(image_of("it's"), "3")
    yield line({**image_of("it"), "": {"S": ""}, "empty": {"L": []}}, "4")


def _readings() -> Iterator[bytes]:
    """
    Real ones, where there are any (docs/DEVELOPING.md).
    """
    name = os.environ.get("FIRN_READINGS")
    if not name:
        return
    with gzip.open(name, "rt", newline="") as file:
        rows = islice(csv.DictReader(file), 0, READINGS_MAX * 40, 40)
        for number, row in enumerate(rows, 1):
            values = {
                attribute: {"N": value}
                for attribute, value in row.items()
                if attribute not in ("station", "timestamp") and value != "nan"
            }
            image = {
                "deviceID": {"S": row["station"]},
                "createdAt": {"N": f"{row['timestamp']}000"},
                **values,
            }
            yield line(image, str(number))

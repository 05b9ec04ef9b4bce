"""
What is sent through a deployment: real readings, and messages to trip over.
"""

import functools
import os
import random
from collections.abc import Callable, Mapping, Sequence

from ops.local.sending import Sending
from tests.infra.end_to_end import RETENTION_DAYS, Runtime
from tests.infra.troublesome import AT, REFUSED, SKIPPED, STORED
from tests.readings import (
    Key,
    Reading,
    bodies,
    expected_images,
    read_readings,
)

START_AT = AT

# Stations once in forty minutes, a week long: 3,169 of the readings.
_EVERY_SECONDS = 40 * 60

# The stations of the second journey, which AWS's own runtime client serves.
_STATIONS = ("BH", "TP")
_LATER_SECONDS = 6 * 3600


@functools.cache
def readings() -> list[Reading]:
    """
    The readings that are sent: real ones where there are any, else made ones.
    """
    if not os.environ.get("FIRN_READINGS"):
        return _made()
    return [
        reading
        for reading in read_readings()
        if int(reading["timestamp"]) % _EVERY_SECONDS == 0
    ]


def _made() -> list[Reading]:
    """
    As many in the likeness of the real ones, some without a value.
    """
    draw = random.Random(4)
    return [
        {
            "station": station,
            "timestamp": str(at),
            "Dn": str(draw.randint(0, 359)),
            "Ta": f"{draw.uniform(-9, 39):.1f}",
            "Ua": f"{draw.uniform(0, 100):.1f}",
            "Pa": draw.choice(["nan", f"{draw.uniform(790, 1040):.1f}"]),
            "Rc": "655.35",
        }
        for at in range(START_AT, START_AT + 7 * 86_400, _EVERY_SECONDS)
        for station in (*_STATIONS, *(f"made-{number}" for number in range(18)))
    ]


def later(now: int) -> list[Reading]:
    """
    Some of them once more, as if they were taken from now on.
    """
    shift = (now - START_AT) // 60 * 60 + 60
    return [
        {**reading, "timestamp": str(int(reading["timestamp"]) + shift)}
        for reading in readings()
        if reading["station"] in _STATIONS
        and int(reading["timestamp"]) % _LATER_SECONDS == 0
    ]


def expected(sent: Sequence[Reading]) -> dict[Key, list[bytes]]:
    """
    The images that these readings must become.
    """
    return expected_images(sent, RETENTION_DAYS)


def _sendings(sent: Sequence[Reading]) -> list[Sending]:
    return [
        Sending(int(reading["timestamp"]), body)
        for reading, body in zip(sent, bodies(sent), strict=True)
    ]


def _first(_now: int) -> Sequence[Sending]:
    troublesome = [Sending(AT, body) for body in (*STORED, *REFUSED, *SKIPPED)]
    return [*troublesome, *_sendings(readings())]


def _second(now: int) -> Sequence[Sending]:
    return _sendings(later(now))


SENDINGS: Mapping[Runtime, Callable[[int], Sequence[Sending]]] = {
    "plain": _first,
    "awslambdaric": _second,
}

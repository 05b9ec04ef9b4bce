"""
What is sent through a deployment: real readings, and messages to trip over.
"""

from collections.abc import Callable, Mapping, Sequence

from ops.sending import Sending
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

# Every station once in forty minutes, a week long: 4,943 of the readings.
_EVERY_SECONDS = 40 * 60

# The stations of the second journey, which AWS's own runtime client serves.
_STATIONS = frozenset({"BH", "TP"})
_HOURLY_SECONDS = 6 * 3600


def readings() -> list[Reading]:
    """
    The readings that are sent.
    """
    return [
        reading
        for reading in read_readings()
        if int(reading["timestamp"]) % _EVERY_SECONDS == 0
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
        and int(reading["timestamp"]) % _HOURLY_SECONDS == 0
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

"""
A made-up fleet of weather stations that behaves like a real one.

Rule 1: the same plan gives the same messages, byte for byte.
Rule 2: messages have the shape in which devices send them; what is wrong with
some of them is what goes wrong in the field.

Each station has its own climate and its own random numbers, so that another
number of stations leaves the others as they were.
"""

import heapq
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.errors import MisconfiguredError
from ops.local.messages import body_of_line

STAGING = "Staging"

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3_600
SECONDS_PER_DAY = 86_400

# Chances per reading.
DROP_OUT = 0.004
BROKEN = 0.002
OF_ANOTHER_ENVIRONMENT = 0.002

DROP_OUT_HOURS_MAX = 6
LATE_SECONDS_MAX = 40
BACKLOG_READINGS_MAX = 24
NULL_IN_BACKLOG = 0.25

_GLACIERS = (
    "aletsch",
    "gorner",
    "fiescher",
    "rhone",
    "trift",
    "otemma",
    "findelen",
    "zmutt",
    "ferpecle",
    "moming",
    "allalin",
    "morteratsch",
)

Reading = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """
    How many stations report, for how long, how often, from when.

    In the staging environment the stations' client ids say so, or ingest
    would drop all that they send.
    """

    devices: int
    days: int
    every_minutes: float
    seed: int
    start_at: int
    app_env: str = "Production"

    def __post_init__(self) -> None:
        """
        Refuse a fleet that would never report, or more than once a second.
        """
        every_max = self.days * SECONDS_PER_DAY / SECONDS_PER_MINUTE
        # NaN compares with nothing.
        if not 1 / SECONDS_PER_MINUTE <= self.every_minutes <= every_max:
            msg = (
                f"--every {self.every_minutes:g}: the minutes between two reports, "
                f"from 0.017 (a second) to {every_max:g} (--days {self.days})"
            )
            raise MisconfiguredError(msg)

    @property
    def every_seconds(self) -> float:
        """
        The time between two readings of one station.
        """
        return self.every_minutes * SECONDS_PER_MINUTE

    @property
    def readings(self) -> int:
        """
        How many readings one station takes; what drops out is counted too.
        """
        return int(self.days * SECONDS_PER_DAY / self.every_seconds)


def fleet_bodies(plan: FleetPlan) -> Iterator[str]:
    """
    The SQS bodies that the fleet sends, in the order of their times.
    """
    stations = (_Station(plan, number).sent() for number in range(plan.devices))
    return (body for _, _, body in heapq.merge(*stations))


@dataclass(slots=True)
class _Station:
    plan: FleetPlan
    number: int
    name: str = field(init=False)
    chance: random.Random = field(init=False)
    silent_until: float = field(init=False, default=0.0)
    backlog: list[Reading] = field(init=False, default_factory=list)
    new_firmware_at: float = field(init=False)
    altitude_metres: int = field(init=False)
    phase_seconds: float = field(init=False)

    def __post_init__(self) -> None:
        series, glacier = divmod(self.number, len(_GLACIERS))
        self.name = f"{_GLACIERS[glacier]}-{series + 1}"
        self.chance = random.Random(f"{self.plan.seed}/{self.name}")  # noqa: S311 - weather, no secrets
        span = self.plan.days * SECONDS_PER_DAY
        self.new_firmware_at = self.plan.start_at + span * self.chance.uniform(0.3, 0.9)
        self.altitude_metres = self.chance.randrange(1_800, 3_600, 10)
        # Stations report by the clock, each a little late in its own way.
        late = min(LATE_SECONDS_MAX, self.plan.every_seconds)
        self.phase_seconds = self.chance.uniform(0, late)

    def sent(self) -> Iterator[tuple[int, int, str]]:
        """
        When, who, what: for each message of this station.
        """
        every = self.plan.every_seconds
        for step in range(self.plan.readings):
            at = int(self.plan.start_at + self.phase_seconds + step * every)
            line = self._line_at(at)
            if line is not None:
                yield at, self.number, body_of_line(line)

    def _line_at(self, at: int) -> bytes | None:
        reading = self._reading(at)
        if at < self.silent_until:
            self.backlog.append({"createdAt": at, **reading})
            return None
        if self.chance.random() < DROP_OUT:
            hours = self.chance.uniform(0.5, DROP_OUT_HOURS_MAX)
            self.silent_until = at + hours * SECONDS_PER_HOUR
        if self.chance.random() < BROKEN:
            return self._broken(at, reading)

        if not self.backlog:
            return self._message(at, reading)
        # Back on the air: what the station still holds comes as one list.
        held: list[Reading | None] = [*self.backlog[-BACKLOG_READINGS_MAX:]]
        if self.chance.random() < NULL_IN_BACKLOG:
            held.insert(self.chance.randrange(len(held)), None)
        self.backlog.clear()
        return self._message(at, [*held, reading])

    def _reading(self, at: int) -> Reading:
        """
        Cold nights, warm afternoons, thin air, and a battery that lives on sun.
        """
        noise = self.chance.gauss
        hour = (at % SECONDS_PER_DAY) / SECONDS_PER_HOUR
        sun = max(0.0, math.sin((hour - 6) / 12 * math.pi))
        base = 12 - self.altitude_metres * 0.0065
        temperature = base + 6 * math.sin((hour - 9) / 12 * math.pi) + noise(0, 0.4)
        reading: Reading = {
            "Temperature": round(temperature, 1),
            "Humidity": round(min(100.0, max(5.0, 78 - 30 * sun + noise(0, 4)))),
            "Pressure": round(
                1013 * math.exp(-self.altitude_metres / 8_400) + noise(0, 0.8), 1
            ),
            "Wind": round(abs(noise(3 + 4 * sun, 2)), 1),
            "Battery": round(3.6 + 0.5 * sun + noise(0, 0.02), 2),
        }
        if at < self.new_firmware_at:
            return {**reading, "Status": 0, "Firmware": "2.4.1"}
        # What drifts in the field: a code becomes a word, a value moves into
        # an object, an attribute is new.
        return {
            **reading,
            "Status": "ok",
            "Firmware": "3.0.0",
            "Snow": {"Depth": round(180 - 15 * sun + noise(0, 1)), "Fresh": sun == 0},
            "Channels": [round(noise(500, 9)), round(noise(500, 9))],
        }

    def _message(self, at: int, data: object) -> bytes:
        return _dumps(
            {
                "topic": f"{self.name}/SENSOR/DAT",
                "client_id": self._client_id(),
                "timestamp": at,
                "data": data,
            }
        )

    def _client_id(self) -> str:
        staging = self.plan.app_env == STAGING
        if self.chance.random() < OF_ANOTHER_ENVIRONMENT:
            staging = not staging
        return f"stg-{self.name}" if staging else self.name

    def _broken(self, at: int, reading: Reading) -> bytes:
        whole = self._message(at, reading)
        message = json.loads(whole)
        match self.chance.randrange(4):
            case 0:  # the line went down in the middle
                return whole[: len(whole) // 2]
            case 1:  # the station does not know what time it is
                message["timestamp"] = None
            case 2:  # a sensor came loose
                message["data"]["Temperature"] = math.nan
            case _:  # a configuration nobody finished
                message["topic"] = ""
        return _dumps(message)


def _dumps(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()

"""
What a deployment must say before ingest can run.

Rule 1: a variable of the environment is a field of Settings in capitals, and
there is no other; the Terraform module sets exactly these.
Rule 2: names have no default, for a name that is guessed stores items elsewhere.
All that is missing is named at once. RETENTION_DAYS alone has one: a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.errors import MisconfiguredError

RETENTION_DAYS_DEFAULT = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    The table, whose messages it holds, and for how many days.
    """

    device_data: str
    app_env: str
    retention_days: int


def read_settings(environment: Mapping[str, str]) -> Settings:
    """
    The settings; MisconfiguredError names all that are not set.
    """
    names = ("DEVICE_DATA", "APP_ENV")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        msg = f"not set: {', '.join(missing)}"
        raise MisconfiguredError(msg)

    days = environment.get("RETENTION_DAYS") or str(RETENTION_DAYS_DEFAULT)
    if not (days.isascii() and days.isdigit() and int(days) > 0):
        msg = f"RETENTION_DAYS: {days!r} is not a whole number of days above 0"
        raise MisconfiguredError(msg)

    return Settings(
        device_data=environment["DEVICE_DATA"],
        app_env=environment["APP_ENV"],
        retention_days=int(days),
    )

"""
What a person may ask of `firn local`, as values that are valid once they exist.

Rule 1: nothing here knows the command line's words but in its messages; what
is refused is refused before anything is started.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.columns import Column, parse_column
from archive.errors import MisconfiguredError
from local_aws.deployment import Deployment
from ops.local.fleet import FleetPlan
from ops.local.messages import STANDARD_INPUT
from ops.local.timestamps import CLOCK_AT_MAX, CLOCK_YEAR_MAX

# The run goes on for the retention and a year or two after the last message,
# and calendars end with the year 9999.
RETENTION_DAYS_MAX = 100 * 365

_EPOCH_SECONDS = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """
    The ordinary troubles: how likely each is, and the seed that draws them.

    Per message sent twice, per stream batch delivered twice, per record that
    Firehose refuses.
    """

    duplicate_messages: float = 0.0
    redeliver: float = 0.0
    refuse: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        """
        Refuse what is no probability in [0, 1).
        """
        for name in ("duplicate_messages", "redeliver", "refuse"):
            value = getattr(self, name)
            # At 1 no message would ever get through; NaN compares with nothing.
            if not 0 <= value < 1:
                option = name.replace("_", "-")
                msg = f"--{option} {value}: a probability is at least 0 and below 1"
                raise MisconfiguredError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """
    One run of `firn local`.

    The messages come from `input` where it is given, else from the fleet. The
    account is served afterwards at `port`, 0 being a free one; None is not.
    """

    input: Path | None
    fleet: FleetPlan
    deployment: Deployment
    troubles: Troubles
    start_at: int | None
    keep: Path | None
    port: int | None = None

    def __post_init__(self) -> None:
        """
        Refuse what ingest would refuse at its cold start, and to delete the input.
        """
        if not self.deployment.app_env:
            msg = "--app-env: is empty; Production and Staging are the usual names"
            raise MisconfiguredError(msg)
        if self.keep is None or self.input is None or self.input == STANDARD_INPUT:
            return
        # The dead letters of an earlier run, say: --keep deletes what it left.
        if self.input.resolve().is_relative_to(self.keep.resolve()):
            msg = (
                f"--input {self.input}: lies in the folder that --keep replaces; "
                "name another folder"
            )
            raise MisconfiguredError(msg)


def parse_declared_column(text: str) -> Column:
    """
    A declared column from `name:type` or `name:type:attribute`.

    An attribute may hold colons itself.
    """
    name, *others = text.split(":", 2)
    if not others:
        msg = (
            f"--column {text}: write it as name:type or name:type:attribute, for "
            "example temperature:decimal(9,2):Temperature"
        )
        raise MisconfiguredError(msg)
    return parse_column(name, others[0], others[1] if len(others) > 1 else None)


def parse_moment(text: str) -> int:
    """
    An epoch second from an ISO 8601 date or time, UTC where no zone is given.
    """
    if _EPOCH_SECONDS.fullmatch(text):
        at = int(text)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            msg = (
                f"--start {text}: neither a date and time as 2021-03-01T00:00:00Z nor "
                "epoch seconds"
            )
            raise MisconfiguredError(msg) from error
        at = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    if not 0 <= at <= CLOCK_AT_MAX:
        msg = f"--start {text}: the clock runs from 1970 to {CLOCK_YEAR_MAX}"
        raise MisconfiguredError(msg)
    return at

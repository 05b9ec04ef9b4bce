"""
What every station shares.

Rule 1: a station acts when its time has come and never moves the clock.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from local_aws.acting import Acting
from local_aws.activity import Activity
from local_aws.clock import Clock
from local_aws.control_plane import ControlPlane
from local_aws.events import Event
from local_aws.faults import Injector
from local_aws.functions import Functions

REGION = "us-east-1"


class Station(Protocol):
    """
    One AWS thing that acts by itself.
    """

    def next_at(self) -> int | None:
        """
        When it will act next, given what it knows now; None: never.
        """
        ...

    def act(self) -> None:
        """
        Do what is due at the clock's time.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """
    The clock, the control plane and the functions of one account.
    """

    clock: Clock
    control: ControlPlane
    functions: Functions
    activity: Activity
    injector: Injector
    tell: Callable[[Event], None]
    acting: Acting

    def random_for(self, purpose: str) -> random.Random:
        """
        Draws for one purpose, the same in every run with the same seed.
        """
        return random.Random(f"{self.injector.faults.seed}/{purpose}")  # noqa: S311 - draws faults, no secrets


def backend(service: str) -> Any:  # noqa: ANN401 - moto ships no types
    """
    The side of moto that boto3 does not see.
    """
    region = "aws" if service == "s3" else REGION
    return get_backend(service)[DEFAULT_ACCOUNT_ID][region]

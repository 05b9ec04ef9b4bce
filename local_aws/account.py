"""
One AWS account on this machine, alive on a simulated clock.

Rule 1: this is the only file that starts moto and decides what happens next.
Rule 2: what happens is decided by the stations (one file per AWS thing), each
from what the control plane says is deployed.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from local_aws.clock import Clock
from local_aws.events import Observer
from local_aws.faults import NO_FAULTS, Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """
    How finely time passes where nothing depends on it.

    `ttl_sweep_seconds`: DynamoDB deletes expired items "within a few days";
    here at the first multiple of this after their expiry.
    `idle_schedule_seconds`: a scheduled run that changed nothing is followed
    by the next one only after this long, unless something in the account
    changes before. 0 fires every tick.
    """

    ttl_sweep_seconds: int = 600
    idle_schedule_seconds: int = 86_400


class Account:
    """
    A context manager: within it, boto3 speaks to this account alone.

        with Account(start_at=1_614_556_800) as account:
            deployed = deploy(Deployment())
            account.observe(print)
            account.send(deployed.queue_url, body)
            account.run_until(1_646_092_800)
    """

    clock: Clock

    def __init__(
        self, start_at: int, faults: Faults = NO_FAULTS, pace: Pace | None = None
    ) -> None:
        """
        Prepare an empty account; nothing starts until it is entered.
        """
        raise NotImplementedError

    def __enter__(self) -> Self:
        """
        Start moto and the clock.
        """
        raise NotImplementedError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        Stop both; everything in the account is gone.
        """
        raise NotImplementedError

    def observe(self, observer: Observer) -> None:
        """
        Tell `observer` every event from now on (local_aws/events.py).
        """
        raise NotImplementedError

    def send(self, queue_url: str, body: str) -> None:
        """
        Put a message into a queue now, as IoT Core would.

        Nothing happens to it until `run_until`: send, then run to the time of
        the next message, or batches form differently than they would.
        """
        raise NotImplementedError

    def run_until(self, at: int) -> None:
        """
        Let everything happen that is due up to and at `at`, then stand there.
        """
        raise NotImplementedError

    def next_event_at(self) -> int | None:
        """
        When the account will act next, schedules included; None: never.
        """
        raise NotImplementedError

    def next_change_at(self) -> int | None:
        """
        The same without schedules: None when nothing is on its way any more.

        Then queues, streams and delivery buffers are empty, no item has an
        expiry ahead and no object a lifecycle transition. What a scheduled
        function would still do by itself, only its idle runs can tell.
        """
        raise NotImplementedError

    def quiet(self) -> bool:
        """
        Whether nothing is on its way and every schedule's last run was idle.

        Idle: it changed nothing, and nothing has changed since.
        """
        raise NotImplementedError

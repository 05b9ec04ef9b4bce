"""
One AWS account on this machine, alive on a simulated clock.

Rule 1: this is the only file that starts moto and decides what happens next.
Rule 2: what happens is decided by the stations (one file per AWS thing), each
from what the control plane says is deployed.
"""

import functools
import os
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from unittest.mock import patch

import boto3
import botocore.loaders
import botocore.session
from moto import mock_aws
from moto.core.common_models import BaseModel
from moto.sqs.models import Message, Queue

from local_aws import dynamodb, s3
from local_aws.activity import Activity
from local_aws.clock import Clock
from local_aws.control_plane import ControlPlane
from local_aws.events import Event, FaultStruck, ItemWritten, Observer
from local_aws.faults import NO_FAULTS, Faults, Injector, Kind, armed
from local_aws.firehose import DeliveryStreams
from local_aws.functions import Functions
from local_aws.items import LeanItem
from local_aws.lifecycle import Lifecycle
from local_aws.scene import REGION, Scene, Station, backend
from local_aws.schedule import Schedules
from local_aws.shard import Shard
from local_aws.sqs_poller import SqsPollers
from local_aws.stream_poller import StreamPollers
from local_aws.ttl import Ttl

# Nothing of the person's own AWS configuration may reach a client in here.
_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # moto does not know hosts that begin with the account.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """
    How finely time passes where nothing depends on it.

    `ttl_sweep_seconds`: DynamoDB deletes expired items "within a few days";
    here at the first multiple of this after their expiry.
    `idle_schedule_seconds`: a scheduled run that changed nothing is followed
    by the next one only after this long, unless something that it looked at
    changes before. 0 fires every tick.
    `settle_seconds`: how long all must have been still before `quiet`; longer
    than anything that a scheduled function waits for with nothing on its way.
    """

    ttl_sweep_seconds: int = 600
    idle_schedule_seconds: int = 86_400
    settle_seconds: int = 2 * 86_400


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
        self._pace = pace = pace or Pace()
        self.clock = Clock(start_at)
        self._observers: list[Observer] = []
        self._activity = Activity(self.clock.now)
        self._control = ControlPlane()
        self._functions = Functions(self._control, self.clock, self._observed)
        self._injector = Injector(
            faults,
            advance=self.clock.advance,
            called=self._called,
            struck=self._struck,
        )
        scene = Scene(
            clock=self.clock,
            control=self._control,
            functions=self._functions,
            activity=self._activity,
            injector=self._injector,
            tell=self._functions.tell,
        )
        self._ttl = Ttl(scene, pace.ttl_sweep_seconds)
        self._deliveries = DeliveryStreams(scene)
        self._schedules = Schedules(scene, pace.idle_schedule_seconds)
        # In the order in which they act at the same second: the way of an item.
        self._changing: tuple[Station, ...] = (
            SqsPollers(scene),
            self._ttl,
            StreamPollers(scene),
            self._deliveries,
            Lifecycle(scene),
        )
        self._stack = ExitStack()
        self._sent = 0

    def __enter__(self) -> Self:
        """
        Start moto and the clock.
        """
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("AWS_")
        }
        with ExitStack() as stack:
            stack.enter_context(self.clock)
            stack.enter_context(
                patch.dict(os.environ, {**environment, **_ENVIRONMENT}, clear=True)
            )
            stack.enter_context(mock_aws(config={"core": {"mock_credentials": False}}))
            stack.enter_context(patch.object(boto3, "DEFAULT_SESSION", _session()))
            # moto keeps every model it ever made for a dashboard; none here.
            stack.enter_context(patch.object(BaseModel, "__new__", _untracked))
            stack.enter_context(dynamodb.installed(self.clock.now, self._written))
            stack.enter_context(s3.installed(self.clock.now))
            stack.enter_context(self._deliveries.installed())
            # An event source mapping that moto served itself would run Docker.
            stack.enter_context(patch.object(Queue, "add_message", _add_message))
            stack.enter_context(
                patch.object(Queue, "wait_for_messages", self._wait_for_messages)
            )
            stack.enter_context(armed(self._injector))
            stack.callback(self._functions.shut_down)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        Stop both; everything in the account is gone.
        """
        self._stack.__exit__(kind, error, trace)

    def observe(self, observer: Observer) -> None:
        """
        Tell `observer` every event from now on (local_aws/events.py).
        """
        self._observers.append(observer)

    def send(self, queue_url: str, body: str) -> None:
        """
        Put a message into a queue now, as IoT Core would.

        Nothing happens to it until `run_until`: send, then run to the time of
        the next message, or batches form differently than they would.
        """
        self._sent += 1
        message = Message(f"{self._sent:032x}", body)
        message.mark_sent()
        queue = backend("sqs").get_queue(queue_url.rsplit("/", 1)[1])
        queue._messages.append(message)  # noqa: SLF001 - IoT Core writes it itself

    def run_until(self, at: int) -> None:
        """
        Let everything happen that is due up to and at `at`, then stand there.
        """
        stations = (*self._changing, self._schedules)
        while True:
            times = [station.next_at() for station in stations]
            due = [time for time in times if time is not None and time <= at]
            if not due:
                break
            self.clock.move_to(min(due))
            now = self.clock.now()
            for station, time in zip(stations, times, strict=True):
                if time is not None and time <= now:
                    station.act()
        self.clock.move_to(at)

    def next_event_at(self) -> int | None:
        """
        When the account will act next, schedules included; None: never.
        """
        return _first(self.next_change_at(), self._schedules.next_at())

    def next_change_at(self) -> int | None:
        """
        The same without schedules: None when nothing is on its way any more.

        Then queues, streams and delivery buffers are empty, no item has an
        expiry ahead and no object a lifecycle transition. What a scheduled
        function would still do by itself, only its idle runs can tell.
        """
        return _first(*(station.next_at() for station in self._changing))

    def quiet(self) -> bool:
        """
        Whether nothing is on its way and no scheduled function has work left.

        That is taken from its last run: it changed nothing, although all that
        it looks at had been still for `settle_seconds`.
        """
        return self.next_change_at() is None and self._schedules.settled(
            self._pace.settle_seconds
        )

    def _observed(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)

    def _called(self, service: str, operation: str) -> None:
        self._control.called(service, operation)
        self._activity.called(service, operation)

    def _struck(self, service: str, operation: str, kind: Kind) -> None:
        self._functions.tell(
            FaultStruck(
                at=self.clock.now(),
                service=service,
                operation=operation,
                kind=kind.value,
            )
        )

    def _written(
        self, shard: Shard, old: LeanItem | None, new: LeanItem | None
    ) -> None:
        if new is None:
            return
        self._ttl.written(shard, new)
        self._functions.tell(
            ItemWritten(
                at=self.clock.now(), table=shard.table.name, replaced=old is not None
            )
        )

    def _wait_for_messages(self, timeout: int) -> None:
        self.clock.advance(timeout)


def _first(*times: int | None) -> int | None:
    return min((time for time in times if time is not None), default=None)


def _session() -> boto3.Session:
    core = botocore.session.get_session()
    core.register_component("data_loader", _loader())
    return boto3.Session(botocore_session=core)


@functools.cache
def _loader() -> botocore.loaders.Loader:
    """
    AWS's service models, read once for all accounts of this process.
    """
    return botocore.loaders.create_loader()


def _untracked(cls: type[BaseModel], *_: object, **__: object) -> BaseModel:
    return object.__new__(cls)


def _add_message(self: Queue, message: Message) -> None:
    self._messages.append(message)

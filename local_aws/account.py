"""
One AWS account on this machine, alive on a simulated clock.

Rule 1: this is the only file that decides what happens next.
Rule 2: what happens is decided by the stations (one file per AWS thing), each
from what the control plane says is deployed.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from moto.sqs.models import Message, Queue

from local_aws import dynamodb, s3
from local_aws.acting import Acting
from local_aws.activity import Activity
from local_aws.athena import Athena
from local_aws.athena import installed as athena_installed
from local_aws.athena_engine import Engine
from local_aws.clock import Clock
from local_aws.control_plane import ControlPlane
from local_aws.events import Event, FaultStruck, ItemWritten, Observer
from local_aws.faults import NO_FAULTS, Faults, Injector, Kind, armed
from local_aws.firehose import DeliveryStreams
from local_aws.functions import Functions
from local_aws.in_process import InProcess
from local_aws.items import LeanItem
from local_aws.lifecycle import Lifecycle
from local_aws.process import taken_over
from local_aws.scene import Scene, Station, backend
from local_aws.schedule import Schedules
from local_aws.setups import Setups
from local_aws.shard import Shard
from local_aws.sqs_poller import SqsPollers
from local_aws.stream_poller import StreamPollers
from local_aws.ttl import Ttl


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """
    How finely time passes where nothing depends on it.

    `ttl_sweep_seconds`: DynamoDB deletes expired items "within a few days";
    here at the first multiple of this after their expiry.
    `idle_schedule_seconds`: a scheduled run that changed nothing is followed
    by the next one only after this long, unless something that it looked at
    changes before. 0 fires every tick.
    `still_schedule_seconds`: once all that it looked at has been still for so
    long, it does not run again before a change: longer than any age that it
    waits for (the transform: 35 days until it compacts).
    `settle_seconds`: how long all must have been still before `quiet`; longer
    than anything that a scheduled function waits for with nothing on its way.
    """

    ttl_sweep_seconds: int = 3600
    idle_schedule_seconds: int = 86_400
    still_schedule_seconds: int = 60 * 86_400
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
        self,
        start_at: int,
        faults: Faults = NO_FAULTS,
        pace: Pace | None = None,
        athena: Engine | None = None,
    ) -> None:
        """
        Prepare an empty account; nothing starts until it is entered.

        Queries are run by `athena`; without one they find nothing, as moto has it.
        """
        self._athena = athena
        self._pace = pace = pace or Pace()
        self.clock = Clock(start_at)
        self._observers: list[Observer] = []
        self._activity = Activity(self.clock.now)
        self._control = ControlPlane()
        self.functions = Functions(
            self._control, InProcess(self.clock), self._observed, self._runs
        )
        self._injector = Injector(
            faults,
            advance=self.clock.advance,
            called=self.called,
            struck=self._struck,
        )
        self._control.aside = self._injector.aside
        self.acting = Acting(self._control.function)
        scene = self._scene()
        self._ttl = Ttl(scene, pace.ttl_sweep_seconds)
        self._deliveries = DeliveryStreams(scene)
        self._schedules = Schedules(
            scene, pace.idle_schedule_seconds, pace.still_schedule_seconds
        )
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
        self._queues: dict[str, Queue] = {}
        self._queues_revision = -1

    def __enter__(self) -> Self:
        """
        Start moto and the clock.
        """
        with ExitStack() as stack:
            stack.enter_context(self.clock)
            stack.enter_context(taken_over(self.clock.advance))
            stack.enter_context(dynamodb.installed(self.clock.now, self._written))
            stack.enter_context(s3.installed(self.clock.now))
            stack.enter_context(self._deliveries.installed())
            if self._athena is not None:
                athena = Athena(self._athena, self.clock.now)
                stack.enter_context(athena_installed(athena))
            # Faults strike before what is known answers.
            stack.enter_context(Setups(self._control).installed())
            stack.enter_context(armed(self._injector))
            stack.callback(self.functions.shut_down)
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
        message.sent_timestamp = int(self.clock.exact_now() * 1000)
        self._queue(queue_url)._messages.append(message)  # noqa: SLF001 - IoT Core writes it itself

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

    def called(self, service: str, operation: str) -> None:
        """
        Take note of an API call, by whichever way it came.
        """
        self._control.called(service, operation)
        self._activity.called(service, operation)

    def _scene(self) -> Scene:
        return Scene(
            clock=self.clock,
            control=self._control,
            functions=self.functions,
            activity=self._activity,
            injector=self._injector,
            tell=self.functions.tell,
            acting=self.acting,
        )

    def _queue(self, url: str) -> Queue:
        if self._queues_revision != self._control.revision:
            self._queues.clear()
            self._queues_revision = self._control.revision
        if url not in self._queues:
            self._queues[url] = backend("sqs").get_queue(url.rsplit("/", 1)[1])
        return self._queues[url]

    def _observed(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)

    def _runs(self, function: str | None) -> None:
        self._injector.function = function

    def _struck(self, service: str, operation: str, kind: Kind) -> None:
        self.functions.tell(
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
        self.functions.tell(
            ItemWritten(
                at=self.clock.now(), table=shard.table.name, replaced=old is not None
            )
        )


def _first(*times: int | None) -> int | None:
    return min((time for time in times if time is not None), default=None)

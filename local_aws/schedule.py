"""
EventBridge Scheduler, and the asynchronous invocation behind it.

Rule 1: a schedule fires at its creation plus whole periods; a run that is late
does not shift the next.
Rule 2: a run that changed nothing is followed by the next only after
`idle_seconds`, unless a service that the run had asked has changed since:
then the next tick fires. The ticks left out would have seen what it saw, but
for the time; so nothing that depends on age is found later than that.
Rule 3: once all that a run had asked has been still for `still_seconds`, no age
is left to wait for, and it does not fire again before something changes.

EventBridge Scheduler: Schedule types (rate-based). Lambda: How Lambda handles
errors and retries with asynchronous invocation.
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_aws.events import BatchDiscarded, Invoked
from local_aws.scene import Scene, backend

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}

# Lambda waits a minute before the first retry and two before the second.
_RETRY_SECONDS = (60, 120)
_RETRIES_DEFAULT = 2
_AGE_DEFAULT_SECONDS = 6 * 3600


@dataclass(slots=True)
class _Schedule:
    description: Mapping[str, Any]
    created_at: int
    period: int
    last_at: int
    idle: bool = False
    seen: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Retry:
    at: int
    asked_at: int
    attempts: int
    schedule: str


@dataclass(slots=True)
class Schedules:
    """
    All schedules, and what waits to be tried again.
    """

    scene: Scene
    idle_seconds: int
    still_seconds: int
    _revision: int = -1
    _schedules: dict[str, _Schedule] = field(default_factory=dict)
    _retries: list[_Retry] = field(default_factory=list)

    def next_at(self) -> int | None:
        """
        The next tick that fires, or retry that is due.
        """
        self._refresh()
        times = [retry.at for retry in self._retries]
        ticks = [self._tick_at(it) for it in self._schedules.values()]
        times += [tick for tick in ticks if tick is not None]
        return min(times, default=None)

    def act(self) -> None:
        """
        Invoke what is due.
        """
        now = self.scene.clock.now()
        due = [retry for retry in self._retries if retry.at <= now]
        self._retries = [retry for retry in self._retries if retry.at > now]
        for retry in due:
            self._invoke(retry.schedule, retry.asked_at, retry.attempts)
        for name, schedule in self._schedules.items():
            tick = self._tick_at(schedule)
            if tick is not None and tick <= now:
                schedule.last_at = now
                self._invoke(name, now, 0)

    def settled(self, seconds: int) -> bool:
        """
        Whether each last run was idle and found all still for so long.
        """
        return not self._retries and all(
            it.idle and not self._stirred(it) and self._still_for(it) >= seconds
            for it in self._schedules.values()
        )

    def _refresh(self) -> None:
        control = self.scene.control
        if control.revision == self._revision:
            return
        known = self._schedules
        self._schedules = {}
        for description in control.schedules():
            created_at = int(description["CreationDate"].timestamp())
            arn = description["Arn"]
            schedule = _Schedule(
                description, created_at, _period(description), created_at
            )
            if arn in known:
                schedule.last_at = known[arn].last_at
            self._schedules[arn] = schedule
        self._revision = control.revision

    def _tick_at(self, schedule: _Schedule) -> int | None:
        now = self.scene.clock.now()
        if schedule.idle and self.idle_seconds and not self._stirred(schedule):
            if self._still_for(schedule) >= self.still_seconds:
                return None
            wait = max(self.idle_seconds, schedule.period)
            return _tick(schedule, schedule.last_at + wait)
        following = _tick(schedule, schedule.last_at + 1)
        # What was left out while all was still does not fire afterwards.
        return max(following, _tick(schedule, now)) if schedule.idle else following

    def _stirred(self, schedule: _Schedule) -> bool:
        changed = self.scene.activity.changed
        return any(changed[name] != count for name, count in schedule.seen.items())

    def _still_for(self, schedule: _Schedule) -> int:
        """
        How long all that the last run had asked was still when it ran.
        """
        changed_at = self.scene.activity.changed_at
        last = max((changed_at.get(name, 0) for name in schedule.seen), default=0)
        return schedule.last_at - last

    def _invoke(self, arn: str, asked_at: int, attempts: int) -> None:
        schedule = self._schedules.get(arn)
        if schedule is None:
            return
        target = schedule.description["Target"]
        function = target["Arn"].rsplit(":", 1)[1]
        activity = self.scene.activity
        activity.listen()
        before = activity.changed.copy()
        event = target.get("Input", "{}").encode()
        self.scene.acting.by_role(
            target["RoleArn"], target["Arn"], "lambda:InvokeFunction"
        )
        outcome, log = self.scene.functions.invoke(function, event)
        schedule.idle = outcome.error is None and before == activity.changed
        schedule.seen = {name: activity.changed[name] for name in activity.asked}
        if outcome.error is not None:
            again = self._failed(function, asked_at, attempts, arn)
        else:
            again = False
        self.scene.functions.done(
            Invoked(
                at=self.scene.clock.now(),
                function=function,
                source=schedule.description["Name"],
                records=1,
                error=outcome.error,
                retry=again,
                log=log,
            )
        )

    def _failed(self, function: str, asked_at: int, attempts: int, arn: str) -> bool:
        """
        Plan another try, or give up; whether there will be one.
        """
        configuration = self.scene.control.asynchronous(function)
        retries = configuration.get("MaximumRetryAttempts", _RETRIES_DEFAULT)
        age = configuration.get("MaximumEventAgeInSeconds", _AGE_DEFAULT_SECONDS)
        now = self.scene.clock.now()
        if attempts < retries:
            at = now + _RETRY_SECONDS[min(attempts, len(_RETRY_SECONDS) - 1)]
            if at - asked_at <= age:
                self._retries.append(_Retry(at, asked_at, attempts + 1, arn))
                return True
        condition = "RetriesExhausted" if attempts >= retries else "EventAgeExceeded"
        destination = (
            configuration.get("DestinationConfig", {})
            .get("OnFailure", {})
            .get("Destination")
        )
        key = None
        if destination is not None:
            key = self._save(function, destination, condition)
        self.scene.tell(
            BatchDiscarded(at=now, source=arn, records=1, condition=condition, key=key)
        )
        return False

    def _save(self, function: str, destination: str, condition: str) -> str:
        # Lambda: Capturing records of Lambda asynchronous invocations.
        now = datetime.fromtimestamp(self.scene.clock.now(), tz=UTC)
        record = json.dumps(
            {
                "version": "1.0",
                "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.000Z",
                "requestContext": {"functionArn": function, "condition": condition},
            }
        )
        service, name = destination.split(":")[2], destination.rsplit(":", 1)[1]
        if service == "sqs":
            self.scene.acting.by_function(function, destination, "sqs:SendMessage")
            return str(backend("sqs").send_message(name, record).id)
        if service != "s3":
            msg = f"{destination}: only S3 and SQS take failed events here"
            raise ValueError(msg)
        key = (
            f"aws/lambda/async/{function}/{now:%Y/%m/%d}/"
            f"{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
        )
        backend("s3").put_object(name, key, record.encode())
        self.scene.activity.change("s3")
        arn = f"{destination}/{key}"
        self.scene.acting.by_function(function, arn, "s3:PutObject")
        self.scene.acting.by_function(function, destination, "s3:ListBucket")
        return key


def _tick(schedule: _Schedule, at: int) -> int:
    """
    The first tick at or after a time.
    """
    periods = -(-(at - schedule.created_at) // schedule.period)
    return schedule.created_at + max(periods, 1) * schedule.period


def _period(description: Mapping[str, Any]) -> int:
    expression = description["ScheduleExpression"]
    found = _RATE.fullmatch(expression)
    if found is None:
        msg = f"{description['Name']}: {expression} is not emulated, rate(...) is"
        raise ValueError(msg)
    return int(found[1]) * _UNIT_SECONDS[found[2]]

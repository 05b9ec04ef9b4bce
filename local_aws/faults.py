"""
Faults at the boundary between the hops and AWS.

Rule 1: a fault strikes an API call of any boto3 client in the process, chosen
by service, operation and count: never by what the caller means by it.
Rule 2: the same faults and the same seed strike the same calls.
Rule 3: faults come in pairs: it did not happen, or it happened and the caller
was not told.
"""

import random
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectionClosedError

# What `Fault.operation` may say instead of one operation's name.
ANY = "*"
ANY_WRITE = "any write"

# Operations that leave everything as it was, by the first word of their name.
_READS = ("Get", "List", "Head", "Describe", "Query", "Scan", "Select", "BatchGet")


class Killed(BaseException):
    """
    The process died here. No `except Exception` and no hop may catch it.
    """


class Kind(Enum):
    """
    What befalls a call.
    """

    REFUSED = "refused"
    ANSWER_LOST = "answer lost"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    Strike the calls of one operation whose number is in `calls`.

    Calls are counted from 1, separately for each fault, among those that it
    matches; `function` narrows them to those that one function makes, by the
    name it is deployed under. `probability` strikes further calls at random, from the seed.
    REFUSED raises `code`, as after botocore's own retries; SLOW moves the
    clock by `seconds` and then lets the call through.
    """

    kind: Kind
    service: str = ANY
    operation: str = ANY_WRITE
    function: str = ANY
    calls: frozenset[int] = frozenset()
    probability: float = 0.0
    code: str = "InternalError"
    status: int = 500
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """
    All that shall go wrong in an account.

    `redeliver` is the probability that a stream batch is delivered a second
    time after its success; `refuse` that Firehose refuses a record.
    """

    calls: tuple[Fault, ...] = ()
    redeliver: float = 0.0
    refuse: float = 0.0
    seed: int = 0


NO_FAULTS = Faults()


def changes(operation: str) -> bool:
    """
    Whether an operation may change anything.
    """
    return not operation.startswith(_READS)


@dataclass(slots=True)
class Injector:
    """
    Strikes calls as planned.

    `called` hears of each call that is about to be made, `struck` of each
    that a fault befalls; `function` is the one that runs now.
    """

    faults: Faults
    advance: Callable[[float], None] = lambda _: None
    called: Callable[[str, str], None] = lambda *_: None
    struck: Callable[[str, str, Kind], None] = lambda *_: None
    function: str | None = None
    _aside: bool = False
    _seen: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """
        Seed the draws.
        """
        self._random = random.Random(f"{self.faults.seed}/calls")  # noqa: S311 - draws faults, no secrets

    def call(
        self, client: BaseClient, operation: str, do: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """
        Make the call, or what the faults make of it.
        """
        if self._aside:
            return do()
        service = client.meta.service_model.service_name
        self.called(service, operation)
        fault = self._next_fault(service, operation)
        if fault is None:
            return do()

        self.struck(service, operation, fault.kind)
        if fault.kind is Kind.KILLED_BEFORE:
            raise Killed(operation)
        if fault.kind is Kind.REFUSED:
            raise _refusal(fault, operation)
        if fault.kind is Kind.SLOW:
            self.advance(fault.seconds)
            return do()

        # From here on it has happened, and the caller does not know.
        do()
        if fault.kind is Kind.KILLED_AFTER:
            raise Killed(operation)
        raise ConnectionClosedError(endpoint_url=client.meta.endpoint_url)

    @contextmanager
    def aside(self) -> Generator[None]:
        """
        Let calls through untouched and uncounted.
        """
        before, self._aside = self._aside, True
        try:
            yield
        finally:
            self._aside = before

    def _next_fault(self, service: str, operation: str) -> Fault | None:
        with self._lock:
            chosen = None
            for number, fault in enumerate(self.faults.calls):
                if not self._matches(fault, service, operation):
                    continue
                seen = self._seen.get(number, 0) + 1
                self._seen[number] = seen
                drawn = self._random.random() < fault.probability
                if chosen is None and (seen in fault.calls or drawn):
                    chosen = fault
            return chosen

    def _matches(self, fault: Fault, service: str, operation: str) -> bool:
        if fault.operation == ANY_WRITE and not changes(operation):
            return False
        return (
            fault.service in (ANY, service)
            and fault.operation in (ANY, ANY_WRITE, operation)
            and fault.function in (ANY, self.function)
        )


def _refusal(fault: Fault, operation: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": fault.code, "Message": "a planned fault"},
            "ResponseMetadata": {
                "HTTPStatusCode": fault.status,
                "HTTPHeaders": {},
                "HostId": "",
                "RequestId": "",
                "RetryAttempts": 0,
            },
        },
        operation,
    )


@contextmanager
def armed(injector: Injector) -> Generator[Injector]:
    """
    Send every API call of every boto3 client through the injector.
    """
    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001 - the one place that every call of every client passes

    def make_api_call(
        self: BaseClient, operation_name: str, api_params: dict[str, Any]
    ) -> Mapping[str, Any]:
        return injector.call(
            self, operation_name, lambda: original(self, operation_name, api_params)
        )

    with patch.object(BaseClient, "_make_api_call", make_api_call):
        yield injector

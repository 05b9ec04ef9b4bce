"""
Lambda functions, invoked as they are deployed.

Rule 1: what is deployed comes from the control plane; who runs it, a `Runner`,
decides nothing about it.
Rule 2: events that are told while a function runs wait until it is done.
"""

from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from local_aws.control_plane import ControlPlane
from local_aws.events import Event, Invoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What an invocation gave: a value, or an error that Lambda would report.
    """

    value: Any
    error: str | None


class Runner(Protocol):
    """
    Where the code of functions runs.

    Once: it runs the code at most once for each call, and never again by
    itself. Warm: what a function keeps lives until its configuration changes
    or its process dies. Whatever befalls the function is an Outcome.
    """

    def run(
        self, configuration: Mapping[str, Any], event: bytes
    ) -> tuple[Outcome, tuple[Any, ...]]:
        """
        Run a function on an event in JSON; its outcome, its log's JSON lines.
        """
        ...

    def shut_down(self) -> None:
        """
        Let go of all that functions keep.
        """
        ...


@dataclass(slots=True)
class Functions:
    """
    Invokes functions; events told meanwhile wait until the call is over.

    `running` hears which function begins to run, and None when it is done; `runs`
    is that function meanwhile.
    """

    control: ControlPlane
    runner: Runner
    observe: Callable[[Event], None]
    running: Callable[[str | None], None]
    runs: str | None = None
    _waiting: deque[Event] = field(default_factory=deque)

    def tell(self, event: Event) -> None:
        """
        Tell the observers: at once, or when the function that runs is done.
        """
        if self.runs is not None:
            self._waiting.append(event)
        else:
            self.observe(event)

    def invoke(self, name: str, event: bytes) -> tuple[Outcome, tuple[Any, ...]]:
        """
        Run a function on an event in JSON; give its outcome and its log.
        """
        configuration = self.control.function(name)
        self.runs = configuration["FunctionName"]
        self.running(self.runs)
        try:
            return self.runner.run(configuration, event)
        finally:
            self.runs = None
            self.running(None)
            while self._waiting:
                self.observe(self._waiting.popleft())

    def done(self, invoked: Invoked) -> None:
        """
        Tell of an invocation, after all that happened in it.
        """
        self.observe(invoked)

    @contextmanager
    def run_by(self, runner: Runner) -> Generator[None]:
        """
        Let another runner run the functions for a while.
        """
        before, self.runner = self.runner, runner
        try:
            yield
        finally:
            self.runner = before

    def shut_down(self) -> None:
        """
        Leave nothing of this account behind in the runner.
        """
        self.runner.shut_down()


def revision_of(configuration: Mapping[str, Any]) -> str:
    """
    What a warm process depends on: another revision starts cold.
    """
    return repr(
        (
            configuration["CodeSha256"],
            configuration["Handler"],
            configuration["Timeout"],
            configuration["MemorySize"],
            configuration.get("Environment"),
        )
    )


def timed_out(configuration: Mapping[str, Any]) -> str:
    """
    Lambda's own words for a function that was killed at its deadline.
    """
    return f"Task timed out after {configuration['Timeout']}.00 seconds"

"""
Functions run from the packages that were deployed, each in a process of its own.

Rule 1: a process gets what was deployed (code, handler, timeout, environment)
and what Lambda adds, and nothing of this process: no module, no variable.
Rule 2: nothing outlives the context, however it is left.

    with Account(start_at=...) as account, Served(account) as served:
        ...  # deploy, with packages for this machine
        with Packaged(account, served) as packaged:
            account.run_until(...)
        print(packaged.logs["firn-ingest"])
"""

import json
import signal
import sys
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from local_aws.account import Account
from local_aws.function_code import FunctionCode
from local_aws.function_log import json_objects
from local_aws.function_process import End, Exited, FunctionProcess, Start, TimedOut
from local_aws.functions import Outcome, revision_of, timed_out
from local_aws.runtime_api import Answered, Failed, Invocation
from local_aws.runtime_environment import deployed_environment, runtime_environment

# Lambda: Understanding the Lambda execution environment lifecycle: ten seconds
# to import the handler, and then once more within the function's own timeout.
_INIT_SECONDS = 10


class Endpoint(Protocol):
    """
    Where the AWS of a function is: served.py, in most cases.
    """

    def environment(self, key_id: str) -> Mapping[str, str]:
        """
        The variables that lead a program there under an access key id.
        """
        ...


@dataclass(slots=True)
class _Warm:
    revision: str
    process: FunctionProcess


class Packaged:
    """
    A context manager within an entered account: a Runner (functions.py).

    `python` is the interpreter, which the packages must have been built for.
    `runtime` is our own small client of Lambda's Runtime API, or AWS's, which
    must be installed beside us. `logs` holds all that each function printed.
    """

    def __init__(
        self,
        account: Account,
        served: Endpoint,
        *,
        python: str = sys.executable,
        runtime: Literal["plain", "awslambdaric"] = "plain",
    ) -> None:
        """
        Prepare; no process starts before a function is invoked.
        """
        self.logs: defaultdict[str, str] = defaultdict(str)
        self._account = account
        self._served = served
        self._python = python
        self._runtime = runtime
        self._warm: dict[str, _Warm] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """
        Run the account's functions from here on.
        """
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="firn-packaged-")
            self._folder = Path(stack.enter_context(folder))
            self._code = FunctionCode(self._folder / "code")
            self._code.folder.mkdir()
            stack.callback(self.shut_down)
            stack.enter_context(self._account.functions.run_by(self))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        End all processes; the account runs its functions as before.
        """
        self._stack.__exit__(kind, error, trace)

    def run(
        self, configuration: Mapping[str, Any], event: bytes
    ) -> tuple[Outcome, tuple[Any, ...]]:
        """
        Give the event to the function's process, warm or started now.
        """
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            function_arn=configuration["FunctionArn"],
            deadline_ms=self._now_ms() + configuration["Timeout"] * 1000,
            event=event,
        )
        process = self._process(configuration)
        timeout: int = configuration["Timeout"]
        end = process.ready(max(_INIT_SECONDS, timeout)) or process.ask(
            invocation, timeout
        )
        if not process.usable:
            process.kill()
        log = process.take_log()
        if isinstance(end, TimedOut):
            # So long it took in the account's time, too.
            self._account.clock.advance(configuration["Timeout"])
        self.logs[configuration["FunctionName"]] += log
        outcome = _outcome(end, configuration, invocation.request_id)
        return outcome, tuple(json_objects(log.splitlines()))

    def shut_down(self) -> None:
        """
        End all processes.
        """
        for name in [*self._warm]:
            self._end(name)

    def _process(self, configuration: Mapping[str, Any]) -> FunctionProcess:
        name, revision = configuration["FunctionName"], revision_of(configuration)
        warm = self._warm.get(name)
        if warm is not None:
            process = warm.process
            if (
                warm.revision == revision
                and process.usable
                and process.ready(_INIT_SECONDS) is None
            ):
                return process
            # Deployed anew, killed, or dead since its last answer.
            self._end(name)
        process = FunctionProcess(self._start(configuration))
        self._warm[name] = _Warm(revision, process)
        return process

    def _end(self, name: str) -> None:
        process = self._warm.pop(name).process
        process.kill()
        self.logs[name] += process.take_log()
        process.close()

    def _start(self, configuration: Mapping[str, Any]) -> Start:
        name = configuration["FunctionName"]
        # One for all processes of a function: Lambda may keep /tmp, too.
        scratch = self._folder / "scratch" / name
        scratch.mkdir(parents=True, exist_ok=True)
        plain = self._runtime == "plain"
        return Start(
            python=self._python,
            environment={
                "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
                "AWS_SESSION_TOKEN": "local",
                **self._served.environment(name),
                **runtime_environment(configuration),
                **deployed_environment(configuration),
            },
            told={
                "client": self._runtime,
                "now_ms": self._now_ms(),
                "timeout_ms": configuration["Timeout"] * 1000,
                "task": str(self._code.unpacked(configuration)),
                "runtime": str(
                    self._code.nothing() if plain else self._code.awslambdaric()
                ),
                "scratch": str(scratch),
            },
        )

    def _now_ms(self) -> int:
        now = self._account.clock.exact_now()
        return round(now * 1000)


def _outcome(end: End, configuration: Mapping[str, Any], request_id: str) -> Outcome:
    match end:
        case Answered(body):
            return Outcome(value=json.loads(body), error=None)
        case Failed(error):
            told = f"{error['errorType']}: {error['errorMessage']}"
        case Exited(status):
            reason = f"exit status {status}"
            if status < 0:
                reason = f"signal: {signal.strsignal(-status)}".lower()
            # The words of Lambda's own supervisor.
            told = (
                f"Runtime.ExitError: RequestId: {request_id} "
                f"Error: Runtime exited with error: {reason}"
            )
        case _:
            told = timed_out(configuration)
    return Outcome(value=None, error=told)

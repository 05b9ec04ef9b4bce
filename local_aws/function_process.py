"""
One function's process: started, asked, and ended.

Rule 1: this is the only file that starts or kills a process of a function.
Rule 2: a process that is not ready for its next event is of no further use;
whoever sees that ends it.
Rule 3: its time is the machine's: a timeout is waited for.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import TypeAlias

from local_aws.runtime_api import (
    Answered,
    Failed,
    Invocation,
    Ready,
    Report,
    RuntimeApi,
)

# How soon a process that is dead is found to be.
_POLL_SECONDS = 0.05

_OURS = str(Path(__file__).resolve().parent.parent)
# Nothing of ours can be imported once main has begun.
_SCRIPT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from local_aws.runtime.bootstrap import main; main(sys.argv[2])"
)


@dataclass(frozen=True, slots=True)
class Exited:
    """
    The process ended by itself; a status below zero is a signal.
    """

    status: int


@dataclass(frozen=True, slots=True)
class TimedOut:
    """
    The time was over first.
    """


End: TypeAlias = Answered | Failed | Exited | TimedOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """
    What a process is started with; `told` is what bootstrap.py reads.
    """

    python: str
    environment: Mapping[str, str]
    told: Mapping[str, object]


class FunctionProcess:
    """
    A process that serves one event after the other until it is killed.
    """

    def __init__(self, start: Start) -> None:
        """
        Start it.
        """
        self._logged = 0
        self._ready = False
        # Whether it can be given a further event, as far as is known.
        self.usable = True
        with ExitStack() as stack:
            self._api = stack.enter_context(RuntimeApi())
            # A file: what was written before an answer is there with it.
            self._log = stack.enter_context(tempfile.TemporaryFile())
            self._process = self._started(start)
            self._stack = stack.pop_all()

    def ready(self, seconds: float) -> Failed | Exited | TimedOut | None:
        """
        Wait until it asks for an event; otherwise, why it does not.
        """
        found = Ready() if self._ready else self._report(seconds)
        if isinstance(found, Ready):
            # It may have asked and died since.
            status = self._status()
            self._ready = status is None
            if status is None:
                return None
            found = Exited(status)
        self.usable = False
        # An answer that nobody waits for is no way to become ready.
        return TimedOut() if isinstance(found, Answered) else found

    def ask(self, invocation: Invocation, seconds: float) -> End:
        """
        Give it an event when it is ready, and wait for the answer.
        """
        self._ready = False
        self._api.offer(invocation)
        found = self._report(seconds)
        self.usable = isinstance(found, Answered | Failed)
        # Asking on without an answer: Lambda, too, would wait to the end.
        return TimedOut() if isinstance(found, Ready) else found

    def take_log(self) -> str:
        """
        What it has written since the last time.
        """
        size = os.fstat(self._log.fileno()).st_size
        written = os.pread(self._log.fileno(), size - self._logged, self._logged)
        self._logged += len(written)
        return written.decode(errors="replace")

    def kill(self) -> None:
        """
        End it, and what it has started, without a warning.
        """
        self.usable = False
        if self._process.returncode is None:
            # It has not been waited for: even dead it keeps its number, so this
            # group is its own.
            os.killpg(self._process.pid, signal.SIGKILL)
        # Never with a timeout: that would sleep, and sleeping moves the clock.
        self._process.wait()

    def close(self) -> None:
        """
        End it and all that was there for it.
        """
        self.kill()
        self._stack.close()

    def _started(self, start: Start) -> subprocess.Popen[bytes]:
        environment = {
            **start.environment,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
        }
        told = {**start.told, "variables": [*environment], "ours": _OURS}
        return subprocess.Popen(  # noqa: S603 - our own line, and the interpreter that was asked for
            [start.python, "-I", "-S", "-u", "-c", _SCRIPT, _OURS, json.dumps(told)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            # Whatever it starts itself is killed with it.
            start_new_session=True,
        )

    def _report(self, seconds: float) -> Report | Exited | TimedOut:
        until = time.monotonic() + seconds
        while True:
            status = self._status()
            left = until - time.monotonic()
            try:
                if status is not None or left <= 0:
                    # What it said before may have come in this moment.
                    return self._api.reports.get_nowait()
                return self._api.reports.get(timeout=min(left, _POLL_SECONDS))
            except Empty:
                if status is not None:
                    return Exited(status)
                if left <= 0:
                    return TimedOut()

    def _status(self) -> int | None:
        """
        How it ended, if it did; it is not waited for, so kill can come after.
        """
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        found = os.waitid(os.P_PID, self._process.pid, options)
        if found is None:
            return None
        exited = found.si_code == os.CLD_EXITED
        return found.si_status if exited else -found.si_status

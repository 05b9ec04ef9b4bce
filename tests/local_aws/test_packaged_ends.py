"""
How an invocation of a packaged function ends, and what follows.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from local_aws.packaged import Packaged
    from tests.local_aws.conftest import Stage

START = 1_614_556_800

# Does as its event says, and answers with its process.
PROBE = """
import os, signal, subprocess, sys

def handler(event, context):
    exec(event)
    return os.getpid()
"""

pytestmark = pytest.mark.usefixtures("packaged")


def call(stage: Stage, event: object = "") -> tuple[Any, str | None]:
    """
    The answer and the error of one invocation.
    """
    outcome, _ = stage.account.functions.invoke("probe", json.dumps(event).encode())
    return outcome.value, outcome.error


def test_what_a_handler_raises_is_its_invocations_error(
    stage: Stage, packaged: Packaged
) -> None:
    """
    The stack stands in the log and begins in the function; it stays warm.
    """
    stage.package(PROBE)
    before, _ = call(stage)
    assert call(stage, "raise KeyError('wrong')") == (None, "KeyError: 'wrong'")
    log = packaged.logs["probe"].replace("\r", "\n").replace("\N{NO-BREAK SPACE}", " ")
    error, title, frame, *_ = log.splitlines()
    assert error == "[ERROR] KeyError: 'wrong'"
    assert title == "Traceback (most recent call last):"
    assert frame.startswith('  File "')
    assert frame.endswith('probe.py", line 5, in handler')
    assert call(stage) == (before, None)


@pytest.mark.parametrize("answer", ["{1, 2}", "object()"])
def test_an_answer_that_is_no_json_is_an_error(stage: Stage, answer: str) -> None:
    """
    Runtime.MarshalError; the process can go on.
    """
    stage.package(f"handler = lambda event, context: {answer}")
    _, error = call(stage)
    assert error is not None
    assert error.startswith("Runtime.MarshalError: Unable to marshal response: ")
    assert error.endswith("is not JSON serializable")


def test_an_answer_above_six_megabytes_is_an_error(stage: Stage) -> None:
    """
    Lambda quotas; the text is the caller's only hint.
    """
    stage.package("handler = lambda event, context: 'x' * event")
    assert call(stage, 6 * 1024 * 1024 - 2)[1] is None
    _, error = call(stage, 6 * 1024 * 1024 - 1)
    assert error is not None
    assert error.startswith("Function.ResponseSizeTooLarge: ")


@pytest.mark.parametrize(
    ("source", "handler", "error"),
    [
        ("import absent", "probe.handler", "Runtime.ImportModuleError"),
        ("", "absent.handler", "Runtime.ImportModuleError"),
        ("", "probe.handler", "Runtime.HandlerNotFound"),
        ("def", "probe.handler", "Runtime.UserCodeSyntaxError"),
        ("1 / 0", "probe.handler", "ZeroDivisionError"),
        ("import os; os._exit(3)", "probe.handler", "Runtime.ExitError"),
    ],
)
def test_what_cannot_be_imported_is_each_invocations_error(
    stage: Stage, source: str, handler: str, error: str
) -> None:
    """
    The import is tried again for each event, in a process of its own.
    """
    stage.package(source, Handler=handler)
    for _ in range(2):
        _, found = call(stage)
        assert found is not None
        assert found.startswith(f"{error}: ")


@pytest.mark.parametrize(
    ("death", "reason"),
    [
        ("os._exit(7)", "exit status 7"),
        ("sys.exit(2)", "exit status 2"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal: segmentation fault"),
    ],
)
def test_a_process_that_dies_fails_its_invocation_and_the_next_starts_cold(
    stage: Stage, death: str, reason: str
) -> None:
    """
    In the words of Lambda's supervisor: Runtime exited with error.
    """
    stage.package(PROBE)
    first, _ = call(stage)
    _, error = call(stage, death)
    assert error is not None
    assert error.startswith("Runtime.ExitError: RequestId: ")
    assert error.endswith(f" Error: Runtime exited with error: {reason}")
    second, error = call(stage)
    assert error is None
    assert second != first


def test_a_function_past_its_timeout_is_killed_and_the_next_starts_cold(
    stage: Stage, packaged: Packaged
) -> None:
    """
    With whatever it started; the account's clock moved by the timeout.
    """
    stage.package(PROBE, Timeout=2)
    first, _ = call(stage)
    endless = (
        "print(subprocess.Popen(['sleep', '600']).pid)\n"
        "while True:\n    try: signal.pause()\n    except BaseException: pass"
    )
    assert call(stage, endless) == (None, "Task timed out after 2.00 seconds")
    assert stage.account.clock.exact_now() == START + 2
    started = int(packaged.logs["probe"].split()[-1])
    for process in (first, started):
        assert gone(process)
    second, error = call(stage)
    assert error is None
    assert second != first


def test_what_a_dead_function_has_started_ends_with_it(
    stage: Stage, packaged: Packaged
) -> None:
    """
    Before its next process is there.
    """
    stage.package(PROBE)
    call(stage, "print(subprocess.Popen(['sleep', '600']).pid); os._exit(0)")
    assert gone(int(packaged.logs["probe"]))


@pytest.mark.parametrize("has_asked", [True, False])
def test_a_process_that_died_between_two_events_is_replaced(
    stage: Stage, packaged: Packaged, *, has_asked: bool
) -> None:
    """
    Its next event has not reached it, so nothing fails.

    Whether or not it had asked for that event before it died.
    """
    stage.package(PROBE)
    first, _ = call(stage)
    if has_asked:
        warm = packaged._warm["probe"]  # noqa: SLF001 - only it knows of the asking
        assert warm.process.ready(30) is None
    os.kill(first, signal.SIGKILL)
    # A signal takes a moment; until then it may still be given the next event.
    assert gone(first)
    second, error = call(stage)
    assert error is None
    assert second != first


def gone(process: int) -> bool:
    """
    Whether a process is no more, or will not be in a moment.
    """
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            stat = Path(f"/proc/{process}/stat").read_text()
            threads = len([*Path(f"/proc/{process}/task").iterdir()])
        except (FileNotFoundError, ProcessLookupError):
            return True
        # Nobody may have fetched what an orphan left behind. The first thread may
        # end before the others, and the process ends with the last.
        if stat.rsplit(")", 1)[1].split()[0] == "Z" and threads == 1:
            return True
        threading.Event().wait(0.01)
    return False

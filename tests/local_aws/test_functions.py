from __future__ import annotations

import functools
import json
import logging
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.events import Invoked
from local_aws.faults import ANY, Fault, Faults, Kind

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800


def call(stage: Stage, handler: Any, **settings: Any) -> Invoked:  # noqa: ANN401 - boto3's own
    """
    Run a handler on one message, once.
    """
    url, arn = stage.queue()
    stage.function("probe", handler, **settings)
    stage.mapping("probe", arn)
    stage.account.send(url, "x")
    stage.account.run_until(stage.account.clock.now())
    (invoked,) = stage.seen(Invoked)
    return invoked


def test_a_function_sees_the_deployed_environment_and_nothing_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Its own variables, Lambda's, and none of this process's.
    """
    monkeypatch.setenv("FIRN_SECRET", "of the person's shell")
    seen: dict[str, str] = {}
    before = dict(os.environ)
    call(
        stage,
        lambda _event, _context: seen.update(os.environ),
        Environment={"Variables": {"DEVICE_DATA": "items"}},
        MemorySize=512,
    )
    assert seen["DEVICE_DATA"] == "items"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "probe"
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert seen["AWS_REGION"] == "us-east-1"
    assert "FIRN_SECRET" not in seen
    assert dict(os.environ) == before


def test_the_context_is_lambdas_own(stage: Stage) -> None:
    """
    Using the Lambda context object; time runs out on the simulated clock.
    """
    seen: dict[str, Any] = {}

    def handler(_event: object, context: Any) -> None:  # noqa: ANN401 - Lambda's own
        seen["left"] = context.get_remaining_time_in_millis()
        time.sleep(1.5)
        seen["later"] = context.get_remaining_time_in_millis()
        seen["names"] = (
            context.function_name,
            context.function_version,
            context.memory_limit_in_mb,
            context.invoked_function_arn.rsplit(":", 1)[1],
            len(context.aws_request_id),
        )

    call(stage, handler, Timeout=30)
    assert seen["left"] == 30_000
    assert seen["later"] == 28_500
    assert seen["names"] == ("probe", "$LATEST", "128", "probe", 36)


def test_a_function_that_sleeps_past_its_timeout_is_gone(stage: Stage) -> None:
    """
    It never gets to its next line; the clock stands at the deadline.
    """
    reached: list[str] = []

    def handler(_event: object, _context: object) -> None:
        time.sleep(20)
        reached.append("the end")

    invoked = call(stage, handler, Timeout=5)
    assert invoked.error == "Task timed out after 5.00 seconds"
    assert reached == []
    assert stage.account.clock.now() == START + 5


def test_what_a_function_prints_is_its_log_and_never_our_output(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Print, loggers made before, during and at the root: JSON lines are told.
    """
    early = logging.getLogger("early")
    early.addHandler(logging.StreamHandler(sys.stdout))
    early.setLevel("INFO")

    def handler(_event: object, _context: object) -> None:
        late = logging.getLogger("late")
        late.addHandler(logging.StreamHandler(sys.stdout))
        late.setLevel("INFO")
        print(json.dumps({"printed": 1}))  # noqa: T201 - what a function does
        early.info(json.dumps({"early": 2}))
        late.info(json.dumps({"late": 3}))
        print("no json", file=sys.stderr)  # noqa: T201 - what a function does

    try:
        invoked = call(stage, handler)
        assert invoked.log == ({"printed": 1}, {"early": 2}, {"late": 3})
        captured = capsys.readouterr()
        assert (captured.out, captured.err) == ("", "")
        early.info("ours again")
        assert capsys.readouterr().out == "ours again\n"
    finally:
        for name in ("early", "late"):
            logging.getLogger(name).handlers.clear()


def test_other_threads_keep_their_output(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A progress bar that is drawn by a thread goes on while a function runs.
    """

    def handler(_event: object, _context: object) -> None:
        thread = threading.Thread(target=print, args=("drawn",))
        thread.start()
        thread.join()
        print("logged")  # noqa: T201 - what a function does

    call(stage, handler)
    assert capsys.readouterr().out == "drawn\n"


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (ValueError("wrong"), "ValueError: wrong"),
        (SystemExit(1), "Runtime.ExitError"),
    ],
)
def test_what_a_handler_raises_is_its_invocations_error(
    stage: Stage, raised: BaseException, error: str
) -> None:
    """
    Nothing of it reaches the emulator's caller.
    """

    def handler(_event: object, _context: object) -> None:
        raise raised

    assert call(stage, handler).error == error


def test_an_answer_that_is_no_json_is_an_error(stage: Stage) -> None:
    """
    Runtime.MarshalError in Lambda.
    """
    invoked = call(stage, lambda _event, _context: {1, 2})
    assert invoked.error is not None
    assert "JSON" in invoked.error


def counting_starts(stage: Stage) -> tuple[list[str], str]:
    """
    A hop with a cold start of its own, and its queue's URL.
    """
    starts: list[str] = []

    @functools.cache
    def cold_start() -> str:
        starts.append(os.environ["NAME"])
        return os.environ["NAME"]

    url, arn = stage.queue()
    stage.function(
        "probe",
        lambda _event, _context: (cold_start(), boto3.client("s3").list_buckets())[0],
        Environment={"Variables": {"NAME": "one"}},
    )
    sys.modules["probe_probe"].cold_start = cold_start  # type: ignore[attr-defined]
    stage.mapping("probe", arn)
    return starts, url


def test_a_new_configuration_starts_cold_and_nothing_else_does(stage: Stage) -> None:
    """
    A function keeps its cold start's values until it is deployed anew.
    """
    starts, url = counting_starts(stage)
    for _ in range(3):
        stage.account.send(url, "x")
        stage.account.run_until(START)
    assert starts == ["one"]
    boto3.client("lambda").update_function_configuration(
        FunctionName="probe", Environment={"Variables": {"NAME": "two"}}
    )
    stage.account.send(url, "x")
    stage.account.run_until(START)
    assert starts == ["one", "two"]


def test_two_functions_of_one_handler_never_share_a_cold_start(stage: Stage) -> None:
    """
    Two deployments in one account have the same handlers and other names.
    """
    starts, url = counting_starts(stage)
    other_url, other_arn = stage.queue("other")
    client = boto3.client("lambda")
    probe = client.get_function_configuration(FunctionName="probe")
    client.create_function(
        FunctionName="other",
        Runtime="python3.13",
        Role=probe["Role"],
        Handler=probe["Handler"],
        Code={"ZipFile": b"not looked at"},
        Timeout=60,
        Environment={"Variables": {"NAME": "other"}},
    )
    stage.mapping("other", other_arn)
    for queue_url in (url, other_url, url):
        stage.account.send(queue_url, "x")
        stage.account.run_until(START)
    assert starts == ["one", "other", "one"]


@pytest.mark.parametrize(
    "faults",
    [
        Faults(
            calls=(
                Fault(
                    kind=Kind.KILLED_BEFORE,
                    service="s3",
                    operation=ANY,
                    function="probe",
                    calls=frozenset({1}),
                ),
            )
        )
    ],
)
def test_a_killed_process_starts_cold_the_next_time(stage: Stage) -> None:
    """
    Lambda reports Runtime.ExitError, and the message comes again.
    """
    starts, url = counting_starts(stage)
    stage.account.send(url, "x")
    stage.account.run_until(START + 100)
    assert [event.error for event in stage.seen(Invoked)] == ["Runtime.ExitError", None]
    assert starts == ["one", "one"]


def test_importing_the_emulator_changes_nothing() -> None:
    """
    Neither the clock nor boto3 is touched before an account is entered.
    """
    script = (
        "import time, boto3; before = (time.time, time.sleep, boto3.DEFAULT_SESSION);"
        "import local_aws.account, local_aws.deploy;"
        "assert before == (time.time, time.sleep, boto3.DEFAULT_SESSION)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own line

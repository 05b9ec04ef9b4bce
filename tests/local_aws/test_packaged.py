"""
What a function that is run from its package finds around it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.packaged import Packaged
    from tests.local_aws.conftest import Stage

    Zipped = Callable[[dict[str, str]], bytes]

START = 1_614_556_800

# What the first of the tests finds, apart from addresses and folders.
ENVIRONMENT = {
    "DEVICE_DATA": "items",
    "TZ": "Asia/Tokyo",
    "_HANDLER": "probe.handler",
    "AWS_ACCESS_KEY_ID": "probe",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_NAME": "probe",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/probe",
    "AWS_LAMBDA_LOG_STREAM_NAME": "[$LATEST]local",
    "LANG": "en_US.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    # Not Lambda's: a person's own files and the real AWS stay out of reach.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}

pytestmark = pytest.mark.usefixtures("packaged")


def test_its_environment_is_the_deployed_one_and_lambdas_and_nothing_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No variable of the shell that the tests run in, not even HOME.
    """
    monkeypatch.setenv("FIRN_SECRET", "of the person's shell")
    stage.package(
        "import os\nhandler = lambda event, context: dict(os.environ)",
        MemorySize=512,
        Environment={"Variables": {"DEVICE_DATA": "items", "TZ": "Asia/Tokyo"}},
    )
    seen = stage.answer()
    assert seen.pop("AWS_ENDPOINT_URL").startswith("http://127.0.0.1:")
    assert seen.pop("AWS_LAMBDA_RUNTIME_API").startswith("127.0.0.1:")
    assert seen.pop("_X_AMZN_TRACE_ID").startswith("Root=")
    # Where the machine grants no mounts.
    for name in ("TMPDIR", "SCRATCH", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"):
        seen.pop(name, None)
    assert seen == ENVIRONMENT


def test_it_can_import_its_package_and_the_standard_library_and_nothing_else(
    stage: Stage, zipped: Zipped
) -> None:
    """
    Least of all what makes its time and carries its events.
    """
    source = """
import importlib
import sys

def handler(names, context):
    found = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found.append(name)
    return found, [name for name in names if name in sys.modules], sys.path
"""
    files = {"inner/probe.py": source, "inner/__init__.py": "", "vendored.py": ""}
    stage.package(
        source,
        Handler="inner.probe.handler",
        Code={"ZipFile": zipped(files)},
    )
    own = ["vendored", "inner.probe", "sqlite3"]
    others = [
        *("boto3", "botocore", "moto", "pip", "pytest", "time_machine"),
        *("archive", "ingest", "local_aws", "local_aws.runtime", "travel", "plain"),
    ]
    found, loaded, path = stage.answer([*own, *others])
    assert found == own
    assert loaded == own
    assert not any("site-packages" in entry for entry in path)
    assert str(Path(__file__).parents[2]) not in path


def test_it_lives_at_the_accounts_time(stage: Stage) -> None:
    """
    By every clock of the day that Python has; from each event on it goes on.
    """
    stage.package(
        """
import datetime, email.utils, logging, time

UTC = datetime.timezone.utc
IMPORTED = time.time()

def handler(event, context):
    day = time.strftime("%Y-%m-%d", time.gmtime())
    assert day == str(datetime.date.today()) == str(datetime.datetime.now(UTC).date())
    assert day == time.strftime("%Y-%m-%d") == time.strftime("%Y-%m-%d", time.localtime())
    assert email.utils.parsedate(email.utils.formatdate())[:3] == time.gmtime()[:3]
    record = logging.makeLogRecord({"created": time.time(), "msg": "logged"})
    assert logging.Formatter("%(asctime)s").format(record)[:10] == day
    seconds = [
        time.time(),
        time.time_ns() / 1e9,
        time.clock_gettime(time.CLOCK_REALTIME),
        datetime.datetime.now(UTC).timestamp(),
        datetime.datetime.now().astimezone().timestamp(),
    ]
    before = time.time()
    time.sleep(0.01)
    assert time.time() - before >= 0.01
    return seconds, IMPORTED, time.monotonic()
"""
    )
    for passed in (0, 400 * 86_400):
        stage.account.run_until(START + passed)
        seconds, imported, monotonic = stage.answer()
        # It was started in this test, and no test lasts an hour.
        assert all(0 <= it - START - passed < 3600 for it in seconds)
        assert 0 <= imported - START < 3600
        assert monotonic == pytest.approx(time.monotonic(), abs=3600)
    assert stage.account.clock.exact_now() == START + passed


def test_its_context_is_lambdas_own(stage: Stage) -> None:
    """
    Using the Lambda context object to retrieve Python function information.
    """
    arn = stage.package(
        """
def handler(event, context):
    return {
        "left": context.get_remaining_time_in_millis(),
        "request": context.aws_request_id,
        "identity": context.identity.cognito_identity_id,
        "client": context.client_context,
        "names": [
            context.function_name,
            context.function_version,
            context.invoked_function_arn,
            context.memory_limit_in_mb,
            context.log_group_name,
            context.log_stream_name,
        ],
    }
""",
        Timeout=45,
        MemorySize=256,
    )
    first, second = stage.answer(), stage.answer()
    assert 30_000 < first["left"] <= 45_000
    assert len({first["request"], second["request"]}) == 2
    assert first["identity"] is first["client"] is None
    assert first["names"] == [
        *("probe", "$LATEST", arn, "256"),
        *("/aws/lambda/probe", "[$LATEST]local"),
    ]


def test_a_process_is_used_until_its_function_is_deployed_anew(
    stage: Stage, zipped: Zipped
) -> None:
    """
    Configuration or code: both start cold, nothing else does.
    """
    source = """
import os

CALLS = []

def handler(event, context):
    CALLS.append(event)
    return os.getpid(), os.environ["NAME"], len(CALLS)
"""
    client = boto3.client("lambda")
    stage.package(source, Environment={"Variables": {"NAME": "one"}})
    first = stage.answer()
    assert first[1:] == ["one", 1]
    assert stage.answer() == [first[0], "one", 2]
    client.update_function_configuration(
        FunctionName="probe", Environment={"Variables": {"NAME": "two"}}
    )
    second = stage.answer()
    assert second[1:] == ["two", 1]
    code = zipped({"probe.py": source + "\n# another"})
    client.update_function_code(FunctionName="probe", ZipFile=code)
    third = stage.answer()
    assert third[1:] == ["two", 1]
    assert len({first[0], second[0], third[0]}) == 3


def test_what_it_prints_is_its_log_and_never_our_output(
    stage: Stage, packaged: Packaged, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Both streams, Python's and below it; JSON lines are told, all is kept.
    """
    stage.package(
        """
import json, os, sys

print(json.dumps({"at": "import"}))

def handler(event, context):
    print(json.dumps({"call": event}))
    print("no json", file=sys.stderr)
    os.write(1, b'{"raw": true}\\n')
"""
    )
    log = [stage.account.functions.invoke("probe", b"%d" % call)[1] for call in (1, 2)]
    assert log == [
        ({"at": "import"}, {"call": 1}, {"raw": True}),
        ({"call": 2}, {"raw": True}),
    ]
    assert packaged.logs["probe"].count("no json\n") == 2
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")

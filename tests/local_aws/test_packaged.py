"""
What a function that is run from its package finds around it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.packaged import Packaged
from local_aws.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.conftest import Stage

    Zipped = Callable[[dict[str, str]], bytes]

START = 1_614_556_800

pytestmark = pytest.mark.usefixtures("packaged")


def invoked(stage: Stage, event: object = None, name: str = "probe") -> Any:  # noqa: ANN401 - whatever it answers
    """
    What a function answers.
    """
    outcome, _ = stage.account.functions.invoke(name, json.dumps(event).encode())
    assert outcome.error is None
    return outcome.value


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
    seen = invoked(stage)
    assert seen.pop("AWS_ENDPOINT_URL").startswith("http://127.0.0.1:")
    assert seen.pop("AWS_LAMBDA_RUNTIME_API").startswith("127.0.0.1:")
    assert seen.pop("_X_AMZN_TRACE_ID").startswith("Root=")
    # Where the machine grants no mounts.
    for name in ("TMPDIR", "SCRATCH", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"):
        seen.pop(name, None)
    assert seen == {
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
    found, loaded, path = invoked(stage, [*own, *others])
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
        seconds, imported, monotonic = invoked(stage)
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
    first, second = invoked(stage), invoked(stage)
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
    first = invoked(stage)
    assert first[1:] == ["one", 1]
    assert invoked(stage) == [first[0], "one", 2]
    client.update_function_configuration(
        FunctionName="probe", Environment={"Variables": {"NAME": "two"}}
    )
    second = invoked(stage)
    assert second[1:] == ["two", 1]
    code = zipped({"probe.py": source + "\n# another"})
    client.update_function_code(FunctionName="probe", ZipFile=code)
    third = invoked(stage)
    assert third[1:] == ["two", 1]
    assert len({first[0], second[0], third[0]}) == 3


def test_its_code_may_come_from_a_bucket(stage: Stage, zipped: Zipped) -> None:
    """
    Lambda takes a package of more than 50 MB from S3 alone.
    """
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="artifacts")
    package = zipped({"probe.py": "handler = lambda event, context: 'of a bucket'"})
    s3.put_object(Bucket="artifacts", Key="probe.zip", Body=package)
    stage.package("", Code={"S3Bucket": "artifacts", "S3Key": "probe.zip"})
    assert invoked(stage) == "of a bucket"


def test_its_scratch_is_its_own_and_not_the_machines(stage: Stage) -> None:
    """
    What a function leaves there, its next process finds, and no one else.
    """
    source = """
import os, tempfile

def handler(event, context):
    before = sorted(os.listdir(tempfile.gettempdir()))
    open(os.path.join(tempfile.gettempdir(), "left"), "w").close()
    if event:
        os._exit(1)
    return before, tempfile.gettempdir()
"""
    stage.package(source)
    stage.package(source, name="other")
    before, scratch = invoked(stage)
    assert before == []
    outcome, _ = stage.account.functions.invoke("probe", b"true")
    assert outcome.error is not None
    assert invoked(stage)[0] == ["left"]
    assert invoked(stage, name="other")[0] == []
    assert scratch == "/tmp" or "firn-packaged-" in scratch  # noqa: S108 - its own
    assert not Path("/tmp/left").exists()  # noqa: S108 - the machine's


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


def test_no_process_and_no_folder_outlives_the_context(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Also when the test that ran it fails; then functions run in here again.
    """
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stage.package("import os\nhandler = lambda event, context: os.getpid()")

    def run_and_fail() -> None:
        with Served(stage.account) as served, Packaged(stage.account, served):
            process = invoked(stage)

            raise KeyboardInterrupt(process)

    with pytest.raises(KeyboardInterrupt) as interrupted:
        run_and_fail()
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(interrupted.value)), 0)
    assert [*tmp_path.iterdir()] == []


def test_where_the_machine_grants_no_mounts_scratch_and_code_lie_elsewhere(
    stage: Stage, tmp_path: Path
) -> None:
    """
    The function is told so; what was deployed still stands above it.
    """
    interpreter = tmp_path / "python"
    interpreter.write_text(
        f"""#!{sys.executable}
import os, sys
before = "import sys; sys.platform = 'elsewhere'; "
arguments = sys.argv[1:]
script = arguments.index("-c") + 1
arguments[script] = before + arguments[script]
os.execv(sys.executable, [sys.executable, *arguments])
"""
    )
    interpreter.chmod(0o755)
    source = (
        "import os\nhandler = lambda event, context: [dict(os.environ), os.getcwd()]"
    )
    stage.package(source)
    deployed = {"Variables": {"SCRATCH": "/elsewhere"}}
    stage.package(source, name="other", Environment=deployed)
    with (
        Served(stage.account) as served,
        Packaged(stage.account, served, python=str(interpreter)),
    ):
        seen, folder = invoked(stage)
        other, _ = invoked(stage, name="other")
    assert "firn-packaged-" in folder
    assert seen["LAMBDA_TASK_ROOT"] == folder
    assert seen["TMPDIR"] == seen["SCRATCH"]
    assert seen["TMPDIR"].endswith("/scratch/probe")
    assert other["SCRATCH"] == "/elsewhere"
    assert other["TMPDIR"].endswith("/scratch/other")

"""
Where a function that is run from its package has its code and its scratch.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from local_aws.packaged import Packaged
from local_aws.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.conftest import Stage

    Zipped = Callable[[dict[str, str]], bytes]

pytestmark = pytest.mark.usefixtures("packaged")


def test_its_code_may_come_from_a_bucket(stage: Stage, zipped: Zipped) -> None:
    """
    Lambda takes a package of more than 50 MB from S3 alone.
    """
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="artifacts")
    package = zipped({"probe.py": "handler = lambda event, context: 'of a bucket'"})
    s3.put_object(Bucket="artifacts", Key="probe.zip", Body=package)
    stage.package("", Code={"S3Bucket": "artifacts", "S3Key": "probe.zip"})
    assert stage.answer() == "of a bucket"


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
    before, scratch = stage.answer()
    assert before == []
    outcome, _ = stage.account.functions.invoke("probe", b"true")
    assert outcome.error is not None
    assert stage.answer()[0] == ["left"]
    assert stage.answer(name="other")[0] == []
    assert scratch == "/tmp" or "firn-packaged-" in scratch  # noqa: S108 - its own
    assert not Path("/tmp/left").exists()  # noqa: S108 - the machine's


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
            process = stage.answer()

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
        seen, folder = stage.answer()
        other, _ = stage.answer(name="other")
    assert "firn-packaged-" in folder
    assert seen["LAMBDA_TASK_ROOT"] == folder
    assert seen["TMPDIR"] == seen["SCRATCH"]
    assert seen["TMPDIR"].endswith("/scratch/probe")
    assert other["SCRATCH"] == "/elsewhere"
    assert other["TMPDIR"].endswith("/scratch/other")

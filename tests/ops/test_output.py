import errno
import os
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from archive.errors import MisconfiguredError
from ops.cli import OneLineErrors
from ops.output import Output
from tests.ops.conftest import Commands
from tests.ops.front import FIRN, Front

FULL = Path("/dev/full")
ON_A_FULL_DISK = pytest.mark.skipif(
    not FULL.exists(), reason="only Linux has a disk that is always full"
)


def ran(*words: str, env: dict[str, str] | None = None, to: str) -> tuple[int, str]:
    """
    The exit code of the real command whose output goes there, and its errors.
    """
    environment = {**os.environ, **(env or {})}
    with Path(to).open("w") as file:
        done = subprocess.run(  # noqa: S603 - our own command
            [FIRN, *words],
            check=False,
            env=environment,
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
        )
    return done.returncode, done.stderr


@ON_A_FULL_DISK
@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["local", "--days", "1", "--json"]]
)
def test_a_full_disk_is_one_line_and_no_success(words: list[str]) -> None:
    """
    A result that is not there must not look like one.
    """
    code, stderr = ran(*words, to=str(FULL))

    assert code == 2
    assert "firn: cannot write its output: no space left on device\n" in stderr
    assert "Traceback" not in stderr
    assert "Exception ignored" not in stderr


@ON_A_FULL_DISK
@pytest.mark.parametrize("words", [["status"], ["status", "--json"]])
def test_a_status_that_cannot_be_written_is_no_clean_bill(
    front: Front, words: list[str]
) -> None:
    """
    The page and the JSON alike.
    """
    code, stderr = ran(*words, env=front.environment(), to=str(FULL))

    assert code == 2
    assert stderr.endswith("cannot write its output: no space left on device\n")


@ON_A_FULL_DISK
def test_where_errors_cannot_be_written_either_the_code_still_says_so() -> None:
    """
    Both streams on one full disk, as cron has them.
    """
    with FULL.open("w") as file:
        done = subprocess.run(  # noqa: S603 - our own command
            [FIRN, "--help"], check=False, stdout=file, stderr=file
        )

    assert done.returncode == 2


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["status"], ["status", "--json"]]
)
def test_a_reader_that_went_away_is_no_failure(front: Front, words: list[str]) -> None:
    """
    As for any command of a pipe: 141 and not a word.
    """
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN, *words],
        check=False,
        env={**os.environ, **front.environment()},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write)

    assert done.returncode == 141
    # With --json the page is on standard error.
    assert done.stderr == "" or words[-1] == "--json"
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_reader_of_the_first_line_gets_it(front: Front) -> None:
    """
    `firn status | head -1`.
    """
    done = subprocess.run(  # noqa: S602 - a pipe of a shell's
        f"'{FIRN}' status | head -1",
        capture_output=True,
        check=False,
        env={**os.environ, **front.environment()},
        shell=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("firn in us-east-1")


def test_an_error_of_ours_is_not_taken_for_a_full_disk() -> None:
    """
    A defect keeps its traceback: it is to be reported, not worked around.
    """

    def broken() -> None:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))

    app = typer.Typer(cls=OneLineErrors)
    app.command()(broken)
    app.callback()(lambda: None)
    result = CliRunner().invoke(app, ["broken"])

    assert isinstance(result.exception, FileNotFoundError)


@pytest.mark.usefixtures("deployed")
def test_with_json_standard_output_has_one_object_alone(firn: Commands) -> None:
    """
    What a person reads goes to standard error then.
    """
    ran = firn("status", "--json")

    assert ran.stdout.count("\n") == 1
    assert ran.document["deployment"] == "firn"
    assert ran.stderr.startswith("firn in us-east-1")


def test_nobody_is_asked_where_nobody_can_answer() -> None:
    """
    A question to a pipe would wait for ever; --yes answers it.
    """
    app = typer.Typer()

    @app.command()
    def spend(*, yes: bool = False) -> None:
        output = Output(json=False)
        output.say(str(output.agreed("spend it?", yes=yes)))

    refused = CliRunner().invoke(app, [])
    agreed = CliRunner().invoke(app, ["--yes"])

    assert isinstance(refused.exception, MisconfiguredError)
    assert "--yes" in str(refused.exception)
    assert agreed.stdout == "True\n"


def test_a_line_is_neither_wrapped_nor_taken_for_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    A key in brackets is a key, and whoever copies it wants it whole.
    """
    key = f"items/device=[bold]{'x' * 200}/date=2025-01-01/00000001.parquet"
    Output(json=False).say(key)

    assert capsys.readouterr().out == f"{key}\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("query --file - <&-", 2, "firn: no SQL"),
        ("status >&-", 2, "firn: cannot write its output: bad file descriptor"),
        ("status --json 2>&-", 0, '{"format":1,'),
    ],
)
def test_a_closed_stream_is_no_traceback(
    front: Front, words: str, code: int, told: str
) -> None:
    """
    As cron and some shells start a command.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/bash", "-c", f'"{FIRN}" {words}'],
        check=False,
        env={**os.environ, **front.environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert done.returncode == code
    # One of them is closed, and the other one has nothing else.
    assert (done.stdout + done.stderr).startswith(told)


@pytest.mark.parametrize(
    ("words", "told"),
    [([], rb"archive     \u65e5\u672c"), (["--json"], '"place":"日本"'.encode())],
)
def test_a_terminal_without_the_letters_gets_them_spelt_out(
    tmp_path: Path, words: list[str], told: bytes
) -> None:
    """
    A latin or an ASCII one is no reason to fail; JSON is the same everywhere.
    """
    (tmp_path / "日本/ledger").mkdir(parents=True)
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN, "verify", "--copy", "日本", *words],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )

    assert told in done.stdout
    assert b"Traceback" not in done.stderr

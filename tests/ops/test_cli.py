import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ops.local.command
import ops.query.command
import ops.restore.command
import ops.status.command
import ops.verify.command
from ops.cli import app
from ops.local.keep import Kept

FIRN = Path(sys.executable).with_name("firn")


def test_the_version_is_that_of_the_package() -> None:
    """
    One line, nothing else, exit 0.
    """
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, f"firn {version('firn')}\n")


def test_help_shows_every_option_and_examples() -> None:
    """
    What the module will have, the fleet, the troubles and the results.
    """
    result = CliRunner().invoke(app, ["local", "--help"], env={"COLUMNS": "80"})

    assert result.exit_code == 0
    for option in (
        "--input",
        "--devices",
        "--days",
        "--every",
        "--start",
        "--seed",
        "--retention-days",
        "--time-zone",
        "--granularity",
        "--column",
        "--app-env",
        "--duplicate-messages",
        "--redeliver",
        "--refuse",
        "--keep",
        "--json",
        "firn local --input messages.jsonl",
    ):
        assert option in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("command", "examples"),
    [
        ("local", ops.local.command.EXAMPLES),
        ("status", ops.status.command.EXAMPLES),
        ("restore", ops.restore.command.EXAMPLES),
        ("query", ops.query.command.EXAMPLES),
        ("verify", ops.verify.command.EXAMPLES),
    ],
)
def test_an_example_stands_on_one_line_of_a_small_terminal(
    command: str, examples: str
) -> None:
    """
    One that is broken in two cannot be pasted.
    """
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "80"}).stdout
    lines = [line.strip() for line in shown.splitlines()]

    for example in examples.strip().splitlines():
        assert example.strip() in lines


def test_a_misspelt_command_is_told_which_one_was_meant() -> None:
    """
    Nothing more has to be read then.
    """
    result = CliRunner().invoke(app, ["stauts"])

    told = "firn: no such command 'stauts'. Did you mean 'status'?\n"
    assert (result.exit_code, result.stderr) == (2, told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--devices", "0"], "--devices"),
        (["--days", "x"], "--days"),
        (["--every", "0"], "--every 0"),
        (["--every", "nan"], "--every nan"),
        (["--every", "100000"], "--every 100000"),
        (["--retention-days", "0"], "--retention-days"),
        (["--granularity", "year"], "--granularity"),
        (["--time-zone", "Mars/Olympus"], "Mars/Olympus"),
        (["--column", "Temperature"], "--column Temperature"),
        (["--column", "t:text"], "'text'"),
        (["--column", "t:double", "--column", "t:bigint"], "'t'"),
        (["--column", "created_at:string"], "created_at"),
        (["--app-env", ""], "--app-env"),
        (["--refuse", "1"], "--refuse 1"),
        (["--redeliver", "-0.5"], "--redeliver -0.5"),
        (["--duplicate-messages", "much"], "--duplicate-messages"),
        (["--start", "soon"], "--start soon"),
        (["--input", "missing.jsonl"], "missing.jsonl: cannot be read"),
        (["--input", "x", "--days", "3"], "--days"),
        (["--bogus"], "--bogus"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments: list[str], told: str) -> None:
    """
    Exit 2, the thing named, no traceback, nothing on standard output.
    """
    result = CliRunner().invoke(app, ["local", *arguments])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("firn: ")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_installed_command_refuses_a_bad_line(tmp_path: Path) -> None:
    """
    Through the real process: the file, the line, the way out.
    """
    messages = tmp_path / "messages.jsonl"
    messages.write_text('{"timestamp": 1614556800}\n[1, 2]\n')
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN, "local", "--input", messages, "--json"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"firn: {messages}: line 2: a JSON list; a message is an object, or a string "
        "that is the SQS body itself\n"
    )


def test_a_folder_in_the_way_is_refused_before_anything_runs(tmp_path: Path) -> None:
    """
    A run of minutes should not end with it.
    """
    (tmp_path / "notes.txt").write_text("mine")
    result = CliRunner().invoke(app, ["local", "--keep", str(tmp_path)])

    assert result.exit_code == 2
    assert "notes.txt" in result.stderr
    assert "--keep" in result.stderr


@pytest.mark.parametrize("name", ["dead-letters.jsonl", "misspelt.jsonl", "list.jsonl"])
def test_what_an_earlier_run_kept_outlives_a_bad_command(
    tmp_path: Path, name: str
) -> None:
    """
    The input is never deleted, and nothing is before the input was understood.
    """
    folder = tmp_path / "kept"
    Kept(folder).write_dead_letters(["no Base64"])
    (tmp_path / "list.jsonl").write_text("[]")
    place = folder if name == "dead-letters.jsonl" else tmp_path
    result = CliRunner().invoke(
        app, ["local", "--input", str(place / name), "--keep", str(folder)]
    )

    assert result.exit_code == 2
    assert name in result.stderr
    assert (folder / "dead-letters.jsonl").read_text() == '"no Base64"\n'

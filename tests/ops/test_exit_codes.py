import os
import re
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from archive.errors import (
    ArchiveError,
    ColdError,
    DamagedError,
    MisconfiguredError,
    PoisonError,
    UndeliveredError,
)
from ops.cli import OneLineErrors
from ops.exit_code import ExitCode
from tests.ops.front import FIRN

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DamagedError("entry 3: altered"), 1),
        (PoisonError("line 3: no JSON"), 1),
        (MisconfiguredError("--days: not a number"), 2),
        (ColdError("items/x: cold"), 3),
        (UndeliveredError("s3: busy"), 4),
    ],
)
def test_an_error_leaves_with_the_code_of_what_is_to_be_done(
    error: ArchiveError, code: int
) -> None:
    """
    The five errors, each one line; all but what the person typed name a section.
    """
    result = _failing(error)

    assert result.exit_code == code
    assert result.stderr.startswith(f"firn: {error}")
    assert result.stderr.count("\n") == 1
    assert (error.hint in result.stderr) == (code != 2)


def test_ctrl_c_at_a_question_is_no_answer() -> None:
    """
    Neither yes nor no: 130, and the same command asks again.
    """
    result = _failing(typer.Abort())

    assert result.exit_code == 130
    assert result.stderr.count("\n") == 1


def test_ctrl_c_anywhere_is_130() -> None:
    """
    As the shell has it.
    """
    assert _failing(KeyboardInterrupt()).exit_code == 130


def test_the_codes_of_the_table_are_those_of_the_command() -> None:
    """
    docs/RUNBOOK.md, Status, documents each.
    """
    runbook = (ROOT / "docs/RUNBOOK.md").read_text()
    section = re.search(r"^## Status\n.*?(?=^## )", runbook, re.MULTILINE | re.DOTALL)
    assert section is not None
    documented = {
        int(it) for it in re.findall(r"^\| (\d+) \|", section[0], re.MULTILINE)
    }

    assert documented == {int(code) for code in ExitCode}


def test_bash_completes_commands_and_options() -> None:
    """
    As the script that --show-completion prints asks for it.
    """
    assert _completed("firn sta", 1) == ["status"]
    assert "--deployment" in _completed("firn status --de", 2)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_is_shown(shell: str) -> None:
    """
    What `firn --install-completion` puts into the shell's start.
    """
    shown = subprocess.run(  # noqa: S603 - our own command
        [FIRN],
        capture_output=True,
        check=False,
        env={**os.environ, "_FIRN_COMPLETE": f"source_{shell}"},
        text=True,
    )

    assert shown.returncode == 0
    assert "_FIRN_COMPLETE" in shown.stdout


def test_the_completion_of_the_shell_at_hand_is_shown() -> None:
    """
    Which shell that is, is found by the process above.
    """
    shown = subprocess.run(  # noqa: S603 - our own command
        ["bash", "-c", f"'{FIRN}' --show-completion; exit $?"],  # noqa: S607 - whichever bash is there
        capture_output=True,
        check=False,
        text=True,
    )

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "complete -o default -F _firn_completion firn" in shown.stdout


def _failing(error: BaseException) -> Result:
    failing = typer.Typer(cls=OneLineErrors)

    @failing.command()
    def fail() -> None:
        raise error

    failing.callback()(lambda: None)
    return CliRunner().invoke(failing, ["fail"])


def _completed(words: str, at: int) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN],
        capture_output=True,
        check=False,
        env={
            **os.environ,
            "_FIRN_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(at),
        },
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.split()

import re
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
    # The first ends the line on which the question stands.
    assert result.stderr.startswith("\nfirn: stopped before the end")
    assert result.stderr.count("\n") == 2


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


def _failing(error: BaseException) -> Result:
    failing = typer.Typer(cls=OneLineErrors)

    @failing.command()
    def fail() -> None:
        raise error

    failing.callback()(lambda: None)
    return CliRunner().invoke(failing, ["fail"])

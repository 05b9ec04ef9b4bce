import os
import subprocess
import sys
from pathlib import Path

import pytest

FIRN = Path(sys.executable).with_name("firn")


def completed(shell: str, typed: str, **more: str) -> str:
    """
    What a shell is given to complete what was typed.
    """
    words = typed.split(" ")
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN],
        env={
            "PATH": os.environ["PATH"],
            "_FIRN_COMPLETE": f"complete_{shell}",
            "_TYPER_COMPLETE_ARGS": typed,
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(words) - 1),
            **more,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_options_and_values_are_completed(shell: str) -> None:
    """
    In each of the three shells, in its own form.
    """
    more = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"} if shell == "fish" else {}
    assert "restore" in completed(shell, "firn re", **more)
    assert "--device" in completed(shell, "firn restore --de", **more)
    assert "Bulk" in completed(shell, "firn restore --tier B", **more)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_reads_at_its_start_is_shown(shell: str, tmp_path: Path) -> None:
    """
    And shown only: nothing is written into the home folder for it.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [FIRN, "--show-completion", shell],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            # Then the shell is named, and not looked for among the parents.
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_FIRN_COMPLETE" in done.stdout
    assert [*tmp_path.iterdir()] == []

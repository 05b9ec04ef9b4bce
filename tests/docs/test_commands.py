"""
What README says of the command is so.
"""

import re
from pathlib import Path

from typer.main import get_command

from ops.cli import app
from ops.exit_code import ExitCode

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_every_command_has_its_row() -> None:
    """
    And there is no row of a command that does not exist.
    """
    command = get_command(app)
    existing = set(getattr(command, "commands", {}))
    assert existing
    assert set(re.findall(r"^\| `firn (\w+)` \|", README, re.MULTILINE)) == existing


def test_every_exit_code_has_its_row() -> None:
    """
    The same ones as a script can meet.
    """
    rows = re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)
    assert rows == [str(code.value) for code in ExitCode]


def test_what_the_page_proposes_is_taken_by_the_commands() -> None:
    """
    Every option in README's walk is one that the command has.
    """
    command = get_command(app)
    typed = re.findall(r"^\$ firn (\w+)((?:.*\\\n)*.*)$", README, re.MULTILINE)
    assert len(typed) >= 5
    for name, options in typed:
        parameters = getattr(command, "commands", {})[name].params
        known = {option for parameter in parameters for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", options)) <= known

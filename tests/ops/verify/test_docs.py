import json
import re
from pathlib import Path

from typer.testing import CliRunner

from ops.cli import app

PAGE = Path(__file__).parents[3] / "docs" / "VERIFYING.md"


def test_every_key_of_the_json_is_documented(whole: Path) -> None:
    """
    And nothing that is not there.
    """
    ran = CliRunner().invoke(app, ["verify", "--copy", str(whole), "--json"])
    table = re.search(r"\| key \| value \|\n.*?\n\n", PAGE.read_text(), re.DOTALL)
    assert table is not None
    names = " ".join(re.findall(r"^\| (`[^|]+) \|", table[0], re.MULTILINE))
    made = json.loads(ran.stdout)

    assert set(re.findall(r"`(\w+)`", names)) == set(made)
    assert all(f"`{key}`" in table[0] for key in made["compared_by"])

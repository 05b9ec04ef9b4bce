"""
infra/README.md against the module: what can be set, and what comes back.
"""

import re

from tests.infra.terraform import INFRA

README = (INFRA / "README.md").read_text()


def declared(kind: str) -> set[str]:
    """
    The names of all blocks of a kind in the module.
    """
    return {
        name
        for file in INFRA.glob("*.tf")
        for name in re.findall(rf'^{kind} "(\w+)"', file.read_text(), re.MULTILINE)
    }


def rows(section: str) -> set[str]:
    """
    What stands in code in the first column of a section's table.
    """
    text = README.split(f"\n## {section}\n")[1].split("\n## ")[0]
    firsts = [
        line.split("|")[1] for line in text.splitlines() if line.startswith("| `")
    ]
    return {name for first in firsts for name in re.findall(r"`(\w+)`", first)}


def test_the_readme_lists_every_variable() -> None:
    """
    A variable without a row is one that nobody finds; a row without one, a lie.
    """
    assert rows("Inputs") == declared("variable")


def test_the_readme_lists_every_output() -> None:
    """
    The same for what the next person types.
    """
    assert rows("Outputs") == declared("output")


def test_the_readme_names_every_file() -> None:
    """
    Where something is made, its file can be found.
    """
    holding = {
        file.name
        for file in INFRA.glob("*.tf")
        if re.search(r"^resource ", file.read_text(), re.MULTILINE)
    }
    assert holding <= set(re.findall(r"\]\((\w+\.tf)\)", README))

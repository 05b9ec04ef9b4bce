"""
What the documents say of the code is so.
"""

import re
from pathlib import Path

import pytest

from archive.errors import ArchiveError

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/*.md"))
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
]
TESTS = {
    name
    for path in ROOT.glob("tests/**/test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}


def anchors(page: Path) -> set[str]:
    """
    The anchors that a page's headings make, as GitHub makes them.
    """
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def test_every_test_that_a_guarantee_names_exists() -> None:
    """
    A promise without its test is a wish.
    """
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/GUARANTEES.md").read_text()))

    assert named
    assert named - TESTS == set()


def test_every_guarantee_names_a_test() -> None:
    """
    Each numbered promise ends with what holds it.
    """
    text = (ROOT / "docs/GUARANTEES.md").read_text()
    promises = re.findall(
        r"^\d+\. .*?(?=^\d+\. |^#|\Z)", text, re.MULTILINE | re.DOTALL
    )

    assert len(promises) > 20
    assert [each for each in promises if "`test_" not in each] == []


@pytest.mark.parametrize("error", ArchiveError.__subclasses__())
def test_the_hint_of_every_error_is_a_section(error: type[ArchiveError]) -> None:
    """
    Whoever reads an error finds the section that it points to.
    """
    page, anchor = error.hint.split("#")

    assert anchor in anchors(ROOT / page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """
    A relative link names a file that is there, and a heading in it.
    """
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text()):
        path, _, anchor = target.partition("#")
        linked = page if not path else (page.parent / path).resolve()
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target

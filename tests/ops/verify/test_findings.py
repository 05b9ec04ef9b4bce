"""
What a finding says to a person.
"""

from pathlib import Path

import pytest

from ops.ledger import Head
from ops.output import Output
from ops.verified import VerifyMode
from ops.verify.finding import PAGE, Finding, Kind
from ops.verify.page import SHOWN_MAX, print_page
from ops.verify.report import Report, Tally

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_section(kind: Kind) -> None:
    """
    The page that a finding's advice points to says what it means.
    """
    sections = (ROOT / PAGE).read_text().splitlines()

    assert f"### {kind.value.capitalize()}" in sections
    assert kind.advice.endswith(f"({PAGE}#{kind.value})")
    assert kind.title


def test_a_long_list_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """
    The page stays short and in 80 columns; keys are whole, so they can be copied.
    """
    long = "items/device=" + "x" * 200 + "/date=2025-01-01/00000001.parquet"
    found = [Finding(Kind.EXTRA, f"items/{k}", "no entry names it") for k in range(25)]
    report = Report(
        place="s3://bucket",
        mode=VerifyMode.LISTING,
        month=None,
        is_copy=False,
        head=Head(1, "0" * 64),
        is_whole=True,
        tally=Tally(entries=1, objects=1, bytes=10**12),
        findings=(*found, Finding(Kind.MISPLACED, long, f"the bytes of {long}")),
        notes=("a note " * 30,),
    )
    print_page(Output(json=False), report)
    lines = capsys.readouterr().out.splitlines()

    assert sum(line.startswith("  items/") for line in lines) == SHOWN_MAX + 1
    assert f"  ... and {25 - SHOWN_MAX} more; --json has them all" in lines
    assert f"  {long}" in lines
    assert all(len(line) <= 80 or long in line for line in lines)
    assert len(report.json()["findings"]) == 26

"""
The scanner finds nothing in the module without a written reason beside it.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.terraform import INFRA, REPOSITORY, copy_of_module

CHECKOV = REPOSITORY / ".venv-checkov" / "bin" / "checkov"

# A finding: the check, and the resource that it is about.
Finding = tuple[str, str]

RESOURCE = re.compile(r'^(resource|data|module) "([^"]+)"(?: "([^"]+)")? \{$')
SKIP = re.compile(r"^\s*# checkov:skip=([A-Z0-9_]+): (.+)$")
REASON_WORDS_MIN = 5


def written_skips() -> dict[Finding, str]:
    """
    What the module's files say is left as it is, with the reason.
    """
    skips = {}
    for path in sorted(INFRA.rglob("*.tf")):
        resource = ""
        for line in path.read_text().splitlines():
            if head := RESOURCE.match(line):
                resource = ".".join(part for part in head.groups()[1:] if part)
            if skip := SKIP.match(line):
                skips[skip[1], resource] = skip[2]
    return skips


def without_skips(folder: Path) -> Path:
    """
    A copy of the module in which checkov is told nothing.
    """
    copied = copy_of_module(folder)
    for path in copied.rglob("*.tf"):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not SKIP.match(line)))
    return copied


def findings(folder: Path) -> set[Finding]:
    """
    What checkov finds in a folder, examples included.
    """
    done = subprocess.run(  # noqa: S603 - the scanner, on our own folder
        [
            str(CHECKOV),
            *("--directory", str(folder), "--framework", "terraform"),
            *("--skip-download", "--compact", "--output", "json", "--soft-fail"),
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 100
    return {
        # Through an example a resource is module.firn.TYPE.NAME, and that of a
        # for_each has its key behind it.
        (found["check_id"], re.sub(r"^module\.[^.]+\.|\[.*\]$", "", found["resource"]))
        for found in report["results"]["failed_checks"]
    }


@pytest.mark.slow
def test_each_finding_has_a_reason_and_each_reason_a_finding(tmp_path: Path) -> None:
    """
    What checkov finds when it is told nothing is exactly what the files explain.
    """
    if not CHECKOV.exists():
        pytest.skip("checkov is not installed: make scan")
    found = findings(without_skips(tmp_path))
    written = set(written_skips())
    assert not found - written, "checkov finds these, and nothing explains them"
    assert not written - found, "checkov does not find these any more"


def test_a_reason_is_a_sentence() -> None:
    """
    A skip without words would be a finding that nobody thought about.
    """
    skips = written_skips()
    assert skips
    assert not [
        found
        for found, reason in skips.items()
        if len(reason.split()) < REASON_WORDS_MIN or not reason.endswith(".")
    ]


def test_no_finding_is_skipped_elsewhere() -> None:
    """
    Neither a configuration file nor a skip in another spelling hides anything.
    """
    assert not [*REPOSITORY.glob(".checkov.y*ml"), *INFRA.rglob(".checkov.y*ml")]
    spelled = [
        line
        for path in INFRA.rglob("*.tf")
        for line in path.read_text().splitlines()
        if re.search(r"(checkov|bridgecrew|cortex)\s*:\s*skip", line)
    ]
    assert len(spelled) == len(list(filter(SKIP.match, spelled)))


def test_the_scanner_is_locked_by_hash() -> None:
    """
    Another version finds other things: the lock names one, and its hashes.
    """
    locked = (REPOSITORY / "requirements" / "checkov.txt").read_text()
    wanted = (REPOSITORY / "requirements" / "checkov.in").read_text().strip()
    assert f"\n{wanted} \\\n    --hash=sha256:" in locked

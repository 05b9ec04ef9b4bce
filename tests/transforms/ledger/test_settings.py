"""
Settings and scratch: what a deployment decides, and what a killed process left.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import MisconfiguredError
from transforms.scratch import clear_scratch, scratch_directory
from transforms.settings import BATCH_BYTES_MAX, Settings

NAMES = {
    "ARCHIVE_BUCKET": "archive",
    "LANDING_BUCKET": "landing",
    "GLUE_DATABASE": "firn",
    "SOURCE_TABLE": "items",
    "SOURCE_TTL_ATTRIBUTE": "expiredAt",
    "ROUTER_MAPPING": "14e0db71-5d35-4eb5-b481-8945cf9d10c2",
}


def test_names_have_no_defaults_and_numbers_have() -> None:
    """
    A day, what half a run carries, and compaction well before the move.
    """
    settings = Settings.of(NAMES)
    assert settings.batch_hours == 24
    assert settings.batch_bytes_max == BATCH_BYTES_MAX
    assert settings.compact_after_days == 35
    assert settings.archive_after_days == 45
    assert settings.scratch == Path("/tmp")  # noqa: S108  Lambda's


def test_everything_that_is_missing_is_named_at_once() -> None:
    """
    Empty is missing.
    """
    with pytest.raises(MisconfiguredError, match=f"not set: {', '.join(NAMES)}"):
        Settings.of({"ARCHIVE_BUCKET": ""})


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "x", " 1", "²"])
@pytest.mark.parametrize("name", ["BATCH_HOURS", "BATCH_BYTES_MAX"])
def test_a_number_is_a_whole_one_above_zero(name: str, value: str) -> None:
    """
    Anything else is a wrong deployment, named.
    """
    with pytest.raises(MisconfiguredError, match=name):
        Settings.of({**NAMES, name: value})


@pytest.mark.parametrize(
    ("compact", "archive", "is_right"),
    [(35, 45, True), (44, 45, True), (45, 45, False), (35, 44, False), (59, 60, True)],
)
def test_compaction_comes_before_the_move_to_the_cold(
    compact: int, archive: int, *, is_right: bool
) -> None:
    """
    Cold objects are never compacted, so a later rule would compact nothing.
    """
    environment = {
        **NAMES,
        "COMPACT_AFTER_DAYS": str(compact),
        "ARCHIVE_AFTER_DAYS": str(archive),
    }
    if is_right:
        assert Settings.of(environment).compact_after_days == compact
    else:
        with pytest.raises(MisconfiguredError, match="AFTER_DAYS"):
            Settings.of(environment)


def test_scratch_is_gone_afterwards_and_what_the_dead_left_too(tmp_path: Path) -> None:
    """
    What a living process works with stays.
    """
    with scratch_directory(tmp_path) as directory:
        (directory / "file").write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []

    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        check=True,
        text=True,
    )
    left = [
        tmp_path / f"firn-transform-{process}-x"
        for process in (dead.stdout.strip(), os.getpid(), os.getppid())
    ]
    for each in left:
        each.mkdir()
    clear_scratch(tmp_path)
    assert list(tmp_path.iterdir()) == [left[2]]

"""
198,038 real readings through the whole pipeline, judged by the kept files.

FIRN_READINGS names the CSV (docs/DEVELOPING.md). What is expected is made here
from the CSV alone, and what is found is read with pyarrow alone, so that no
code of the pipeline is judge in its own case (tests/readings.py).
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.readings import (
    READINGS,
    Reading,
    archived_rows,
    bodies,
    expected_images,
    read_readings,
)

FIRN = Path(sys.executable).with_name("firn")
RETENTION_DAYS = 365

KEYS = 198_037  # one reading comes twice, with other values

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    """
    The rows of the CSV, as they stand there.
    """
    return read_readings()


TROUBLES = {
    "none": (),
    "ordinary": (
        *("--duplicate-messages", "0.01"),
        *("--redeliver", "0.05"),
        *("--refuse", "0.5"),
    ),
}


@pytest.mark.parametrize("troubles", TROUBLES)
def test_every_real_reading_is_archived_exactly(
    troubles: str, readings: list[Reading], tmp_path: Path
) -> None:
    """
    198,037 keys, every image equal in image bytes: in ordinary troubles too.
    """
    summary = _firn_local(tmp_path, readings, TROUBLES[troubles])

    images = Counter(archived_rows(tmp_path / "kept"))
    possible = expected_images(readings, RETENTION_DAYS)
    assert {key for key, _, _ in images} == set(possible)
    for key, _, image in images:
        assert image in possible[key]
    assert len(images) == len(possible) == KEYS

    rows = sum(images.values())
    assert summary["rows"] == rows
    assert summary["doubles_kept"] == rows - KEYS
    assert summary["expired"] == KEYS
    assert summary["items_written"] - summary["items_overwritten"] == KEYS
    assert summary["lost"] == summary["dead_letters"] == summary["quarantined"] == 0
    assert summary["glacier_objects"] == summary["files"]
    if troubles == "none":
        # Without doubles the later of the two readings is the one that stays.
        assert all(image == possible[key][-1] for key, _, image in images)
        assert summary["messages"] == summary["items_written"] == READINGS
        assert summary["doubles_dropped"] == summary["doubles_kept"] == 0
    else:
        assert summary["messages"] > READINGS * 1.005
        assert summary["lines"] > KEYS


def _firn_local(
    folder: Path, readings: list[Reading], options: tuple[str, ...]
) -> dict[str, int]:
    messages = folder / "messages.jsonl"
    with messages.open("w") as file:
        file.writelines(f"{body}\n" for body in bodies(readings))
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(FIRN, "local", "--json", "--input", messages),
            *("--keep", folder / "kept", *options),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    summary: dict[str, int] = json.loads(done.stdout)
    return summary

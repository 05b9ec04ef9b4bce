"""
How much memory the transform takes: one full landed object, and ten of them.

Rule 1: each measurement is a process of its own; its peak is what counts.
Rule 2: the frames are made as they are read, so that they take no memory and no
disk beside the transform's own.
"""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from rich.console import Console
from rich.table import Table

from benchmarks.transform.workload import clean, declared

ROOT = Path(__file__).parents[1]
STATUS = Path("/proc/self/status")

LANDED_BYTES = 128 * 1024 * 1024  # what Firehose collects at most
BACKLOGS = (1, 10)
MEBIBYTES_MAX = 850
FLAT_WITHIN = 0.10

DEVICES, ROWS = 5, 1000


def run() -> dict[str, object]:
    """
    Measure each backlog, print the table, give the numbers.
    """
    if not STATUS.exists():
        Console().print(f"transform, peak memory: not measured, there is no {STATUS}")
        return {"measured": False}
    table = Table(title="transform, peak memory (full 128 MiB landed objects)")
    for heading in ("objects", "records", "raw MiB", "files", "peak MiB"):
        table.add_column(heading, justify="right")
    results = {objects: measure(objects, LANDED_BYTES) for objects in BACKLOGS}
    for objects, result in results.items():
        table.add_row(
            str(objects),
            *(f"{result[key]:,}" for key in ("rows", "raw", "files", "peak")),
        )
    console = Console()
    console.print(table)
    change = results[BACKLOGS[-1]]["peak"] / results[BACKLOGS[0]]["peak"] - 1
    console.print(
        f"from {BACKLOGS[0]} to {BACKLOGS[-1]}: {change:+.0%} (target within "
        f"{FLAT_WITHIN:.0%}); target <= {MEBIBYTES_MAX} MiB"
    )
    return {"backlogs": {str(each): result for each, result in results.items()}}


def measure(objects: int, landed_bytes: int) -> dict[str, int]:
    """
    Convert so many landed objects in a new process: rows, files and peak MiB.
    """
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(  # noqa: S603 - ourselves
            [
                *(sys.executable, "-m", "benchmarks.memory"),
                *(str(objects), str(landed_bytes), directory),
            ],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    result: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return result


def convert_backlog(objects: int, landed_bytes: int, directory: Path) -> dict[str, int]:
    """
    The work of one process.
    """
    # Only the process that converts takes the memory of what it needs to.
    from archive.contract import Contract  # noqa: PLC0415
    from transforms.conversion import Job, Landed  # noqa: PLC0415
    from transforms.convert import convert  # noqa: PLC0415

    pattern = b"".join(clean(DEVICES, ROWS))
    landed = [
        Landed(
            key=f"landing/{index}.jsonl.gz",
            version="1",
            bytes=landed_bytes,
            open=partial(_open, pattern, index, landed_bytes),
        )
        for index in range(objects)
    ]
    job = Job(
        n=1,
        contract=Contract(columns=declared()),
        scratch=directory,
        checkpoint=lambda: None,
    )
    conversion = convert(landed, job)
    return {
        "rows": conversion.counts.rows,
        "raw": conversion.counts.rows * len(pattern) // (DEVICES * ROWS) // 1024**2,
        "files": len(conversion.files),
        "peak": _peak_mebibytes(),
    }


def _peak_mebibytes() -> int:
    """
    The most memory that this process had.

    getrusage() would count what its parent had when it was forked as well
    (Linux carries the maximum over an exec), and a test's process may be large.
    """
    found = re.search(r"^VmHWM:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    if found is None:
        msg = f"{STATUS}: does not say VmHWM"
        raise OSError(msg)
    return int(found[1]) // 1024


def _open(pattern: bytes, index: int, landed_bytes: int) -> BinaryIO:
    return cast("BinaryIO", _Frames(_frames(pattern, index), landed_bytes))


def _frames(pattern: bytes, index: int) -> Iterator[bytes]:
    """
    Frames without end; every one is of devices that no other is of.
    """
    number = 0
    while True:
        lines = pattern.replace(b"station", b"%02d%05d" % (index, number))
        yield gzip.compress(lines, 1, mtime=0)
        number += 1


class _Frames(io.RawIOBase):
    """
    A landed object of whole frames, made while it is read.
    """

    def __init__(self, frames: Iterator[bytes], landed_bytes: int) -> None:
        """
        The object of so many bytes, but for the end of its last frame.
        """
        super().__init__()
        self._frames = frames
        self._left = landed_bytes
        self._pending = b""

    def read(self, length: int = -1) -> bytes:
        """
        At most so many of the next bytes.
        """
        if not self._pending and self._left > 0:
            self._pending = next(self._frames)
            self._left -= len(self._pending)
        piece, self._pending = self._pending[:length], self._pending[length:]
        return piece


if __name__ == "__main__":
    if len(sys.argv) == 1:
        run()
    else:
        print(
            json.dumps(
                convert_backlog(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
            )
        )

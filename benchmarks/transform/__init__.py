"""
The transform beside what others would use, in one run, on one core.

Rule 1: contestants take turns, so that a busy moment meets all of them, and
the fastest turn of each counts.
Rule 2: numbers are CPU seconds of one process each; ratios are what matters.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.transform.workload import NUMBERS, clean, drifting, frames

DEVICES, ROWS_PER_FILE, DENSE_ROWS = 1000, 250, 1440
ROUNDS = 2

# Ratios to reach, of records per second against a peer's.
TARGETS = {
    ("clean", "DuckDB COPY"): 1.7,
    ("clean", "orjson in Python"): 3.0,
    ("drifting", "orjson in Python"): 2.5,
}
BYTES_PER_ITEM_MAX = 15

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers"
PINS = ("awswrangler==3.17.1", "polars==2.1.0", "orjson==3.13.0")

OURS = "Firn"
HERE = {
    OURS: "firn_convert",
    "DuckDB COPY": "duckdb_copy",
    "orjson in Python": "orjson_python",
}
ELSEWHERE = {"polars": "polars_frame", "awswrangler": "awswrangler_dataset"}


def run() -> dict[str, object]:
    """
    Time all contestants, print the table, give the numbers.
    """
    console = Console()
    elsewhere, trouble = _peers()
    report: dict[str, object] = {"devices": DEVICES, "rows_per_file": ROWS_PER_FILE}
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        for workload, lines in (("clean", clean), ("drifting", drifting)):
            path = scratch / f"{workload}.gz"
            path.write_bytes(frames(lines(DEVICES, ROWS_PER_FILE)))
            contestants = {**HERE, **(elsewhere if workload == "clean" else {})}
            results = _contest(path, contestants, scratch / workload)
            report[workload] = _show(console, workload, results, trouble)
        report["undeclared"] = _undeclared(console, scratch)
        report["bytes_per_item"] = _dense(console, scratch)
    return report


def _peers() -> tuple[dict[str, str], str | None]:
    """
    The peers that need a virtual environment of their own, or why there is none.
    """
    python = PEERS / "bin" / "python"
    if not python.exists():
        venv.create(PEERS, with_pip=True)
    command = [python, "-m", "pip", "install", "--quiet", *PINS]
    made = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if made.returncode:
        last = made.stderr.strip().splitlines()[-1:]
        return {}, f"{PEERS.name} could not be made: {''.join(last)}"
    return ELSEWHERE, None


def _contest(
    frames_path: Path, contestants: dict[str, str], scratch: Path
) -> dict[str, dict[str, float]]:
    best: dict[str, dict[str, float]] = {}
    for turn in range(ROUNDS):
        for name, script in contestants.items():
            directory = scratch / f"{script}-{turn}"
            directory.mkdir(parents=True)
            result = _time(script, frames_path, directory, NUMBERS)
            if name not in best or result["seconds"] < best[name]["seconds"]:
                best[name] = result
    return best


def _time(
    script: str, frames_path: Path, directory: Path, numbers: tuple[str, ...]
) -> dict[str, float]:
    inside = script in ELSEWHERE.values()
    python = PEERS / "bin" / "python" if inside else Path(sys.executable)
    done = subprocess.run(  # noqa: S603 - our own scripts
        [python, "-m", f"benchmarks.peers.{script}", frames_path, directory, *numbers],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _show(
    console: Console,
    workload: str,
    results: dict[str, dict[str, float]],
    trouble: str | None,
) -> dict[str, object]:
    records = DEVICES * ROWS_PER_FILE
    table = Table(title=f"transform, {workload}: {records:,} records, one core")
    for heading in ("", "records/s", "files", "bytes/item", "Firn is", "target"):
        table.add_column(heading, justify="right" if heading else "left")
    ours = results[OURS]["seconds"]
    report: dict[str, object] = {}
    for name, result in results.items():
        ratio = result["seconds"] / ours
        target = TARGETS.get((workload, name))
        table.add_row(
            name,
            f"{records / result['seconds']:,.0f}",
            f"{result['files']:,}",
            f"{result['bytes'] / records:.1f}",
            "" if name == OURS else f"{ratio:.2f} x",
            "" if target is None else f">= {target} x",
        )
        report[name] = {
            "records_per_second": round(records / result["seconds"]),
            "ratio": round(ratio, 2),
            "target": target,
        }
    console.print(table)
    if trouble:
        console.print(f"not measured: polars, awswrangler ({trouble})")
    return report


def _undeclared(console: Console, scratch: Path) -> dict[str, object]:
    """
    The same clean telemetry where no column is declared: all of it is `rest`.
    """
    directory = scratch / "undeclared"
    directory.mkdir()
    result = _time(HERE[OURS], scratch / "clean.gz", directory, ())
    speed = round(DEVICES * ROWS_PER_FILE / result["seconds"])
    console.print(f"with no columns declared: {speed:,} records/s")
    return {"records_per_second": speed}


def _dense(console: Console, scratch: Path) -> dict[str, object]:
    """
    What an item takes at rest, a day of one a minute in each file.
    """
    devices = 20
    path, directory = scratch / "dense.gz", scratch / "dense"
    path.write_bytes(frames(clean(devices, DENSE_ROWS)))
    directory.mkdir()
    result = _time(HERE[OURS], path, directory, NUMBERS)
    size = round(result["bytes"] / (devices * DENSE_ROWS), 1)
    console.print(
        f"at rest, {DENSE_ROWS} rows per file: {size} bytes per item"
        f" (target <= {BYTES_PER_ITEM_MAX})"
    )
    return {"rows_per_file": DENSE_ROWS, "bytes": size, "target": BYTES_PER_ITEM_MAX}

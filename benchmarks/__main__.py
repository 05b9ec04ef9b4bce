"""
Run every benchmark, print the tables, write benchmarks/report.json.
"""

import json
import platform
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

BENCHMARKS = ("router", "transform", "memory", "cost")
REPORT = Path(__file__).parent / "report.json"
LIBRARIES = ("pyarrow", "duckdb", "orjson")


def main() -> None:
    """
    Each benchmark prints its own table and gives its numbers for the report.
    """
    report: dict[str, object] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    for name in BENCHMARKS:
        report[name] = import_module(f"benchmarks.{name}").run()
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nwritten: {REPORT.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()

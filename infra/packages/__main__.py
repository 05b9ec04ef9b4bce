"""
`python -m infra.packages`: builds the Lambda packages, and says how large they are.

Rule 1: progress and failures go to standard error, the result to standard
output. A failure is one sentence and exit code 1; a wrong argument is 2.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from infra.packages.build import Built, Workshop, build
from infra.packages.errors import PackageError
from infra.packages.plan import MIB, PACKAGES
from infra.packages.targets import LAMBDA, host

ROOT = Path(__file__).resolve().parents[2]
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130  # as the shell reports what Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """
    The exit code of one build.
    """
    options = _parser().parse_args(arguments)
    targets = {"arm64": LAMBDA, "host": host()}
    workshop = Workshop(
        root=ROOT,
        output=options.output,
        wheels=options.wheels or options.output / "wheels",
        say=_say,
    )
    try:
        built = build(workshop, [targets[each] for each in options.target or targets])
    except PackageError as error:
        _say(f"packages: {error}")
        return EXIT_FAILED
    except OSError as error:
        named = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        _say(f"packages: {named}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        _say("packages: stopped; what was made before stays, and nothing is half made")
        return EXIT_INTERRUPTED
    described = [asdict(each) for each in built]
    text = json.dumps(described, indent=2) if options.json else table(built)
    sys.stdout.write(text + "\n")
    return 0


def table(built: Sequence[Built]) -> str:
    """
    The packages for a person: how large, how near to the bound, how uploaded.
    """
    bounds = {package.name: package for package in PACKAGES}
    rows = [("package", "zipped", "unzipped", "bound", "files", "upload", "sha256")]
    for each in built:
        bound = bounds[each.name]
        limits = f"{bound.zipped_max // MIB} / {bound.unzipped_max // MIB} MiB"
        rows.append(
            (
                each.file,
                _mebibytes(each.zipped_bytes),
                _mebibytes(each.unzipped_bytes),
                # Nothing bounds what never leaves this machine.
                limits if each.target == LAMBDA.name else "",
                str(each.files),
                each.upload if each.target == LAMBDA.name else "",
                each.sha256[:12],
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = {0, 5, 6}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index in left else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _mebibytes(count: int) -> str:
    return f"{count / MIB:.1f} MiB"


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.packages",
        description="Build the Lambda packages for AWS (arm64) and for this machine.",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "build",
        help="the folder they go to (default: build)",
    )
    parser.add_argument(
        "--wheels",
        type=Path,
        help="the folder that keeps fetched wheels (default: wheels in the output)",
    )
    parser.add_argument(
        "--target",
        action="append",
        choices=("arm64", "host"),
        help="build for this one only; may be given twice (default: both)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""
The wheels of a lock: fetched once, checked by hash each time they are used.

Rule 1: this is the only file that knows pip. pip knows the index, the proxy and
the certificates of whoever builds; nothing here names any.
Rule 2: a wheel whose hash is not in the lock is never opened, wherever it lay.
"""

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from packaging.utils import (
    InvalidWheelFilename,
    canonicalize_name,
    parse_wheel_filename,
)

from infra.packages.errors import PackageError
from infra.packages.lock import HASH, Pinned
from infra.packages.targets import Target

Say = Callable[[str], None]

UNREACHABLE = re.compile(
    r"Retrying \(|Max retries exceeded|NewConnectionError|ConnectTimeout"
)
MISMATCH = "DO NOT MATCH THE HASHES"


def fetch(
    pinned: Sequence[Pinned], target: Target, store: Path, say: Say
) -> dict[str, Path]:
    """
    The wheel of each distribution for this target, by the distribution's name.
    """
    store.mkdir(parents=True, exist_ok=True)
    wanted = [each for each in pinned if each.is_for(target)]
    missing = [each for each in wanted if _found(each, store) is None]
    if missing:
        _download(missing, target, store, say)
    wheels = {}
    for each in wanted:
        wheel = _found(each, store)
        if wheel is None:
            msg = f"{each}: pip fetched it, but no wheel with a hash of the lock"
            raise PackageError(msg)
        wheels[each.name] = wheel
    return wheels


def _found(pinned: Pinned, store: Path) -> Path | None:
    for path in sorted(store.glob("*.whl")):
        try:
            name, version, _, _ = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if (canonicalize_name(name), str(version)) != (pinned.name, pinned.version):
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() in pinned.hashes:
                return path
    return None


def _download(missing: Sequence[Pinned], target: Target, store: Path, say: Say) -> None:
    requirements = store / "missing.txt"
    requirements.write_text("".join(map(_line, missing)), "utf-8")
    command = [
        *(sys.executable, "-m", "pip", "download"),
        *("--disable-pip-version-check", "--no-input", "--progress-bar=off"),
        *("--no-deps", "--require-hashes", "--only-binary=:all:"),
        f"--requirement={requirements}",
        f"--dest={store}",
        *target.pip_options,
    ]
    output = []
    with subprocess.Popen(  # noqa: S603 - our own interpreter's pip, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        for line in process.stdout:
            output.append(line)
            # The second is what pip says of a file in a folder of wheels.
            if line.startswith(("Collecting ", "Processing ")):
                what = line.split()[1].rsplit("/", 1)[-1]
                say(f"fetching {what} for {target.name}")
    if process.returncode != 0:
        raise PackageError(explain("".join(output), target))


def _line(pinned: Pinned) -> str:
    hashes = " ".join(HASH + each for each in sorted(pinned.hashes))
    return f"{pinned} {hashes}\n"


def explain(output: str, target: Target) -> str:
    """
    What pip failed with, in a sentence.
    """
    if MISMATCH in output:
        named = re.search(r"^\s+(\S+==\S+) from ", output, re.MULTILINE)
        what = named[1] if named else "a distribution"
        return f"{what}: the index has a file whose hash is not in the lock"
    unmatched = re.search(r"No matching distribution found for (\S+)", output)
    if UNREACHABLE.search(output):
        what = unmatched[1] if unmatched else "wheels"
        return (
            f"{what}: pip cannot reach the package index;"
            " the network, a proxy or pip's own settings are in the way"
        )
    if unmatched:
        version = ".".join(map(str, target.python))
        return (
            f"{unmatched[1]}: the index has no wheel of it for {target.name}"
            f" (Python {version}, {target.machine})"
        )
    return "pip failed: " + _last(output)


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["nothing"])[-1].removeprefix("ERROR: ")

"""
All packages for all targets, of which only those are made whose inputs changed.

Rule 1: a package's inputs are its sources, its lock, this builder, and for the
host the interpreter. Their digest stands in packages.json beside the zip's own;
what matches both is left as it is.
Rule 2: a zip appears whole or not at all, and is named in packages.json last.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from infra.packages.contents import Tree, merge, size
from infra.packages.elf import check_binaries
from infra.packages.lock import read_lock
from infra.packages.plan import PACKAGES, Package, check_size, upload
from infra.packages.project import project_tree, services
from infra.packages.prune import keep_services, prune
from infra.packages.targets import Target
from infra.packages.unpack import unpack
from infra.packages.wheels import Say, fetch
from infra.packages.zip_file import zip_bytes

FORMAT = 1
BUILDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """
    Where sources come from, where packages go, and who is told.
    """

    root: Path
    output: Path
    wheels: Path
    say: Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """
    A package as packages.json describes it.
    """

    name: str
    target: str
    file: str
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int
    files: int
    binaries: int
    upload: str
    services: list[str]
    distributions: dict[str, str]
    inputs: str


def build(workshop: Workshop, targets: Sequence[Target]) -> list[Built]:
    """
    Make what is not up to date for these targets, and describe it.
    """
    workshop.output.mkdir(parents=True, exist_ok=True)
    with _alone(workshop):
        before = _read(workshop)
        built = [
            _package(workshop, package, target, before)
            for target in targets
            for package in PACKAGES
        ]
        # What was made for another target is still there and still described.
        _write(
            workshop, [*({**before, **{each.file: each for each in built}}).values()]
        )
    return built


@contextmanager
def _alone(workshop: Workshop) -> Iterator[None]:
    """
    Hold off other builds into the same folder, as of tests that run side by side.
    """
    with (workshop.output / "packages.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            workshop.say("waiting for another build")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _package(
    workshop: Workshop,
    package: Package,
    target: Target,
    before: Mapping[str, Built],
) -> Built:
    own = project_tree(workshop.root, package.folder)
    inputs = _inputs(workshop, package, target, own)
    file = f"{target.name}/{package.name}.zip"
    known = before.get(file)
    if known and known.inputs == inputs and _holds(workshop.output / file, known):
        return known
    pinned = read_lock(workshop.root / package.lock)
    wheels = fetch(pinned, target, workshop.wheels / target.key, workshop.say)
    workshop.say(f"packing {file}")
    needed = services(own)
    trees = {name: prune(name, unpack(wheel)) for name, wheel in wheels.items()}
    trees["botocore"] = keep_services(trees["botocore"], needed)
    tree = merge({"firn": own, **trees})
    binaries = check_binaries(tree, target)
    zipped = zip_bytes(tree)
    if target.deployed:
        check_size(package, len(zipped), size(tree))
    _replace(workshop.output / file, zipped)
    return Built(
        name=package.name,
        target=target.name,
        file=file,
        sha256=hashlib.sha256(zipped).hexdigest(),
        zipped_bytes=len(zipped),
        unzipped_bytes=size(tree),
        files=len(tree),
        binaries=binaries,
        upload=upload(len(zipped)),
        services=sorted(needed),
        distributions={
            each.name: each.version for each in pinned if each.name in wheels
        },
        inputs=inputs,
    )


def _inputs(workshop: Workshop, package: Package, target: Target, own: Tree) -> str:
    digest = hashlib.sha256()
    files = {
        **own,
        package.lock: (workshop.root / package.lock).read_bytes(),
        **{f"builder/{path.name}": path.read_bytes() for path in BUILDER.glob("*.py")},
        "target": target.key.encode(),
        "compressor": version("deflate").encode(),
    }
    for path in sorted(files):
        digest.update(f"{path} {len(files[path])}\n".encode())
        digest.update(files[path])
    return digest.hexdigest()


def _holds(path: Path, known: Built) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == known.sha256


def _read(workshop: Workshop) -> dict[str, Built]:
    """
    What the last build left, and nothing where that cannot be understood.
    """
    try:
        report = json.loads((workshop.output / "packages.json").read_text("utf-8"))
        return {each["file"]: Built(**each) for each in report["packages"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _write(workshop: Workshop, built: list[Built]) -> None:
    report = {"format": FORMAT, "packages": [asdict(each) for each in built]}
    text = json.dumps(report, indent=2) + "\n"
    _replace(workshop.output / "packages.json", text.encode())


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)

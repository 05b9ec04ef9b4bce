"""
What is in the real packages, and what is not.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from infra.packages.contents import Tree, size
from infra.packages.elf import MAGIC, check_binaries
from infra.packages.errors import PackageError
from infra.packages.plan import DIRECT_BYTES_MAX, PACKAGES, UNZIPPED_BYTES_MAX, Package
from infra.packages.targets import LAMBDA
from tests.infra.packages.conftest import ROOT, Built

NAMES = [package.name for package in PACKAGES]
FILES = [f"{target}/{name}.zip" for target in ("arm64", "host") for name in NAMES]

# What a build reads beside the hops' own folders.
SHARED = ("archive", "infra/packages", "requirements", "pyproject.toml", "LICENSE")


@pytest.fixture(scope="session")
def transform(built: Built) -> Tree:
    """
    The largest package, which has all the binaries.
    """
    return built.tree("arm64/transform.zip")


@pytest.mark.parametrize("file", FILES)
def test_the_report_is_right_about_each_file(built: Built, file: str) -> None:
    """
    Terraform and people rely on its digest and sizes.
    """
    package = built.packages[file]
    content = (built.folder / file).read_bytes()

    assert hashlib.sha256(content).hexdigest() == package["sha256"]
    assert len(content) == package["zipped_bytes"]
    assert size(built.tree(file)) == package["unzipped_bytes"] < UNZIPPED_BYTES_MAX
    assert package["upload"] == ("direct" if len(content) <= DIRECT_BYTES_MAX else "s3")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_both_targets_hold_the_same_but_for_what_is_compiled(
    built: Built, package: Package
) -> None:
    """
    What the tests run on this machine is what runs on Lambda.
    """
    targets = [
        built.tree(f"{target}/{package.name}.zip") for target in ("arm64", "host")
    ]
    sources = [
        {path: content for path, content in tree.items() if path.endswith(".py")}
        for tree in targets
    ]
    differing = {
        path
        for path in sources[0].keys() | sources[1].keys()
        if sources[0].get(path) != sources[1].get(path)
    }

    assert differing <= {"duckdb/_build_info.py", "pyarrow/_generated_version.py"}
    assert (
        len(
            {
                json.dumps(
                    built.packages[f"{target}/{package.name}.zip"]["distributions"]
                )
                for target in ("arm64", "host")
            }
        )
        == 1
    )


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_models_kept_are_those_of_the_clients_made(
    built: Built, package: Package
) -> None:
    """
    Each `boto3.client("x")` in the sources has its model, and no model is idle.
    """
    texts = [
        path.read_text()
        for folder in (package.folder, "archive")
        for path in (ROOT / folder).rglob("*.py")
    ]
    made = {name for text in texts for name in re.findall(r'client\("(\w+)"', text)}
    tree = built.tree(f"arm64/{package.name}.zip")
    kept = {
        path.split("/")[2]
        for path in tree
        if path.startswith("botocore/data/") and path.count("/") > 2
    }

    assert kept == made
    assert set(built.packages[f"arm64/{package.name}.zip"]["services"]) == made


@pytest.mark.parametrize("file", FILES)
def test_a_package_holds_no_other_hop_and_no_leftovers(built: Built, file: str) -> None:
    """
    No command, no emulator, no test, no byte code, no installer's notes.
    """
    tree = built.tree(file)
    folders = {path.split("/")[0] for path in tree}
    hop = next(each.folder for each in PACKAGES if file.endswith(f"/{each.name}.zip"))
    ours = {"archive", "benchmarks", "infra", "ingest", "local_aws", "ops"}

    assert folders & (ours | {"stream_router", "tests", "transforms"}) == {
        "archive",
        hop,
    }
    assert [
        path
        for path in tree
        if re.search(
            r"__pycache__|\.pyc$|\.pyi$|/(RECORD|INSTALLER|direct_url.json)$", path
        )
    ] == []


@pytest.mark.parametrize("file", FILES)
def test_every_distribution_keeps_its_name_version_and_licence(
    built: Built, file: str
) -> None:
    """
    Scanners read METADATA; giving software away without its licence is forbidden.
    """
    tree = built.tree(file)
    locked = {**built.packages[file]["distributions"], "firn": version("firn")}
    found = {}
    for path in tree:
        match = re.fullmatch(r"(.+)-([^-]+)\.dist-info/METADATA", path)
        if match:
            found[match[1].replace("_", "-").lower()] = match[2]
            folder = path.removesuffix("METADATA")
            assert any(
                re.search(
                    r"licen[cs]e|copying", other.removeprefix(folder), re.IGNORECASE
                )
                for other in tree
                if other.startswith(folder)
            ), path

    assert found == locked


def test_lambdas_transform_loads_on_lambda(transform: Tree) -> None:
    """
    Every binary is for aarch64 and Python 3.13, and finds all that it needs.
    """
    binaries = [path for path in transform if transform[path].startswith(MAGIC)]

    assert check_binaries(transform, LAMBDA) == len(binaries) > 10


@pytest.mark.parametrize("file", ["arm64/ingest.zip", "arm64/router.zip"])
def test_lambdas_small_functions_load_on_lambda(built: Built, file: str) -> None:
    """
    The ingest has nothing compiled; the router has orjson and zlib-ng.
    """
    assert check_binaries(built.tree(file), LAMBDA) == built.packages[file]["binaries"]


def test_no_library_of_the_transform_can_be_spared(transform: Tree) -> None:
    """
    Whichever of Arrow's libraries is left out, the build says who misses it.
    """
    libraries = [path for path in transform if re.search(r"/lib[^/]+\.so\.\d+$", path)]

    assert len(libraries) > 5
    for library in libraries:
        rest = {path: transform[path] for path in transform if path != library}
        name = library.rsplit("/", 1)[-1]
        with pytest.raises(PackageError, match=f"needs {re.escape(name)}, which"):
            check_binaries(rest, LAMBDA)


def test_the_transform_needs_no_more_than_the_runtime_has(transform: Tree) -> None:
    """
    The bound bites: with an older C library the same package is refused.
    """
    older = replace(LAMBDA, symbols_max={"GLIBC": (2, 27)})

    with pytest.raises(PackageError, match=r"needs GLIBC_2\.28, and the runtime has"):
        check_binaries(transform, older)


@pytest.mark.slow
def test_the_same_commit_gives_the_same_bytes_in_another_checkout(
    built: Built, tmp_path: Path
) -> None:
    """
    Another folder, umask, locale, zone, hash seed and order: the same zips.
    """
    checkout = tmp_path / "another checkout"
    own = (package.folder for package in PACKAGES)
    for path in (*SHARED, *own):
        _copy(path, checkout)
    environment = {
        **os.environ,
        "TZ": "Pacific/Chatham",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "infra.packages", "--json", "--target", "arm64"),
            *("--wheels", str(built.folder / "wheels")),
        ],
        cwd=checkout,
        env=environment,
        umask=0o077,
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    again = {each["file"]: each["sha256"] for each in json.loads(done.stdout)}

    assert again == {
        file: package["sha256"]
        for file, package in built.packages.items()
        if file.startswith("arm64/")
    }


def _copy(path: str, checkout: Path) -> None:
    source, target = ROOT / path, checkout / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copyfile(source, target)
        return
    shutil.copytree(
        source,
        target,
        ignore=shutil.ignore_patterns("__pycache__"),
        copy_function=shutil.copyfile,
    )

"""
A build makes what has changed, the same everywhere, or says why it cannot.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.packages import build as build_module
from infra.packages.build import Built, Workshop, build
from infra.packages.errors import PackageError
from infra.packages.plan import PACKAGES
from infra.packages.targets import LAMBDA
from tests.infra.packages.conftest import Index

BOTOCORE = {
    "botocore/__init__.py": b"",
    **{
        f"botocore/data/{service}/2020-01-01/{file}": service.encode()
        for service in ("s3", "glue", "ec2")
        for file in ("service-2.json.gz", "examples-1.json")
    },
}
PROJECT = """
[project]
name = "firn"
version = "0.1.0"
description = "Keeps."
license = "Apache-2.0"
"""


class Repository:
    """
    A tiny repository whose packages are built.
    """

    def __init__(self, root: Path, lock: str) -> None:
        self.root = root
        self.said: list[str] = []
        for folder in ("archive", *(each.folder for each in PACKAGES)):
            self.write(f"{folder}/__init__.py", "")
            self.write(f"{folder}/handler.py", 'import boto3\nboto3.client("s3")\n')
        for package in PACKAGES:
            self.write(package.lock, lock)
        self.write("pyproject.toml", PROJECT)
        self.write("LICENSE", "Take it.")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def build(self) -> list[Built]:
        self.said.clear()
        workshop = Workshop(
            root=self.root,
            output=self.root / "build",
            wheels=self.root.parent / "wheels",
            say=self.said.append,
        )
        return build(workshop, [LAMBDA])

    def packed(self) -> list[str]:
        """
        The packages that the last build made.
        """
        return [text.split()[1] for text in self.said if text.startswith("packing")]


@pytest.fixture
def lock(index: Index) -> str:
    """
    A lock of three wheels: botocore's likeness, a pure one and one with a licence.
    """
    return (
        index.add("botocore", BOTOCORE)
        + index.add("some", {"some.py": b"some = 1\n" * 100})
        + index.add("other", {"other/LICENSE": b"Take it."})
    )


@pytest.fixture
def repository(tmp_path: Path, lock: str) -> Repository:
    """
    A repository that can be built.
    """
    return Repository(tmp_path / "repository", lock)


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    """
    Sets the umask until the test is over.
    """
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def test_a_second_build_makes_nothing(repository: Repository) -> None:
    """
    Inputs are compared by content, so a fresh checkout is no change.
    """
    first = repository.build()
    for path in repository.root.rglob("*.py"):
        os.utime(path, (1, 1))

    assert repository.build() == first
    assert repository.said == []


def test_only_the_package_whose_sources_changed_is_made_anew(
    repository: Repository,
) -> None:
    """
    A change of the ingest does not cost the transform's compression.
    """
    repository.build()
    repository.write("ingest/handler.py", "changed = True\n")
    repository.build()

    assert repository.packed() == ["arm64/ingest.zip"]


def test_what_all_packages_hold_makes_all_anew(repository: Repository) -> None:
    """
    As archive and the version do.
    """
    repository.build()
    repository.write("archive/keys.py", "changed = True\n")
    repository.build()

    assert len(repository.packed()) == len(PACKAGES)


@pytest.mark.parametrize("damage", ["delete", "change"])
def test_a_zip_that_is_not_what_was_built_is_made_anew(
    repository: Repository, damage: str
) -> None:
    """
    Whatever happened to the folder, what is deployed is what was checked.
    """
    first = repository.build()
    path = repository.root / "build/arm64/router.zip"
    path.unlink() if damage == "delete" else path.write_bytes(b"changed")

    assert repository.build() == first
    assert repository.packed() == ["arm64/router.zip"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"packages": [{"file": "x"}]}'])
def test_an_unreadable_report_only_costs_time(
    repository: Repository, text: str
) -> None:
    """
    It says what need not be done, and nothing else.
    """
    first = repository.build()
    repository.write("build/packages.json", text)

    assert repository.build() == first


def test_folder_umask_times_and_other_files_do_not_reach_the_zips(
    repository: Repository, tmp_path: Path, lock: str, umask: Callable[[int], int]
) -> None:
    """
    The same commit in another checkout gives the same bytes.
    """
    first = {each.file: each.sha256 for each in repository.build()}
    umask(0o077)
    other = Repository(tmp_path / "elsewhere" / "r\u00e9po", lock)
    other.write("archive/__pycache__/keys.cpython-313.pyc", "x")
    other.write("ingest/.handler.py.swp", "x")
    other.write("ingest/notes.md", "x")
    for path in other.root.rglob("*"):
        os.utime(path, (10**9, 10**9))

    assert {each.file: each.sha256 for each in other.build()} == first


def test_the_report_describes_what_is_in_the_folder(repository: Repository) -> None:
    """
    Sizes, digest, services and distributions, for people and for other programs.
    """
    built = repository.build()
    report = json.loads((repository.root / "build/packages.json").read_text())
    ingest = report["packages"][0]

    assert [each["file"] for each in report["packages"]] == [
        each.file for each in built
    ]
    assert ingest["distributions"] == {"botocore": "1.0", "some": "1.0", "other": "1.0"}
    assert ingest["services"] == ["s3"]
    assert ingest["upload"] == "direct"
    assert ingest["zipped_bytes"] == (
        (repository.root / "build/arm64/ingest.zip").stat().st_size
    )


def test_packages_for_another_target_stay_in_the_report(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Building for one target forgets nothing of the other.
    """
    repository.build()
    monkeypatch.setattr(
        "tests.infra.packages.test_build.LAMBDA", replace(LAMBDA, name="other")
    )
    repository.build()
    report = json.loads((repository.root / "build/packages.json").read_text())

    assert {each["target"] for each in report["packages"]} == {"arm64", "other"}


def test_a_failed_build_leaves_what_was_there(repository: Repository) -> None:
    """
    A package appears whole and checked, or not at all.
    """
    repository.build()
    before = (repository.root / "build/arm64/ingest.zip").read_bytes()
    repository.write("ingest/handler.py", 'import boto3\nboto3.client("s4")\n')

    with pytest.raises(PackageError, match="no service called s4"):
        repository.build()
    assert (repository.root / "build/arm64/ingest.zip").read_bytes() == before


def test_two_builds_into_one_folder_wait_for_each_other(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that run side by side ask for the same packages.
    """
    locks: list[int] = []

    def flock(_file: object, operation: int) -> None:
        locks.append(operation)
        if operation & build_module.fcntl.LOCK_NB:
            raise BlockingIOError

    monkeypatch.setattr(build_module.fcntl, "flock", flock)
    repository.build()

    assert repository.said[0] == "waiting for another build"
    assert locks[-1] == build_module.fcntl.LOCK_EX


def test_only_what_is_deployed_is_bound(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Another machine's wheels may be larger, and its packages go nowhere.
    """
    tiny = tuple(replace(each, zipped_max=10) for each in PACKAGES)
    monkeypatch.setattr(build_module, "PACKAGES", tiny)

    with pytest.raises(PackageError, match=r"^ingest: .* zipped, above the bound"):
        repository.build()
    monkeypatch.setattr(
        "tests.infra.packages.test_build.LAMBDA", replace(LAMBDA, deployed=False)
    )
    assert len(repository.build()) == len(PACKAGES)


def test_the_wheels_may_be_gone_once_packages_are_made(
    repository: Repository, tmp_path: Path
) -> None:
    """
    They are a cache and nothing else.
    """
    first = repository.build()
    shutil.rmtree(tmp_path / "wheels")

    assert repository.build() == first

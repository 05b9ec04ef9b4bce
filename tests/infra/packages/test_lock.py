"""
What is packed is locked, and what is locked is what is tested.
"""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.packages.errors import PackageError
from infra.packages.lock import Pinned, read_lock
from infra.packages.plan import PACKAGES, Package
from infra.packages.targets import LAMBDA, host

ROOT = Path(__file__).parents[3]


def pins(name: str) -> dict[str, Pinned]:
    """
    A lock file's distributions by name.
    """
    return {each.name: each for each in read_lock(ROOT / f"requirements/{name}.txt")}


def written(tmp_path: Path, text: str) -> Path:
    """
    A lock file of this text.
    """
    path = tmp_path / "some.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_packages_lock_is_part_of_the_whole_lock(package: Package) -> None:
    """
    Tests run with all.txt; a package must not hold another version or file.
    """
    everything = pins("all")

    for name, pinned in pins(package.name).items():
        assert pinned == everything[name]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_packages_lock_has_what_its_extra_asks_for(package: Package) -> None:
    """
    `make lock` was run after pyproject.toml changed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = pins(package.name)

    for text in project["optional-dependencies"][package.name]:
        asked = Requirement(text)
        assert asked.specifier.contains(locked[canonicalize_name(asked.name)].version)


def test_only_the_transform_carries_what_is_large() -> None:
    """
    The small functions start fast because they never hold pyarrow or DuckDB.
    """
    large = {"pyarrow", "duckdb"}

    assert large <= pins("transform").keys()
    assert not large & (pins("ingest").keys() | pins("router").keys())


@pytest.mark.parametrize(
    "text",
    [
        "six==1.17.0\n",
        "six>=1.17.0 --hash=sha256:00\n",
        "six==1.17.0,!=1.17.1 --hash=sha256:00\n",
        "six --hash=sha256:00\n",
        "--index-url=somewhere\n",
    ],
)
def test_a_line_that_does_not_name_one_file_is_refused(
    tmp_path: Path, text: str
) -> None:
    """
    Without a version and a hash, two builds may hold two things.
    """
    with pytest.raises(PackageError, match=r"some\.txt"):
        read_lock(written(tmp_path, text))


def test_markers_are_judged_for_the_target_and_not_for_the_builder(
    tmp_path: Path,
) -> None:
    """
    A Mac or an old Python that builds for Lambda packs what Lambda needs.
    """
    lock = written(
        tmp_path,
        'old==1 ; python_version < "3.13" \\\n    --hash=sha256:00\n'
        'arm==1 ; platform_machine == "aarch64" and sys_platform == "linux" \\\n'
        "    --hash=sha256:00\n    # via firn\n"
        "all==1 --hash=sha256:00 --hash=sha256:01\n",
    )
    pinned = read_lock(lock)

    assert [each.name for each in pinned if each.is_for(LAMBDA)] == ["arm", "all"]
    assert next(each for each in pinned if each.name == "all").is_for(host())
    assert pinned[2].hashes == {"00", "01"}

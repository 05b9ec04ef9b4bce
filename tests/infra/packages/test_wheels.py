"""
Wheels come from the builder's own index, and only those of the lock are opened.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.packages.errors import PackageError
from infra.packages.lock import Pinned, read_lock
from infra.packages.targets import LAMBDA, host
from infra.packages.wheels import explain, fetch
from tests.infra.packages.conftest import Index


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """
    Where wheels are kept.
    """
    return tmp_path / "wheels"


def locked(tmp_path: Path, *lines: str) -> tuple[Pinned, ...]:
    """
    What these lines lock.
    """
    path = tmp_path / "lock.txt"
    path.write_text("".join(lines))
    return read_lock(path)


def test_a_wheel_for_lambda_is_found_from_any_machine(
    tmp_path: Path, index: Index, store: Path
) -> None:
    """
    Of wheels for several machines the one for arm64 and Python 3.13 is taken.
    """
    index.add("fast", {"fast.py": b"x86"}, "cp313-cp313-manylinux_2_28_x86_64")
    line = index.add("fast", {"fast.py": b"arm"}, "cp313-cp313-manylinux_2_28_aarch64")

    wheels = fetch(locked(tmp_path, line), LAMBDA, store, lambda _: None)

    assert wheels["fast"].name == "fast-1.0-cp313-cp313-manylinux_2_28_aarch64.whl"


@pytest.mark.parametrize(
    "tag",
    [
        "cp313-cp313-manylinux_2_17_aarch64",
        "cp313-cp313-manylinux2014_aarch64",
        "cp38-abi3-manylinux_2_34_aarch64",
        "py3-none-any",
    ],
)
def test_every_kind_of_wheel_that_lambda_runs_is_taken(
    tmp_path: Path, index: Index, store: Path, tag: str
) -> None:
    """
    An older glibc, the stable ABI and pure Python all run there.
    """
    line = index.add("fast", {"fast.py": b""}, tag)

    assert fetch(locked(tmp_path, line), LAMBDA, store, lambda _: None)


@pytest.mark.parametrize(
    "tag",
    [
        "cp313-cp313-manylinux_2_35_aarch64",
        "cp312-cp312-manylinux_2_28_aarch64",
        "cp313-cp313-musllinux_1_2_aarch64",
        "cp313-cp313-macosx_11_0_arm64",
    ],
)
def test_a_wheel_that_lambda_cannot_run_is_no_wheel(
    tmp_path: Path, index: Index, store: Path, tag: str
) -> None:
    """
    The sentence names the distribution, the Python and the machine.
    """
    line = index.add("fast", {"fast.py": b""}, tag)

    with pytest.raises(PackageError) as caught:
        fetch(locked(tmp_path, line), LAMBDA, store, lambda _: None)

    assert str(caught.value) == (
        "fast==1.0: the index has no wheel of it for arm64 (Python 3.13, aarch64)"
    )


def test_a_file_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, index: Index, store: Path
) -> None:
    """
    Whoever changes a file on the index does not get it into a package.
    """
    line = index.add("fast", {"fast.py": b"as locked"})
    index.add("fast", {"fast.py": b"changed"})

    with pytest.raises(PackageError) as caught:
        fetch(locked(tmp_path, line), LAMBDA, store, lambda _: None)

    assert str(caught.value) == (
        "fast==1.0: the index has a file whose hash is not in the lock"
    )


def test_a_changed_file_in_the_store_is_fetched_again(
    tmp_path: Path, index: Index, store: Path
) -> None:
    """
    The hash is checked each time, not only when something was fetched.
    """
    pinned = locked(tmp_path, index.add("fast", {"fast.py": b"as locked"}))
    kept = fetch(pinned, host(), store, lambda _: None)["fast"]
    good = kept.read_bytes()
    kept.write_bytes(good + b"changed")

    assert fetch(pinned, host(), store, lambda _: None)["fast"].read_bytes() == good


def test_what_is_there_already_needs_no_index(
    tmp_path: Path, index: Index, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A second build works on a train.
    """
    pinned = locked(tmp_path, index.add("fast", {"fast.py": b""}))
    first = fetch(pinned, host(), store, lambda _: None)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nothing"))
    said: list[str] = []

    assert fetch(pinned, host(), store, said.append) == first
    assert said == []


def test_wheels_chosen_by_other_rules_are_not_used() -> None:
    """
    A lock allows several files; which one is taken must not depend on the past.
    """
    other = replace(LAMBDA, pip_options=LAMBDA.pip_options[1:])

    assert len({LAMBDA.key, other.key, host().key}) == 3


def test_fetching_says_what_is_fetched(
    tmp_path: Path, index: Index, store: Path
) -> None:
    """
    Fifty megabytes take a while; a person sees which.
    """
    said: list[str] = []
    pinned = locked(
        tmp_path, index.add("fast", {"a.py": b""}), index.add("slow", {"b.py": b""})
    )

    fetch(pinned, LAMBDA, store, said.append)

    assert said == [
        "fetching fast-1.0-py3-none-any.whl for arm64",
        "fetching slow-1.0-py3-none-any.whl for arm64",
    ]


def test_no_network_is_said_in_a_sentence() -> None:
    """
    What pip writes is forty lines, and ends with that it found no version.
    """
    output = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by"
        " 'NewConnectionError': /simple/six/\n"
        "ERROR: Could not find a version that satisfies the requirement six==1.17.0\n"
        "ERROR: No matching distribution found for six==1.17.0\n"
    )

    assert explain(output, LAMBDA) == (
        "six==1.17.0: pip cannot reach the package index;"
        " the network, a proxy or pip's own settings are in the way"
    )


def test_any_other_failure_of_pip_is_its_own_last_word() -> None:
    """
    What we do not know of is passed on, in one line.
    """
    output = "Collecting six\nERROR: No space left on device\n\n"

    assert explain(output, host()) == "pip failed: No space left on device"
    assert explain("", host()) == "pip failed: nothing"

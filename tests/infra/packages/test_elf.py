"""
A binary that Lambda could not load does not reach Lambda.
"""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from zlib_ng import zlib_ng

from infra.packages.elf import check_binaries
from infra.packages.errors import PackageError
from infra.packages.targets import Target, host

# A real extension of the interpreter that runs this test.
EXTENSION = Path(str(zlib_ng.__file__))
NAME = f"zlib_ng/{EXTENSION.name}"
TREE = {NAME: EXTENSION.read_bytes(), "zlib_ng/__init__.py": b""}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has ELF binaries to try with"
)


@pytest.fixture
def target() -> Target:
    """
    This machine, with a C library as new as can be.
    """
    return replace(host(), deployed=True, symbols_max={"GLIBC": (9, 99)})


def refusal(tree: dict[str, bytes], target: Target) -> str:
    """
    The sentence with which a tree is refused.
    """
    with pytest.raises(PackageError) as caught:
        check_binaries(tree, target)
    return str(caught.value)


def test_what_this_machine_loads_is_counted(target: Target) -> None:
    """
    One binary, loadable; the Python file beside it is none.
    """
    assert check_binaries(TREE, target) == 1


def test_a_binary_for_another_machine_is_refused(target: Target) -> None:
    """
    An x86-64 library in an arm64 package is an import error an hour later.
    """
    other = replace(target, machine="riscv64")

    assert refusal(TREE, other) == (
        f"{NAME}: made for {target.machine}, not for riscv64"
    )


def test_a_binary_for_another_python_is_refused(target: Target) -> None:
    """
    The import system would not even look at the file.
    """
    other = replace(target, python=(3, 99))

    assert "ABI, and cpython-399 or abi3 is needed" in refusal(TREE, other)


@pytest.mark.parametrize(
    "name", ["zlib_ng.abi3.so", "zlib_ng/libz.so", "zlib_ng/libz.so.1.2.3"]
)
def test_the_stable_abi_and_plain_libraries_fit_any_python(
    target: Target, name: str
) -> None:
    """
    Neither names an interpreter.
    """
    assert check_binaries({name: TREE[NAME]}, replace(target, python=(3, 99))) == 1


@pytest.mark.parametrize("name", ["fast.so", "fast.cpython-313t-aarch64-linux-gnu.so"])
def test_an_extension_without_the_right_tag_is_refused(
    target: Target, name: str
) -> None:
    """
    No tag says nothing, and 313t is the build without the lock.
    """
    sentence = refusal({name: TREE[NAME]}, replace(target, python=(3, 13)))

    assert sentence.startswith(f"{name}: made for ")


def test_a_newer_c_library_than_the_runtimes_is_refused(target: Target) -> None:
    """
    Lambda's glibc is what it is; a wheel for a newer one does not start there.
    """
    old = replace(target, symbols_max={"GLIBC": (2, 1)})

    assert refusal(TREE, old).endswith(", and the runtime has GLIBC 2.1")


def test_a_library_that_nobody_has_is_refused(target: Target) -> None:
    """
    What was pruned too much is found at the build.
    """
    bare = replace(target, libraries=frozenset())

    assert refusal(TREE, bare).endswith(
        ", which neither the package nor the runtime has"
    )


def test_a_library_beside_an_extension_that_does_not_look_there_is_not_found(
    target: Target,
) -> None:
    """
    Being in the package is not enough: the loader has to be told the folder.
    """
    bare = replace(target, libraries=host().libraries - {"libc.so.6"})
    tree = {"a.abi3.so": TREE[NAME], "libc.so.6": TREE[NAME]}

    assert refusal(tree, bare).startswith("a.abi3.so: needs libc.so.6")


@pytest.mark.parametrize("name", ["a/fast.so", "a/fast.pyd", "a/libfast.dylib"])
def test_what_is_called_a_binary_and_is_none_is_refused(
    target: Target, name: str
) -> None:
    """
    As from a wheel for another system.
    """
    assert refusal({name: b"MZ"}, target) == (
        f"{name}: not an ELF file, which is all that Linux loads"
    )


@pytest.mark.parametrize("length", [4, 40, 400])
def test_a_damaged_binary_is_named(target: Target, length: int) -> None:
    """
    Half a file has a sentence, not a traceback.
    """
    assert refusal({NAME: TREE[NAME][:length]}, target).startswith(f"{NAME}: ")

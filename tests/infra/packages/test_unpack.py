"""
A wheel is its files, as they would lie once installed.
"""

from pathlib import Path

import pytest

from infra.packages.contents import merge
from infra.packages.errors import PackageError
from infra.packages.unpack import unpack
from tests.infra.packages.conftest import Index


def test_a_wheel_lies_as_an_installer_would_lay_it(index: Index) -> None:
    """
    What is under purelib and platlib lies beside the rest; scripts are left out.
    """
    index.add(
        "some",
        {
            "some/__init__.py": b"",
            "some-1.0.data/purelib/pure.py": b"pure",
            "some-1.0.data/platlib/sub/fast.so": b"fast",
            "some-1.0.data/scripts/some": b"#!python",
            "some-1.0.data/headers/some.h": b"",
        },
    )

    tree = unpack(next(index.folder.glob("*.whl")))

    assert {path for path in tree if ".dist-info" not in path} == {
        "some/__init__.py",
        "pure.py",
        "sub/fast.so",
    }


@pytest.mark.parametrize("path", ["../outside.py", "/etc/outside", "a\\b.py"])
def test_a_wheel_cannot_leave_its_folder(index: Index, path: str) -> None:
    """
    The lock vouches for the file, not for what its author meant.
    """
    index.add("some", {path: b""})

    with pytest.raises(PackageError, match="would leave its folder"):
        unpack(next(index.folder.glob("*.whl")))


def test_a_file_that_is_no_wheel_is_named(tmp_path: Path) -> None:
    """
    Half a file has a sentence, not a traceback.
    """
    path = tmp_path / "some-1.0-py3-none-any.whl"
    path.write_bytes(b"half")

    with pytest.raises(PackageError, match=r"^some-1\.0-py3-none-any\.whl: not a"):
        unpack(path)


def test_two_distributions_cannot_quietly_overwrite_each_other() -> None:
    """
    Which of them would win depends on an order that nobody chose.
    """
    assert merge({"a": {"x.py": b"1"}, "b": {"x.py": b"1", "y.py": b"2"}}) == {
        "x.py": b"1",
        "y.py": b"2",
    }
    with pytest.raises(PackageError, match=r"^x\.py: b and a disagree about it$"):
        merge({"a": {"x.py": b"1"}, "b": {"x.py": b"2"}})

"""
A wheel's files as they lie once installed.

Rule 1: nothing is executed and nothing is written: a wheel is a zip, and what
an installer would add to it (scripts, byte code, records) has no use here.
"""

import zipfile
from pathlib import Path, PurePosixPath

from infra.packages.contents import Tree
from infra.packages.errors import PackageError

# The parts of NAME.data that are installed beside the wheel's other files.
INSTALLED = ("purelib", "platlib")
DATA_PARTS_MIN = 3


def unpack(wheel: Path) -> Tree:
    """
    All that the wheel would put into site-packages.
    """
    tree: Tree = {}
    try:
        with zipfile.ZipFile(wheel) as file:
            for entry in file.infolist():
                path = None if entry.is_dir() else _installed(wheel, entry.filename)
                if path is not None:
                    tree[path] = file.read(entry)
    except zipfile.BadZipFile as error:
        msg = f"{wheel.name}: not a wheel: {error}"
        raise PackageError(msg) from error
    return tree


def _installed(wheel: Path, name: str) -> str | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        msg = f"{wheel.name}: {name} would leave its folder"
        raise PackageError(msg)
    if not path.parts[0].endswith(".data"):
        return str(path)
    if len(path.parts) >= DATA_PARTS_MIN and path.parts[1] in INSTALLED:
        return str(PurePosixPath(*path.parts[2:]))
    return None

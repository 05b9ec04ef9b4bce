"""
Scratch space on the local disk.

Rule 1: a directory of ours says which process made it, so that what a killed
process left can be told from what a living one needs.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "firn-transform-"


@contextmanager
def scratch_directory(parent: Path) -> Iterator[Path]:
    """
    A directory of its own, gone afterwards.
    """
    directory = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)
    try:
        yield Path(directory)
    finally:
        shutil.rmtree(directory)


def clear_scratch(parent: Path) -> None:
    """
    Remove what processes that are no more left behind.

    Lambda may keep /tmp when it kills a run at its deadline, and gives the next
    one the same process number. To be called before a process makes its first.
    """
    for left in parent.glob(f"{_PREFIX}*-*"):
        owner = int(left.name.removeprefix(_PREFIX).split("-", 1)[0])
        if owner == os.getpid() or not _is_alive(owner):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

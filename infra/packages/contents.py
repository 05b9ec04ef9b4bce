"""
What a package holds while it is being made.

Rule 1: a package is names and bytes. Modes, times, owners and the order of a
folder are not part of it, so nothing of the machine can reach the zip.
"""

from collections.abc import Mapping
from typing import TypeAlias

from infra.packages.errors import PackageError

# Path inside the package, with slashes, to content.
Tree: TypeAlias = dict[str, bytes]


def merge(trees: Mapping[str, Tree]) -> Tree:
    """
    All trees in one; each is called by the name of what it came from.
    """
    merged: Tree = {}
    owners: dict[str, str] = {}
    for owner, tree in trees.items():
        for path, content in tree.items():
            if merged.setdefault(path, content) != content:
                msg = f"{path}: {owner} and {owners[path]} disagree about it"
                raise PackageError(msg)
            owners.setdefault(path, owner)
    return merged


def size(tree: Tree) -> int:
    """
    The bytes of all files, which is what Lambda counts against its limit.
    """
    return sum(map(len, tree.values()))

"""
What a package holds of this repository.

Rule 1: the hop's own folder, archive, the licence and a METADATA that names the
version; never another hop, the command or the emulator.
Rule 2: which AWS services a package needs is read from its sources, so that no
list can be too short or too long.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from infra.packages.contents import Tree
from infra.packages.errors import PackageError

SHARED = "archive"


def project_tree(root: Path, folder: str) -> Tree:
    """
    A hop's own files, and what says whose they are.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    about = f"{name}-{version}.dist-info"
    metadata = (
        "Metadata-Version: 2.4\n"
        f"Name: {name}\n"
        f"Version: {version}\n"
        f"Summary: {project['description']}\n"
        f"License-Expression: {project['license']}\n"
        "License-File: LICENSE\n"
    )
    return {
        **_sources(root, SHARED),
        **_sources(root, folder),
        f"{about}/METADATA": metadata.encode(),
        f"{about}/licenses/LICENSE": (root / "LICENSE").read_bytes(),
    }


def services(tree: Tree) -> frozenset[str]:
    """
    The AWS services that these sources make clients for.
    """
    return frozenset(
        service
        for path in sorted(tree)
        if path.endswith(".py")
        for service in _clients(path, ast.parse(tree[path], path))
    )


def _sources(root: Path, folder: str) -> Tree:
    tree = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / folder).rglob("*.py")
    }
    if not tree:
        msg = f"{folder}: no sources there"
        raise PackageError(msg)
    return tree


def _clients(path: str, module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="boto3"), attr="client"),
                args=[ast.Constant(value=str(service)), *_],
            ):
                yield service
            case ast.Call(func=ast.Attribute(value=ast.Name(id="boto3"))):
                msg = (
                    f"{path}:{node.lineno}: of boto3 only client(...) with the"
                    " service's name in quotes can be packed"
                )
                raise PackageError(msg)
            case _:
                pass

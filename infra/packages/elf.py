"""
Whether a package's binaries can be loaded where it is going.

Rule 1: this is the only file that knows ELF. What cannot be loaded is found
here, at the build, and not by the first invocation.
"""

import io
import posixpath
import re
from collections.abc import Iterator

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from infra.packages.contents import Tree
from infra.packages.errors import PackageError
from infra.packages.targets import Target, Version

MAGIC = b"\x7fELF"

# ELF's names for what `uname -m` prints.
MACHINES = {"EM_AARCH64": "aarch64", "EM_X86_64": "x86_64"}

LIBRARY = re.compile(r"(^|/)lib[^/]*\.so(\.[0-9.]+)?$")
BINARY = re.compile(r"\.(so(\.[0-9.]+)?|dylib|dll|pyd|exe)$")
SYMBOL_VERSION = re.compile(r"([A-Z]+)_(\d+(?:\.\d+)*)$")


def check_binaries(tree: Tree, target: Target) -> int:
    """
    Refuse a binary that the target cannot load, and count those that it can.
    """
    count = 0
    for path in sorted(tree):
        if tree[path].startswith(MAGIC):
            for problem in _problems(path, tree, target):
                msg = f"{path}: {problem}"
                raise PackageError(msg)
            count += 1
        elif target.deployed and BINARY.search(path):
            msg = f"{path}: not an ELF file, which is all that Linux loads"
            raise PackageError(msg)
    return count


def _problems(path: str, tree: Tree, target: Target) -> Iterator[str]:
    try:
        file = ELFFile(io.BytesIO(tree[path]))
        found = file["e_machine"]
        if MACHINES.get(found, found) != target.machine:
            yield f"made for {MACHINES.get(found, found)}, not for {target.machine}"
        yield from _tag_problems(path, target)
        for section in file.iter_sections():
            if isinstance(section, DynamicSection):
                yield from _library_problems(path, section, tree, target)
            if isinstance(section, GNUVerNeedSection):
                yield from _symbol_problems(section, target)
    except (ELFError, UnicodeDecodeError) as error:
        yield f"damaged: {error}"


def _tag_problems(path: str, target: Target) -> Iterator[str]:
    if LIBRARY.search(path):
        return
    wanted = f"cpython-{''.join(map(str, target.python))}"
    tag = path.rsplit("/", 1)[-1].split(".", 1)[-1].removesuffix(".so")
    if tag != "abi3" and not f"{tag}-".startswith(f"{wanted}-"):
        yield f"made for {tag or 'no'} ABI, and {wanted} or abi3 is needed"


def _library_problems(
    path: str, section: DynamicSection, tree: Tree, target: Target
) -> Iterator[str]:
    folder = posixpath.dirname(path)
    places = [
        posixpath.join(folder, each)
        for kind in ("rpath", "runpath")
        for folders in _values(section, kind)
        for each in _beside(folders)
    ]
    for needed in _values(section, "needed"):
        paths = [posixpath.normpath(posixpath.join(each, needed)) for each in places]
        inside = any(path in tree for path in paths)
        if not inside and needed not in target.libraries:
            yield f"needs {needed}, which neither the package nor the runtime has"


def _values(section: DynamicSection, kind: str) -> list[str]:
    # pyelftools names the attribute after the tag, which no type can say.
    return [getattr(tag, kind) for tag in section.iter_tags(f"DT_{kind.upper()}")]


def _beside(folders: str) -> list[str]:
    """
    The folders of a search path that lie in the package, relative to the file.
    """
    return [
        each.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", ".")
        for each in folders.split(":")
        if each.startswith(("$ORIGIN", "${ORIGIN}"))
    ]


def _symbol_problems(section: GNUVerNeedSection, target: Target) -> Iterator[str]:
    for _, needs in section.iter_versions():
        for need in needs:
            match = SYMBOL_VERSION.match(need.name)
            newest = target.symbols_max.get(match[1]) if match else None
            if match and newest and _version(match[2]) > newest:
                has = ".".join(map(str, newest))
                yield f"needs {need.name}, and the runtime has {match[1]} {has}"


def _version(text: str) -> Version:
    return tuple(map(int, text.split(".")))

"""
Lock files: which distributions, and the hashes of the files that may be them.

Rule 1: a line without an exact version or without a hash is refused; what a
package holds follows from these files alone.
"""

from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from infra.packages.errors import PackageError
from infra.packages.targets import Target

HASH = "--hash=sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """
    One distribution at one version.
    """

    name: str
    version: str
    hashes: frozenset[str]
    marker: Marker | None

    def __str__(self) -> str:
        """
        As a person and pip write it.
        """
        return f"{self.name}=={self.version}"

    def is_for(self, target: Target) -> bool:
        """
        Whether the target needs it at all.
        """
        return self.marker is None or self.marker.evaluate(dict(target.markers))


def read_lock(path: Path) -> tuple[Pinned, ...]:
    """
    All that a lock file pins, in its order.
    """
    text = "\n".join(
        line for line in path.read_text("utf-8").splitlines() if not _is_comment(line)
    )
    lines = text.replace("\\\n", " ").splitlines()
    return tuple(_pinned(path, line) for line in lines if line.strip())


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _pinned(path: Path, line: str) -> Pinned:
    words, *hashes = line.split(HASH)
    try:
        requirement = Requirement(words.strip())
    except InvalidRequirement as error:
        msg = f"{path.name}: {words.strip()!r} is not a requirement"
        raise PackageError(msg) from error
    pins = [each.version for each in requirement.specifier if each.operator == "=="]
    if len(requirement.specifier) != 1 or len(pins) != 1 or not hashes:
        msg = f"{path.name}: {requirement.name} needs one version and its hashes"
        raise PackageError(msg)
    return Pinned(
        name=canonicalize_name(requirement.name),
        version=pins[0],
        hashes=frozenset(each.strip() for each in hashes),
        marker=requirement.marker,
    )

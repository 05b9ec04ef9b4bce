"""
What can be wrong with an archive, in a set of words.

Rule 1: a finding names one object, what is wrong with it, and, by its kind, what
to do. What only follows from it is counted in its reason, not found again.
Rule 2: these are all the kinds there are; docs/VERIFYING.md has a section each.
"""

from dataclasses import dataclass
from enum import Enum

PAGE = "docs/VERIFYING.md"


class Kind(Enum):
    """
    What is wrong with an object.
    """

    MISSING = "missing"  # the ledger names it, and it is not there
    EXPIRED = "expired"  # the same, and a delete marker stands in its place
    ALTERED = "altered"  # it is there with other bytes or other rows
    EXTRA = "extra"  # it is there, and the ledger does not name it
    DOUBLED = "doubled"  # it is there, or in the ledger, a second time
    MISPLACED = "misplaced"  # its rows belong to another device or date
    BROKEN = "broken"  # an entry that is no link of the chain
    CUT = "cut"  # the newest entries are gone
    MISCLASSED = "misclassed"  # not under items/, and not in STANDARD
    UNKNOWN = "unknown"  # of a format or kind that this version does not know

    @property
    def title(self) -> str:
        """
        The kind as a heading.
        """
        return _TITLES[self]

    @property
    def advice(self) -> str:
        """
        What to do about it.
        """
        return f"{_ADVICE[self]} ({PAGE}#{self.value})"

    @property
    def is_damage(self) -> bool:
        """
        Whether something is wrong with the archive, not with who looks at it.
        """
        return self is not Kind.UNKNOWN


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One object that is not as the ledger says, and why.
    """

    kind: Kind
    key: str
    reason: str


_TITLES = {
    Kind.MISSING: "missing objects",
    Kind.EXPIRED: "objects deleted or expired before their time",
    Kind.ALTERED: "altered objects",
    Kind.EXTRA: "extra objects, which no entry names",
    Kind.DOUBLED: "doubled objects",
    Kind.MISPLACED: "objects in a partition that they do not belong to",
    Kind.BROKEN: "broken chain",
    Kind.CUT: "cut chain",
    Kind.MISCLASSED: "objects that must be STANDARD and are not",
    Kind.UNKNOWN: "objects of a newer version of firn",
}

_ADVICE = {
    Kind.MISSING: "nothing of it is left here: put it back from a replica or a copy",
    Kind.EXPIRED: "take its delete marker away while the version is still there",
    Kind.ALTERED: "put the version back that the ledger names",
    Kind.EXTRA: "find out who put it there, copy it, then delete it",
    Kind.DOUBLED: "copy it, then delete the one that the ledger does not name",
    Kind.MISPLACED: "copy it, put it back where it belongs, delete it here",
    Kind.BROKEN: "put the entry back from its versions, a replica or a copy",
    Kind.CUT: "stop the transform first, then put the entries back",
    Kind.MISCLASSED: "restore it and copy it onto itself as STANDARD",
    Kind.UNKNOWN: "verify with the version of firn that the deployment has",
}

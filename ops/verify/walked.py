"""
What the ledger says, whole or not.

Rule 1: values only. reading.py fills them, and everything else stands on them.
"""

from dataclasses import dataclass, field

from ops.ledger import Head
from ops.verify.chain import Chain
from ops.verify.finding import Finding
from ops.verify.fold import Fold


@dataclass(slots=True, kw_only=True)
class Walked:
    """
    All that the ledger says, and what is wrong with the ledger itself.

    `gone` are the numbers of which there is no entry that can be believed, and
    `blind` those of which there is no such file list: what lies there under them
    cannot be compared. `lost` are those after the head that have a file list.
    """

    chain: Chain
    fold: Fold = field(default_factory=Fold)
    gone: set[int] = field(default_factory=set)
    blind: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    @property
    def head(self) -> Head:
        """
        The last entry that is there.
        """
        return self.chain.head

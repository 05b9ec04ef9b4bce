"""
Errors, named for who must act.

Rule 1: there are these five; a sixth needs a decision record, as the fifth has
(docs/decisions/0014-cold-is-not-damaged.md).
Rule 2: a message names the offending thing first, in lower case and without a
full stop, and never holds an item's body.
"""

from typing import ClassVar


class ArchiveError(Exception):
    """
    Something Firn cannot go on with; the subclass says who must act.
    """

    hint: ClassVar[str] = "docs/RUNBOOK.md"


class PoisonError(ArchiveError):
    """
    The input can never succeed. Quarantine it whole and go on.
    """

    hint: ClassVar[str] = "docs/RUNBOOK.md#quarantine"


class UndeliveredError(ArchiveError):
    """
    The other side did not take it. Stop here and let the sender retry.
    """

    hint: ClassVar[str] = "docs/RUNBOOK.md#undelivered"


class DamagedError(ArchiveError):
    """
    What we hold is not what we wrote. Stop and page.
    """

    hint: ClassVar[str] = "docs/RUNBOOK.md#damaged"


class MisconfiguredError(ArchiveError):
    """
    The deployment is wrong. Fail at once, before anything is touched.
    """

    hint: ClassVar[str] = "docs/RUNBOOK.md#misconfigured"


class ColdError(ArchiveError):
    """
    What is asked for is whole and archived. Restore it, then ask again.
    """

    hint: ClassVar[str] = "docs/RUNBOOK.md#cold"

"""
Looking at one part, so that what fails there hides nothing of the others.

Rule 1: this is the only file that turns an error into an Unseen.
"""

from collections.abc import Callable
from typing import TypeVar

from archive.errors import (
    ColdError,
    DamagedError,
    MisconfiguredError,
    UndeliveredError,
)
from ops.refusals import NotAllowedError, asking
from ops.status.seen import Part, Unseen, Why

Something = TypeVar("Something")


def part(look: Callable[[], Something]) -> Part[Something]:
    """
    What the look saw, or why it saw nothing.
    """
    try:
        with asking():
            return look()
    except NotAllowedError as error:
        return Unseen(why=Why.NOT_ALLOWED, reason=str(error), action=error.action)
    except UndeliveredError as error:
        return Unseen(why=Why.BUSY, reason=str(error))
    except (ColdError, DamagedError) as error:
        # A ledger in Glacier was moved there by somebody: it never leaves
        # STANDARD by itself.
        return Unseen(why=Why.DAMAGED, reason=str(error))
    except MisconfiguredError as error:
        return Unseen(why=Why.BROKEN, reason=str(error))

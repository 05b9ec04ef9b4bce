"""
Where log lines go.

Rule 1: this is the only file that knows that Powertools keeps the stream it was
built with: a second Logger of the same service writes where the first one did.
"""

import logging
import sys
from typing import TextIO


class StandardOutput(logging.StreamHandler[TextIO]):
    """
    Writes to what sys.stdout is at the time of writing.

    In Lambda that is always the same. A caller in one process, as a test or the
    emulator, redirects it, and would otherwise lose the lines.
    """

    def __init__(self) -> None:
        """
        Keep no stream.
        """
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override] # nobody may set it
        """
        The standard output of this moment.
        """
        return sys.stdout

"""
What S3 makes of requests to bring objects back.

Rule 1: every request has exactly one answer, also one that was never sent.
"""

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from archive.errors import ArchiveError


class Answer(Enum):
    """
    What came of one request.
    """

    BEGUN = "begun"  # on its way now
    RENEWED = "renewed"  # its copy stays longer
    ALREADY = "already"  # somebody had asked before us: it is on its way
    UNKNOWN = "unknown"  # refused, or done and the answer lost
    UNSENT = "unsent"  # nothing was asked: another one had stopped us


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What came of all requests; `stopped` is why the rest was not made.
    """

    answers: Counter[Answer]
    stopped: ArchiveError | None

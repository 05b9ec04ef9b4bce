"""
Which deployment a command is about, and as whom.

Rule 1: words only; connection.py finds what they name.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    What the options --deployment, --profile and --region say.
    """

    deployment: str
    profile: str | None = None
    region: str | None = None

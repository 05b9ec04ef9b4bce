"""
Where the lines of one entry went.

Rule 1: counts add up or they do not exist.
"""

from dataclasses import dataclass

from archive.errors import DamagedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    Lines in, and where each of them went.

    `conflicts` counts identities that came with more than one image; their
    rows are kept, all of them, and counted in `rows` as well.
    """

    lines: int
    rows: int
    doubles_dropped: int
    quarantined: int
    conflicts: int = 0

    def __post_init__(self) -> None:
        """
        Refuse to exist where a line went nowhere or twice.
        """
        if self.lines != self.rows + self.doubles_dropped + self.quarantined:
            msg = (
                f"{self.lines} lines are not {self.rows} rows + "
                f"{self.doubles_dropped} doubles + {self.quarantined} quarantined"
            )
            raise DamagedError(msg)

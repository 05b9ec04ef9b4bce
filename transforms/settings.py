"""
What a deployment decides about the transform.

Rule 1: the environment is read here and nowhere else.
Rule 2: names have no defaults; everything that is missing or wrong is named at
once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from archive.errors import MisconfiguredError

NAMES = (
    "ARCHIVE_BUCKET",
    "LANDING_BUCKET",
    "GLUE_DATABASE",
    # What each run looks at after its work: see watch.py.
    "SOURCE_TABLE",
    "SOURCE_TTL_ATTRIBUTE",
    "ROUTER_MAPPING",
)

# Landed bytes that one run converts and stores within half of its 900 seconds,
# with room to spare: 5 million lines, 2.2 GB raw, which also fit the 10 GB of
# /tmp. benchmarks/transform measures the conversion; one object of Firehose is
# at most 128 MiB.
BATCH_BYTES_MAX = 256 * 1024 * 1024

# GLACIER repays its 40 KB overhead and its transition from here on; and a batch
# that is a day late is still compacted before the move.
ARCHIVE_AFTER_DAYS_MIN = 45

NUMBERS = {
    "BATCH_HOURS": 24,
    "BATCH_BYTES_MAX": BATCH_BYTES_MAX,
    "COMPACT_AFTER_DAYS": 35,
    "ARCHIVE_AFTER_DAYS": ARCHIVE_AFTER_DAYS_MIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    Names and numbers of one deployment.
    """

    archive_bucket: str
    landing_bucket: str
    glue_database: str
    source_table: str
    source_ttl_attribute: str
    router_mapping: str
    batch_hours: int
    batch_bytes_max: int
    compact_after_days: int
    archive_after_days: int
    scratch: Path

    def __post_init__(self) -> None:
        """
        Refuse numbers under which objects would be compacted too late.
        """
        if self.archive_after_days < ARCHIVE_AFTER_DAYS_MIN:
            msg = f"ARCHIVE_AFTER_DAYS: at least {ARCHIVE_AFTER_DAYS_MIN}"
            raise MisconfiguredError(msg)
        if self.compact_after_days >= self.archive_after_days:
            msg = (
                f"COMPACT_AFTER_DAYS: {self.compact_after_days} is not less than "
                f"ARCHIVE_AFTER_DAYS, {self.archive_after_days}; cold objects are "
                "never compacted"
            )
            raise MisconfiguredError(msg)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """
        The settings in these variables.
        """
        missing = [name for name in NAMES if not environment.get(name)]
        if missing:
            msg = f"not set: {', '.join(missing)}"
            raise MisconfiguredError(msg)
        numbers = {
            name: environment.get(name) or str(default)
            for name, default in NUMBERS.items()
        }
        wrong = [
            name
            for name, text in numbers.items()
            if not (text.isascii() and text.isdecimal() and int(text) > 0)
        ]
        if wrong:
            msg = f"not a whole number above zero: {', '.join(wrong)}"
            raise MisconfiguredError(msg)
        return cls(
            archive_bucket=environment["ARCHIVE_BUCKET"],
            landing_bucket=environment["LANDING_BUCKET"],
            glue_database=environment["GLUE_DATABASE"],
            source_table=environment["SOURCE_TABLE"],
            source_ttl_attribute=environment["SOURCE_TTL_ATTRIBUTE"],
            router_mapping=environment["ROUTER_MAPPING"],
            batch_hours=int(numbers["BATCH_HOURS"]),
            batch_bytes_max=int(numbers["BATCH_BYTES_MAX"]),
            compact_after_days=int(numbers["COMPACT_AFTER_DAYS"]),
            archive_after_days=int(numbers["ARCHIVE_AFTER_DAYS"]),
            # Lambda's own scratch, up to 10 GB; tests and the emulator name one.
            scratch=Path(environment.get("SCRATCH") or "/tmp"),  # noqa: S108
        )

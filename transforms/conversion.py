"""
What a conversion is given, and what it leaves in scratch.

Rule 1: these are values only. `convert` and `compact` make them, the ledger
protocol stores what they name; neither knows how the other works.
Rule 2: counts add up or they do not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from archive.contract import Contract
from archive.counts import Counts
from archive.files import FileRecord

__all__ = [
    "Archived",
    "Conversion",
    "Counts",
    "DamagedRange",
    "FinishedFile",
    "InputCounts",
    "Job",
    "Landed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    What one entry's conversion works under.

    `checkpoint` is called between chunks and buckets: it raises when the run's
    time is nearly up, and nothing that was stored depends on when.
    """

    n: int
    contract: Contract
    scratch: Path
    checkpoint: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """
    One version of one landed object. `open` streams its bytes from the start.
    """

    key: str
    version: str
    bytes: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """
    An archive object that is compacted: its file, and what it was written under.
    """

    record: FileRecord
    contract: Contract
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """
    A part of a file in scratch, read as if it were a file of its own.

    A batch has thousands of small Parquet files; making as many files in scratch
    takes longer than writing what is in them.
    """

    file: Path
    offset: int
    length: int

    def open(self, _mode: str = "rb") -> BinaryIO:
        """
        Its bytes as a stream.
        """
        return BytesIO(self.read_bytes())

    def read_bytes(self) -> bytes:
        """
        Its bytes.
        """
        with self.file.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedFile:
    """
    A Parquet file in scratch that was read back and found equal to its rows.
    """

    record: FileRecord
    path: Path | Section


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedRange:
    """
    Bytes of a landed object that hold no whole frame, kept as they were.

    `offset` and `length` are bytes of the landed object; `path` holds them.
    """

    key: str
    version: str
    offset: int
    length: int
    reason: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InputCounts:
    """
    What one landed object held: whole frames, and the lines in them.
    """

    key: str
    version: str
    frames: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """
    All that one entry will hold, finished and proved, still in scratch.

    `quarantine` is a gzip file of lines with their reasons, or None.
    """

    files: tuple[FinishedFile, ...]
    inputs: tuple[InputCounts, ...]
    counts: Counts
    quarantine: Path | None
    damage: tuple[DamagedRange, ...]

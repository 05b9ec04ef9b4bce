"""
What an entry says of one archive object.

Rule 1: a FileRecord is made from the bytes that were stored, never from the
rows they were meant to hold.
"""

from dataclasses import dataclass

from archive.keys import Partition


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """
    One archive object: where it lies, what it holds, what its bytes add up to.

    Times are epoch milliseconds. Created-at is None where no row has one.
    `sha256` and `md5` are lower-case hex; LIST shows the MD5 as the ETag.
    """

    key: str
    partition: Partition
    rows: int
    bytes: int
    sha256: str
    md5: str
    first_created_at: int | None
    last_created_at: int | None
    first_deleted_at: int
    last_deleted_at: int

"""
The landing bucket, where Firehose leaves its objects.

Rule 1: an object is read by the version that its intent names, so that what
was opened is what is converted.
Rule 2: an object is deleted only as exactly the bytes that an entry names, and
the delete leaves a marker: a mistake can be taken back for as long as the
bucket keeps noncurrent versions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from archive.document import Input


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedObject:
    """
    A landed object as LIST shows it. `landed_at` is epoch seconds.
    """

    key: str
    etag: str
    bytes: int
    landed_at: int


class LandingBucket(Protocol):
    """
    Where landed objects wait.

    Durable: an object stays until forget() names exactly its bytes.
    Twice: forget() of what is gone is success.
    Retries: the implementation repeats what S3 refused for a moment; what it
    raises is the next run's to repeat.
    """

    def landed(self) -> Iterator[LandedObject]:
        """
        What has landed, in the order of the keys, which is that of the hours.
        """
        ...

    def pin(self, landed: LandedObject) -> Input | None:
        """
        The version that LIST showed; None where it is gone or another one.
        """
        ...

    def open(self, source: Input) -> BinaryIO:
        """
        The bytes of exactly this version, from the start.
        """
        ...

    def forget(self, source: Input) -> bool:
        """
        Delete exactly these bytes; False where others lie there.
        """
        ...

"""
What one invocation did, in numbers that add up.

Rule 1: this is the only file that knows the names under which the router is
counted: the fields of Counts in its log line, METRICS in CloudWatch. They are
stable: alarms and the emulator ask for them.
Rule 2: counts that do not add up are never reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import DamagedError
from stream_router.pack import RoutedFrame
from stream_router.verdict import Verdict

# A field of Counts, and the metric that shows it.
METRICS = {
    "records": "RecordsReceived",
    "expired": "RecordsExpired",
    "deleted": "RecordsDeleted",
    "written": "RecordsWritten",
    "delivered": "LinesDelivered",
    "undelivered": "LinesUndelivered",
    "strays": "LinesStray",
    "frames": "FramesDelivered",
    "raw_bytes": "RawBytesDelivered",
    "bytes": "FrameBytesDelivered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    Records by verdict, expiries by outcome, and what the taken frames weigh.

    An expiry counts as delivered when the stream need not send it again. So the
    sum over all invocations is the number of expiries, however often Lambda
    had to come back.
    """

    records: int
    expired: int
    deleted: int
    written: int
    delivered: int
    undelivered: int
    strays: int
    frames: int
    raw_bytes: int
    bytes: int

    def __post_init__(self) -> None:
        """
        Every record has one verdict, and every expiry one outcome.
        """
        if self.records != self.expired + self.deleted + self.written:
            msg = f"{self.records} records: the verdicts do not add up: {self}"
            raise DamagedError(msg)
        if self.expired != self.delivered + self.undelivered:
            msg = f"{self.expired} expiries: the outcomes do not add up: {self}"
            raise DamagedError(msg)


def count(
    verdicts: Sequence[Verdict],
    frames: Sequence[RoutedFrame],
    frames_taken: int,
) -> Counts:
    """
    The counts of an invocation of whose frames the first so many were taken.
    """
    taken = [routed.frame for routed in frames[:frames_taken]]
    waiting = [routed.frame for routed in frames[frames_taken:]]
    return Counts(
        records=len(verdicts),
        expired=verdicts.count(Verdict.EXPIRED),
        deleted=verdicts.count(Verdict.DELETED),
        written=verdicts.count(Verdict.WRITTEN),
        delivered=sum(frame.lines for frame in taken),
        undelivered=sum(frame.lines for frame in waiting),
        strays=sum(routed.strays for routed in frames),
        frames=len(taken),
        raw_bytes=sum(frame.raw_bytes for frame in taken),
        bytes=sum(len(frame.data) for frame in taken),
    )

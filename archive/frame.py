"""
What a frame is: a gzip member of whole lines, one Firehose record.

Rule 1: this is the only file that knows a frame's bounds and how it is
compressed. A Frame that exists fits Firehose, so nothing after it need ask.
Rule 2: the same lines give the same bytes: a frame holds no time.
Rule 3: frames stand one behind the other. Gzip members that are concatenated
are one gzip file, so a landed object needs no framing of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zlib_ng import zlib_ng

from archive.errors import PoisonError

# Firehose refuses a larger record each time it is tried (its service model:
# Record.Data, max 1024000).
FRAME_BYTES_MAX = 1000 * 1024

# Ours: raw, so that whoever inflates a frame needs little memory. A single line
# that is longer has a frame of its own; it cannot come out of a Lambda event,
# which holds at most 6 MB.
FRAME_RAW_BYTES_MAX = 8 * 1024 * 1024

# Measured on lines of telemetry (benchmarks/router.py): zlib at its level 5 takes
# half as long again for the same bytes, and level 6 half as long again for 2 % less.
_LEVEL = 5
_GZIP_WINDOW_BITS = 31  # 15 for the window, 16 for gzip's header and trailer


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """
    Whole lines as one gzip member that fits Firehose.
    """

    lines: int
    raw_bytes: int
    data: bytes

    def __post_init__(self) -> None:
        """
        Refuse what Firehose would refuse, and what would need much memory.
        """
        if len(self.data) > FRAME_BYTES_MAX:
            msg = f"a frame of {self.lines} lines: {len(self.data)} bytes"
            raise PoisonError(msg)
        if self.raw_bytes > FRAME_RAW_BYTES_MAX and self.lines > 1:
            msg = f"a frame of {self.lines} lines: {self.raw_bytes} bytes raw"
            raise PoisonError(msg)


def pack_lines(lines: Sequence[bytes]) -> Iterator[Frame]:
    """
    All lines in their order, in as few frames as halving finds.

    PoisonError where a single line does not fit: no item that DynamoDB takes
    makes such a line (tests/stream_router/test_every_item_fits.py).
    """
    for run in _runs(lines):
        yield from _frames(run)


def _runs(lines: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """
    Cut where the next line would pass the raw bound.
    """
    first = raw_bytes = 0
    for position, line in enumerate(lines):
        if raw_bytes + len(line) > FRAME_RAW_BYTES_MAX and position > first:
            yield lines[first:position]
            first, raw_bytes = position, 0
        raw_bytes += len(line)

    if first < len(lines):
        yield lines[first:]


def _frames(run: Sequence[bytes]) -> Iterator[Frame]:
    """
    One frame, or those of either half where one would not fit Firehose.
    """
    raw = b"".join(run)
    data = _compress(raw)
    if len(data) > FRAME_BYTES_MAX and len(run) > 1:
        # Telemetry is bounded by its raw bytes long before. What comes here is
        # large and random, and few lines: compressing it twice is cheap enough.
        middle = len(run) // 2
        yield from _frames(run[:middle])
        yield from _frames(run[middle:])
        return

    yield Frame(len(run), len(raw), data)


def _compress(raw: bytes) -> bytes:
    # A gzip header has the time 0 where zlib is given none.
    gzip = zlib_ng.compressobj(_LEVEL, wbits=_GZIP_WINDOW_BITS)
    return gzip.compress(raw) + gzip.flush()

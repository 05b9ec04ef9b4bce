"""
What a frame is: a gzip member of whole lines, one Firehose record.

Rule 1: this is the only file that knows a frame's bounds and how it is
compressed. A Frame that exists fits Firehose, so nothing after it need ask.
Rule 2: the same lines give the same bytes: a frame holds no time.
Rule 3: frames stand one behind the other. Gzip members that are concatenated
are one gzip file, so a landed object needs no framing of its own.
"""

import struct
from collections.abc import Iterable, Iterator
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

# Measured likewise: what is flushed every 64 KiB is 0.3 % larger than what is
# never flushed, and larger chunks take a tenth longer, in memory fresh each time.
_CHUNK_BYTES = 64 * 1024
_DEFLATE_WINDOW_BITS = -15  # no header of zlib's: the gzip header is ours

# Deflate, no name, the time 0, nothing said of the level and of the system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"
_TRAILER = struct.Struct("<II")  # CRC-32 and length of what was compressed


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


def pack_lines(lines: Iterable[bytes]) -> Iterator[Frame]:
    """
    All lines, in their order, in as few frames as they need.

    PoisonError where a single line does not fit: no item that DynamoDB takes
    makes such a line (tests/stream_router/test_every_item_fits.py).
    """
    frame = _OpenFrame()
    for chunk in _chunks(lines):
        if not frame.take(chunk):
            if frame.lines:
                yield frame.close()
            frame = _OpenFrame()
            if not frame.take(chunk):
                msg = f"a line of {len(chunk.raw)} bytes fits no frame"
                raise PoisonError(msg)

    if frame.lines:
        yield frame.close()


@dataclass(frozen=True, slots=True)
class _Chunk:
    lines: int
    raw: bytes


def _chunks(lines: Iterable[bytes]) -> Iterator[_Chunk]:
    """
    Some lines at a time, never more bytes than a chunk has unless it is one line.

    Lines are let go with their chunk. To hold a whole batch of them costs more
    time, in fresh memory, than to encode them.
    """
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        size += len(line)
        if size > _CHUNK_BYTES and waiting:
            yield _Chunk(len(waiting), b"".join(waiting))
            waiting.clear()
            size = len(line)
        waiting.append(line)

    if waiting:
        yield _Chunk(len(waiting), b"".join(waiting))


class _OpenFrame:
    """
    A frame that may take more lines (RFC 1951 and 1952).

    After each chunk the compressed bytes are flushed to a whole byte. So the
    frame's size is known, and it can end behind any chunk: one that turns out not
    to fit is left out, although it was compressed.
    """

    def __init__(self) -> None:
        self.lines = 0
        self._raw_bytes = 0
        self._checksum = 0
        self._deflate = zlib_ng.compressobj(_LEVEL, wbits=_DEFLATE_WINDOW_BITS)
        self._pieces = [_HEADER]
        self._size = len(_HEADER) + len(_LAST_BLOCK) + _TRAILER.size

    def take(self, chunk: _Chunk) -> bool:
        """
        Take a chunk whole; False where it does not fit, and then only close().
        """
        if self.lines and self._raw_bytes + len(chunk.raw) > FRAME_RAW_BYTES_MAX:
            return False

        piece = self._deflate.compress(chunk.raw)
        piece += self._deflate.flush(zlib_ng.Z_SYNC_FLUSH)
        if self._size + len(piece) > FRAME_BYTES_MAX:
            return False

        self.lines += chunk.lines
        self._raw_bytes += len(chunk.raw)
        self._checksum = zlib_ng.crc32(chunk.raw, self._checksum)
        self._pieces.append(piece)
        self._size += len(piece)
        return True

    def close(self) -> Frame:
        """
        The frame of all that was taken.
        """
        trailer = _TRAILER.pack(self._checksum, self._raw_bytes % 2**32)
        data = b"".join([*self._pieces, _LAST_BLOCK, trailer])
        return Frame(self.lines, self._raw_bytes, data)

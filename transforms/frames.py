"""
A landed object as frames, and what in it is no frame.

Rule 1: this is the only file that knows gzip. A frame exists when its CRC and
its length hold; nothing is read from one that fails.
Rule 2: every byte of the object is in a frame or in a damaged range, once.
Rule 3: one frame is in memory at a time, never the object.

After damage, reading goes on at the next place that begins like a gzip member
and decodes whole. Inside compressed bytes such a beginning turns up by chance
once in 16 million places, and does not decode.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zlib_ng import zlib_ng

from transforms.conversion import DamagedRange, Landed

MAGIC = b"\x1f\x8b\x08"

# The router's frames hold at most 8 MiB; what is far beyond is none of ours and
# could be a bomb. It is kept as a damaged range.
FRAME_RAW_BYTES_MAX = 64 * 1024 * 1024

_READ_BYTES = 1024 * 1024

# zlib hands back a copy of what follows a member. Small steps keep that cheap
# for small members, and bound what one step can inflate to (1,032 times).
_STEP_BYTES = 64 * 1024

_GZIP_WINDOW_BITS = 31


@dataclass(frozen=True, slots=True)
class Frame:
    """
    A whole frame: where it begins in the landed object, and its lines in pieces.
    """

    offset: int
    pieces: tuple[bytes, ...]

    @property
    def lines(self) -> bytes:
        """
        Its lines in one piece.
        """
        return b"".join(self.pieces)


def read_frames(
    landed: Landed, scratch: Path, damaged_before: int = 0
) -> Iterator[Frame | DamagedRange]:
    """
    The frames and damaged ranges of a landed object, in order.

    The bytes of a damaged range are kept in scratch, numbered on from those
    before. A range that ends with a frame is handed out before that frame.
    """
    with landed.open() as stream:
        window = _Window(stream)
        while window.holds(0):
            found = _member(window)
            if isinstance(found, str):
                damaged_before += 1
                path = scratch / f"damage-{damaged_before}.bin"
                offset = window.offset
                found_next = _skip_damage(window, path)
                yield DamagedRange(
                    key=landed.key,
                    version=landed.version,
                    offset=offset,
                    length=window.offset - offset,
                    reason=found,
                    path=path,
                )
                if found_next is None:
                    return
                found = found_next
            yield Frame(window.offset, found.pieces)
            window.drop(found.length)


@dataclass(frozen=True, slots=True)
class _Member:
    pieces: tuple[bytes, ...]
    length: int


class _Window:
    """
    The part of a stream that is being looked at.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._start = 0
        self.buffer = b""
        self.offset = 0

    def holds(self, position: int) -> bool:
        """
        Whether the stream has a byte at this position; reads on where needed.
        """
        while self._start + position >= len(self.buffer):
            more = self._stream.read(_READ_BYTES)
            if not more:
                return False
            self.buffer = self.buffer[self._start :] + more
            self._start = 0
        return True

    def piece(self, position: int, length: int) -> memoryview:
        """
        Up to `length` bytes from a position that the stream holds.
        """
        begin = self._start + position
        return memoryview(self.buffer)[begin : begin + length]

    def find(self, wanted: bytes) -> int | None:
        """
        The first position of some bytes in what was read so far.
        """
        at = self.buffer.find(wanted, self._start)
        return None if at < 0 else at - self._start

    @property
    def length(self) -> int:
        """
        How many bytes were read and not dropped.
        """
        return len(self.buffer) - self._start

    def drop(self, length: int) -> None:
        """
        Go on by so many bytes.
        """
        self._start += length
        self.offset += length


def _member(window: _Window) -> _Member | str:
    """
    The member that the window begins with, or why it is none.
    """
    inflate = zlib_ng.decompressobj(_GZIP_WINDOW_BITS)
    pieces: list[bytes] = []
    position = raw_bytes = 0
    while not inflate.eof:
        if not window.holds(position):
            return "truncated"
        step = window.piece(position, _STEP_BYTES)
        try:
            piece = inflate.decompress(step)
        except zlib_ng.error as error:  # type: ignore[misc]  # typed as a value
            # What zlib says after "Error -3 while decompressing data".
            return str(error).rsplit(": ", 1)[-1]
        position += len(step)
        raw_bytes += len(piece)
        if raw_bytes > FRAME_RAW_BYTES_MAX:
            return f"more than {FRAME_RAW_BYTES_MAX} bytes in one frame"
        if piece:
            pieces.append(piece)
    return _Member(tuple(pieces), position - len(inflate.unused_data))


def _skip_damage(window: _Window, path: Path) -> _Member | None:
    """
    Move on to the next whole member, keeping what lies before; None at the end.
    """
    with path.open("wb") as kept:
        # The first byte is damaged, or there would be no damage.
        _keep(window, 1, kept)
        while window.holds(len(MAGIC) - 1):
            at = window.find(MAGIC)
            if at is None:
                # The last two bytes may be the beginning of the next magic.
                _keep(window, window.length - len(MAGIC) + 1, kept)
                continue
            _keep(window, at, kept)
            found = _member(window)
            if isinstance(found, _Member):
                return found
            _keep(window, 1, kept)
        _keep(window, window.length, kept)
    return None


def _keep(window: _Window, length: int, kept: BinaryIO) -> None:
    kept.write(window.piece(0, length))
    window.drop(length)

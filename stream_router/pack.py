"""
From lines to frames that know their place in the stream.

Rule 1: no line is lost and none changes its place: the frames' lines, one after
the other, are the lines that came in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.frame import Frame, pack_lines
from stream_router.encode import Line


@dataclass(frozen=True, slots=True, eq=False)
class RoutedFrame:
    """
    A frame, the sequence number of its first line, and how many are strays.
    """

    sequence_number: str
    strays: int
    frame: Frame


def pack(lines: Iterable[Line]) -> list[RoutedFrame]:
    """
    All lines, in stream order, in frames that fit Firehose.
    """
    numbers: list[str] = []
    strays: list[bool] = []
    frames: list[RoutedFrame] = []
    first = 0
    for frame in pack_lines(_noted(lines, numbers, strays)):
        end = first + frame.lines
        routed = RoutedFrame(numbers[first], sum(strays[first:end]), frame)
        frames.append(routed)
        first = end
    return frames


def _noted(
    lines: Iterable[Line], numbers: list[str], strays: list[bool]
) -> Iterator[bytes]:
    """
    Each line's bytes, leaving behind what is still to be known when they are gone.
    """
    for sequence_number, data, stray in lines:
        numbers.append(sequence_number)
        strays.append(stray)
        yield data

"""
From lines to frames that know their place in the stream.

Rule 1: no line is lost and none changes its place: the frames' lines, one after
the other, are the lines that came in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.frame import Frame, pack_lines
from stream_router.encode import Line


@dataclass(frozen=True, slots=True, eq=False)
class RoutedFrame:
    """
    A frame and the sequence number of the first line that it holds.
    """

    sequence_number: str
    frame: Frame


def pack(lines: Sequence[Line]) -> list[RoutedFrame]:
    """
    All lines, in stream order, in frames that fit Firehose.
    """
    frames: list[RoutedFrame] = []
    first = 0
    for frame in pack_lines([line.data for line in lines]):
        frames.append(RoutedFrame(lines[first].sequence_number, frame))
        first += frame.lines
    return frames

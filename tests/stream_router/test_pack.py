"""
From lines to frames: both bounds hold, and no line is lost or moved.
"""

import base64
import gzip
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import PoisonError
from archive.frame import (
    FRAME_BYTES_MAX,
    FRAME_RAW_BYTES_MAX,
    Frame,
    pack_lines,
)
from stream_router.encode import Line
from stream_router.pack import RoutedFrame, pack

KIB = 1024
ZCAT = shutil.which("zcat")

# Length in KiB, and whether the line is random: small ones, ones that fill a
# frame by their compressed bytes, and ones that do by their raw bytes.
SHAPES = st.lists(
    st.tuples(st.sampled_from([0, 1, 90, 400, 700, 3000]), st.booleans()).filter(
        lambda shape: shape[0] < 3000 or not shape[1]
    ),
    max_size=24,
)


def _lines(shapes: Sequence[tuple[int, bool]], seed: int) -> list[Line]:
    chance = random.Random(seed)
    lines = []
    for number, (kib, is_random) in enumerate(shapes):
        text = base64.b64encode(chance.randbytes(kib * KIB)).decode()
        body = text[: kib * KIB] if is_random else "x" * (kib * KIB)
        lines.append(Line(str(number), f'{{"n":{number},"s":"{body}"}}\n'.encode()))
    return lines


def _check(lines: Sequence[Line], frames: Sequence[RoutedFrame]) -> None:
    first = 0
    for routed in frames:
        raw = gzip.decompress(routed.frame.data)
        assert len(routed.frame.data) <= FRAME_BYTES_MAX
        assert len(raw) <= FRAME_RAW_BYTES_MAX
        assert routed.frame.raw_bytes == len(raw)
        assert routed.frame.lines == raw.count(b"\n") > 0
        assert raw.endswith(b"\n")
        assert routed.sequence_number == lines[first].sequence_number
        first += routed.frame.lines

    landed = b"".join(routed.frame.data for routed in frames)
    assert gzip.decompress(landed) == b"".join(line.data for line in lines)


@settings(max_examples=40, deadline=None)
@given(SHAPES, st.integers(0, 2**32))
def test_every_line_is_in_one_frame_in_its_order(
    shapes: list[tuple[int, bool]], seed: int
) -> None:
    """
    Both bounds hold, nothing is missing, and each frame knows its first line.
    """
    lines = _lines(shapes, seed)
    _check(lines, pack(lines))


def test_ten_thousand_readings_are_one_frame() -> None:
    """
    Firehose bills 5 KB steps for each record, so frames are as few as they can be.
    """
    chance = random.Random(7)
    lines = [
        Line(str(number), f'{{"Ta":{{"N":"{chance.random():.2f}"}}}}\n'.encode())
        for number in range(10_000)
    ]
    frames = pack(lines)
    assert len(frames) == 1
    _check(lines, frames)


def test_the_raw_bound_cuts_between_lines() -> None:
    """
    Eight MiB exactly are a frame; one byte more are two.
    """
    line = b"x" * (FRAME_RAW_BYTES_MAX // 2 - 1) + b"\n"
    assert [frame.lines for frame in pack_lines([line, line])] == [2]
    assert [frame.lines for frame in pack_lines([line, b"x" + line])] == [1, 1]


def test_no_lines_are_no_frames() -> None:
    """
    A batch without expiries sends nothing: an empty record would be billed.
    """
    assert pack([]) == []


def test_a_line_beyond_the_raw_bound_has_a_frame_of_its_own() -> None:
    """
    Lambda cannot hand over such a line; should one come, it is not dropped.
    """
    long = b"x" * (FRAME_RAW_BYTES_MAX + 1) + b"\n"
    short = b"y\n"
    frames = list(pack_lines([short, long, short]))
    assert [gzip.decompress(frame.data) for frame in frames] == [short, long, short]


def test_a_line_that_no_frame_holds_is_refused_and_not_dropped() -> None:
    """
    No item makes one (test_every_item_fits.py); if it came, packing says so.
    """
    lines = [b"x\n", random.Random(1).randbytes(FRAME_BYTES_MAX + KIB)]
    with pytest.raises(PoisonError):
        list(pack_lines(lines))


def test_a_frame_out_of_bounds_cannot_exist() -> None:
    """
    What has a Frame need not ask whether Firehose takes it.
    """
    with pytest.raises(PoisonError):
        Frame(1, 1, b"x" * (FRAME_BYTES_MAX + 1))
    with pytest.raises(PoisonError):
        Frame(2, FRAME_RAW_BYTES_MAX + 1, b"")


def test_the_same_lines_give_the_same_bytes() -> None:
    """
    The gzip header holds no time (bytes 4 to 8) and no name (flags).
    """
    (first,), (second,) = (list(pack_lines([b"a\n", b"b\n"])) for _ in range(2))
    assert first.data == second.data
    assert first.data[:4] == b"\x1f\x8b\x08\x00"
    assert first.data[4:8] == b"\x00\x00\x00\x00"


@pytest.mark.skipif(ZCAT is None, reason="zcat is not installed")
def test_zcat_reads_frames_one_behind_the_other(tmp_path: Path) -> None:
    """
    A landed object is a gzip file for any tool, not only for ours.
    """
    lines = _lines([(700, True), (1, False), (700, True), (90, True)], seed=3)
    frames = pack(lines)
    assert len(frames) > 1
    landed = tmp_path / "landed.jsonl.gz"
    landed.write_bytes(b"".join(routed.frame.data for routed in frames))
    read = subprocess.run(  # noqa: S603 # the command is the test's own
        [str(ZCAT), str(landed)], capture_output=True, check=True
    )
    assert read.stdout == b"".join(line.data for line in lines)

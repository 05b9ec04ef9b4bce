import gzip
import random
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from tests.transforms.conversion.made import (
    Converter,
    frame,
    images_of,
    landed,
    line,
    reading,
)
from transforms.frames import FRAME_RAW_BYTES_MAX, Frame, read_frames

FRAMES = [
    frame(line(reading(f"d{index}"), str(number)) for number in range(50))
    for index in range(5)
]


def flip(body: bytes, at: int) -> bytes:
    """
    The body with every bit of one byte turned.
    """
    return body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]


MIDDLE = len(FRAMES[0]) + len(FRAMES[1]) // 2
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "a byte is flipped": (lambda body: flip(body, MIDDLE), 4),
    "the magic is flipped": (lambda body: flip(body, len(FRAMES[0])), 4),
    "the checksum is flipped": (lambda body: flip(body, len(FRAMES[0]) - 5), 4),
    "bytes are missing": (lambda body: body[:MIDDLE] + body[MIDDLE + 7 :], 4),
    "the tail is cut": (lambda body: body[:-3], 4),
    "the head is cut": (lambda body: body[20:], 4),
    "garbage lies between": (
        lambda body: body.replace(FRAMES[1], FRAMES[1] + b"\x1f\x8b\x08 no frame"),
        5,
    ),
    "garbage follows": (lambda body: body + b"\0" * 5000, 5),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_costs_the_frame_it_hits_and_no_other(
    damage: str, converted: Converter
) -> None:
    """
    All whole frames are converted; the rest is one damaged range, kept as it was.
    """
    harm, whole = DAMAGES[damage]
    body = harm(b"".join(FRAMES))
    conversion = converted([body])

    assert conversion.inputs[0].frames == whole
    assert conversion.counts.rows == conversion.inputs[0].lines == whole * 50
    (found,) = conversion.damage
    assert found.length > 0
    assert found.path.read_bytes() == body[found.offset : found.offset + found.length]
    assert (found.key, found.version) == ("landing/0.jsonl.gz", "v1")


def test_an_object_that_is_not_gzip_is_one_damaged_range(converted: Converter) -> None:
    """
    Nothing of it is read, nothing of it is lost.
    """
    body = random.Random(1).randbytes(3 * 1024 * 1024 + 17)
    conversion = converted([body])
    (found,) = conversion.damage
    assert (found.offset, found.length) == (0, len(body))
    assert found.path.read_bytes() == body
    assert conversion.counts.lines == 0
    assert conversion.files == ()


def test_an_empty_object_holds_nothing_and_is_not_damaged(converted: Converter) -> None:
    """
    No bytes: no frame, no line, no damage.
    """
    conversion = converted([b"", FRAMES[0]])
    assert [each.frames for each in conversion.inputs] == [0, 1]
    assert conversion.damage == ()


def test_every_byte_is_in_a_frame_or_in_a_damaged_range(tmp_path: Path) -> None:
    """
    Wherever the damage lies, frames and ranges cover the object, each byte once.
    """
    chance = random.Random(7)
    for _ in range(200):
        body = b"".join(FRAMES)
        for _ in range(chance.randrange(1, 4)):
            body = flip(body, chance.randrange(len(body)))
        if chance.random() < 0.3:
            body = body[: chance.randrange(len(body))]
        covered = 0
        for found in read_frames(landed(body), tmp_path):
            assert found.offset == covered
            if isinstance(found, Frame):
                # Not its bytes: no checksum covers the time in a gzip header.
                covered += len(gzip.compress(found.lines, mtime=0))
            else:
                kept = body[covered : covered + found.length]
                assert found.path.read_bytes() == kept
                covered += found.length
        assert covered == len(body)


def test_damage_in_two_objects_is_numbered_on(converted: Converter) -> None:
    """
    Each damaged range has a file of its own.
    """
    conversion = converted([b"garbage" + FRAMES[0], FRAMES[1][:-1]])
    assert [each.path.read_bytes() for each in conversion.damage] == [
        b"garbage",
        FRAMES[1][:-1],
    ]


def test_a_frame_that_inflates_without_end_is_damage(tmp_path: Path) -> None:
    """
    A bomb is not taken into memory; the frame behind it is read.
    """
    bomb = gzip.compress(bytes(FRAME_RAW_BYTES_MAX + 1), mtime=0)
    found = list(read_frames(landed(bomb + FRAMES[0]), tmp_path))
    assert [type(each) for each in found][1:] == [Frame]
    assert found[0].offset == 0
    assert found[1].offset == len(bomb)


def test_the_last_line_of_a_frame_needs_no_newline(converted: Converter) -> None:
    """
    A frame's end ends its last line, and does not run into the next frame.
    """
    body = frame([line(reading("a"))[:-1]]) + frame([line(reading("b"))])
    conversion = converted([body])
    assert conversion.counts.rows == 2
    assert len(images_of(conversion)) == 2


@pytest.mark.parametrize("step", [1, 7, 1000, 1 << 20])
def test_frames_do_not_depend_on_how_the_object_is_read(
    step: int, tmp_path: Path
) -> None:
    """
    A stream may give as few bytes at a time as it likes.
    """
    body = b"x" + b"".join(FRAMES[:2])

    class Trickle:
        def __init__(self) -> None:
            self.at = 0

        def read(self, length: int) -> bytes:
            piece = body[self.at : self.at + min(step, length)]
            self.at += len(piece)
            return piece

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    object_ = landed(body)
    trickled = type(object_)(
        key=object_.key,
        version=object_.version,
        bytes=len(body),
        open=Trickle,  # type: ignore[arg-type]
    )
    found = list(read_frames(trickled, tmp_path))
    assert [each.offset for each in found] == [0, 1, 1 + len(FRAMES[0])]

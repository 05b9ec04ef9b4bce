"""
Landed objects to finished files in scratch.

Rule 1: nothing here is visible to anybody: scratch only, no S3, no clock.
Rule 2: memory is bounded by a chunk of lines and by a bucket of rows, not by
the batch and not by a landed object.
Rule 3: what a conversion leaves follows from its inputs alone.
"""

import gzip
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self, cast

from archive.quarantine import Quarantined, encode_quarantined
from transforms.allocator import settle_allocator
from transforms.conversion import (
    Conversion,
    Counts,
    DamagedRange,
    FinishedFile,
    InputCounts,
    Job,
    Landed,
    Section,
)
from transforms.frames import Frame, read_frames
from transforms.gather import gather
from transforms.scatter import NEWLINE, Refused, Scatter
from transforms.schema import row_schema
from transforms.spill import Spill

# So many raw lines, and what the last frame has beyond, are made into rows at a
# time. Each time costs some ten milliseconds beside the lines themselves.
CHUNK_BYTES = 24 * 1024 * 1024

# Rows of one bucket in memory, together with the copies that ordering makes.
BUCKET_BYTES = 96 * 1024 * 1024

# Bytes of rows in memory for one byte of a landed object, as seen on telemetry.
ROW_BYTES_PER_LANDED_BYTE = 4
BUCKETS_MAX = 256


def convert(landed: Sequence[Landed], job: Job) -> Conversion:
    """
    All that one entry will hold of these landed objects, finished and proved.
    """
    settle_allocator()
    job.scratch.mkdir(parents=True, exist_ok=True)
    landed_bytes = sum(each.bytes for each in landed)
    buckets = bucket_count(landed_bytes * ROW_BYTES_PER_LANDED_BYTE)
    intake = _Intake(
        job=job,
        scatter=Scatter(job.contract),
        spill=Spill(job.scratch, row_schema(job.contract), buckets),
        quarantine=_Quarantine(job.scratch / "quarantine.jsonl.gz"),
    )
    with intake.quarantine as quarantine:
        inputs = tuple(intake.take(each) for each in landed)

    finished = finish(intake.spill, job)
    return Conversion(
        files=finished.files,
        inputs=inputs,
        counts=Counts(
            lines=sum(each.lines for each in inputs),
            rows=finished.rows,
            doubles_dropped=finished.doubles_dropped,
            quarantined=quarantine.lines,
            conflicts=finished.conflicts,
        ),
        quarantine=quarantine.path if quarantine.lines else None,
        damage=tuple(intake.damage),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """
    What the buckets came to.
    """

    files: tuple[FinishedFile, ...]
    rows: int
    doubles_dropped: int
    conflicts: int


def finish(spill: Spill, job: Job) -> Finished:
    """
    The finished files of every bucket, in the order of their keys.
    """
    path = job.scratch / "finished.bin"
    files: list[FinishedFile] = []
    rows = doubles_dropped = conflicts = 0
    with path.open("wb") as finished:
        for bucket in spill.buckets():
            job.checkpoint()
            gathered = gather(bucket, job.contract, job.n)
            # Its rows are in their final order now: one copy of them is enough.
            del bucket
            for record, body in gathered.files:
                offset = finished.tell()
                finished.write(body)
                section = Section(file=path, offset=offset, length=len(body))
                files.append(FinishedFile(record=record, path=section))
            rows += gathered.rows
            doubles_dropped += gathered.doubles_dropped
            conflicts += gathered.conflicts
    return Finished(
        files=tuple(sorted(files, key=lambda file: file.record.key)),
        rows=rows,
        doubles_dropped=doubles_dropped,
        conflicts=conflicts,
    )


def bucket_count(row_bytes: int) -> int:
    """
    How many buckets keep each of them within its bound.
    """
    return min(1 + row_bytes // BUCKET_BYTES, BUCKETS_MAX)


@dataclass(slots=True, kw_only=True)
class _Intake:
    """
    Where the lines of landed objects go: into buckets, or into quarantine.
    """

    job: Job
    scatter: Scatter
    spill: Spill
    quarantine: "_Quarantine"
    damage: list[DamagedRange] = field(default_factory=list)

    def take(self, landed: Landed) -> InputCounts:
        frames = lines = 0
        for chunk in _chunks(landed, self.job.scratch, self.damage):
            self.job.checkpoint()
            scattered = self.scatter(chunk.lines)
            self.spill.add(scattered.rows)
            for refused in scattered.refused:
                self.quarantine.add(landed, chunk, refused)
            frames += len(chunk.offsets)
            lines += scattered.lines
        return InputCounts(
            key=landed.key, version=landed.version, frames=frames, lines=lines
        )


@dataclass(slots=True)
class _Chunk:
    """
    Whole frames, one after the other, each ending with a newline.
    """

    offsets: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    length: int = 0
    lines: bytes = b""

    def add(self, frame: Frame) -> None:
        self.offsets.append(frame.offset)
        self.begins.append(self.length)
        self.pieces.extend(frame.pieces)
        self.length += sum(map(len, frame.pieces))
        if frame.pieces and not frame.pieces[-1].endswith(NEWLINE):
            self.pieces.append(NEWLINE)
            self.length += 1

    def join(self) -> "_Chunk":
        self.lines = b"".join(self.pieces)
        self.pieces.clear()
        return self


def _chunks(
    landed: Landed, scratch: Path, damage: list[DamagedRange]
) -> Iterator[_Chunk]:
    chunk = _Chunk()
    for found in read_frames(landed, scratch, len(damage)):
        if isinstance(found, DamagedRange):
            damage.append(found)
            continue
        if chunk.length > CHUNK_BYTES:
            yield chunk.join()
            chunk = _Chunk()
        chunk.add(found)
    if chunk.offsets:
        yield chunk.join()


class _Quarantine:
    """
    The file of refused lines; it is made when the first one comes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self._open = ExitStack()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, landed: Landed, chunk: _Chunk, refused: Refused) -> None:
        if self._file is None:
            raw = self._open.enter_context(self.path.open("wb"))
            # No file name and no time: the same lines give the same bytes.
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0)
            self._file = cast("BinaryIO", self._open.enter_context(packed))
        frame = bisect_right(chunk.begins, refused.begin) - 1
        begin = chunk.begins[frame]
        self._file.write(
            encode_quarantined(
                Quarantined(
                    key=landed.key,
                    version=landed.version,
                    frame_offset=chunk.offsets[frame],
                    line_number=chunk.lines.count(NEWLINE, begin, refused.begin) + 1,
                    reason=refused.reason,
                    line=chunk.lines[refused.begin : refused.end],
                )
            )
        )
        self.lines += 1

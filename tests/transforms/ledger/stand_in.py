"""
A conversion with the transform's signature and nothing of its Parquet.

A landed object's lines are `device date id`. Equal lines are doubles; a line
that begins with `bad` is quarantined; what follows `damaged:` is a damaged
range; `boom` kills the conversion. A file is its lines, sorted, below the name
of its writer: another writer, other bytes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.files import FileRecord
from archive.keys import Partition, item_key
from transforms.conversion import (
    Archived,
    Conversion,
    Counts,
    DamagedRange,
    FinishedFile,
    InputCounts,
    Job,
    Landed,
)

DAMAGED = b"damaged:"


class ConversionBrokeError(RuntimeError):
    """
    What a conversion raises that no try can do.
    """


@dataclass(frozen=True, slots=True)
class StandIn:
    """
    The two conversions of one writer.

    `is_split` writes each partition's rows into two files, so that another
    writer also has other keys.
    """

    writer: str
    is_split: bool = False

    def convert(self, landed: Sequence[Landed], job: Job) -> Conversion:
        inputs: list[InputCounts] = []
        lines: list[bytes] = []
        bad: list[bytes] = []
        damage: list[DamagedRange] = []
        for each in landed:
            job.checkpoint()
            with each.open() as body:
                whole, _, rest = body.read().partition(DAMAGED)
            if rest:
                path = job.scratch / f"damage-{len(damage)}"
                path.write_bytes(rest)
                damage.append(_damaged(each, whole, path))
            found = whole.splitlines()
            inputs.append(
                InputCounts(
                    key=each.key, version=each.version, frames=1, lines=len(found)
                )
            )
            lines += [line for line in found if not line.startswith(b"bad")]
            bad += [line for line in found if line.startswith(b"bad")]
        if b"boom" in lines:
            raise ConversionBrokeError
        quarantine = job.scratch / "quarantine"
        quarantine.write_bytes(b"".join(line + b"\n" for line in bad))
        return Conversion(
            files=self.files(set(lines), job),
            inputs=tuple(inputs),
            counts=Counts(
                lines=len(lines) + len(bad),
                rows=len(set(lines)),
                doubles_dropped=len(lines) - len(set(lines)),
                quarantined=len(bad),
            ),
            quarantine=quarantine if bad else None,
            damage=tuple(damage),
        )

    def compact(self, sources: Sequence[Archived], job: Job) -> Conversion:
        lines = [
            line for source in sources for line in rows_of(source.path.read_bytes())
        ]
        if b"boom" in b"".join(lines):
            raise ConversionBrokeError
        return Conversion(
            files=replace(self, is_split=False).files(set(lines), job),
            inputs=(),
            counts=Counts(
                lines=len(lines),
                rows=len(set(lines)),
                doubles_dropped=len(lines) - len(set(lines)),
                quarantined=0,
            ),
            quarantine=None,
            damage=(),
        )

    def files(self, lines: set[bytes], job: Job) -> tuple[FinishedFile, ...]:
        partitions: dict[Partition, list[bytes]] = {}
        for line in sorted(lines):
            device, date, _ = line.decode().split(" ")
            partitions.setdefault(Partition(device, date), []).append(line)
        return tuple(
            self._file(part, job, key)
            for partition, rows in partitions.items()
            for key, part in self._parts(partition, rows, job.n)
        )

    def _parts(
        self, partition: Partition, rows: list[bytes], n: int
    ) -> list[tuple[str, list[bytes]]]:
        if not self.is_split or len(rows) == 1:
            return [(item_key(partition, n), rows)]
        return [
            (item_key(partition, n, 1), rows[:1]),
            (item_key(partition, n, 2), rows[1:]),
        ]

    def _file(self, rows: list[bytes], job: Job, key: str) -> FinishedFile:
        body = b"\n".join([self.writer.encode(), *rows])
        device, date, _ = rows[0].decode().split(" ")
        path = job.scratch / hashlib.sha256(key.encode()).hexdigest()
        path.write_bytes(body)
        return FinishedFile(
            record=FileRecord(
                key=key,
                partition=Partition(device, date),
                rows=len(rows),
                bytes=len(body),
                sha256=hashlib.sha256(body).hexdigest(),
                md5=hashlib.md5(body).hexdigest(),  # noqa: S324  as S3 shows it
                first_created_at=None,
                last_created_at=None,
                first_deleted_at=0,
                last_deleted_at=0,
            ),
            path=path,
        )


def rows_of(body: bytes) -> list[bytes]:
    """
    The rows of a file that a stand-in wrote.
    """
    return body.splitlines()[1:]


def _damaged(landed: Landed, whole: bytes, path: Path) -> DamagedRange:
    return DamagedRange(
        key=landed.key,
        version=landed.version,
        offset=len(whole) + len(DAMAGED),
        length=path.stat().st_size,
        reason="not whole",
        path=path,
    )

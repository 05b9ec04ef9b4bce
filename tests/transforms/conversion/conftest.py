"""
Landed objects in memory, and archives read back by the page's rules.
"""

import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archive.contract import Contract
from archive.image import image_bytes
from archive.line import encode_line
from archive.row import rebuild
from transforms.conversion import Conversion, Job, Landed
from transforms.convert import convert


def line(
    image: object, sequence_number: str = "100", deleted_at: int = 1_731_536_400
) -> bytes:
    return encode_line("event", sequence_number, deleted_at, image)  # type: ignore[arg-type]


def frame(lines: Iterable[bytes]) -> bytes:
    return gzip.compress(b"".join(lines), mtime=0)


def landed(body: bytes, key: str = "landing/1.jsonl.gz") -> Landed:
    return Landed(key=key, version="v1", bytes=len(body), open=lambda: io.BytesIO(body))


def images_of(conversion: Conversion, contract: Contract) -> list[bytes]:
    return sorted(
        image_bytes(rebuild(row, contract))
        for file in conversion.files
        for row in pq.read_table(file.path).to_pylist()
    )


class Converter:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = 0

    def __call__(
        self, bodies: Sequence[bytes], contract: Contract | None = None
    ) -> Conversion:
        self._count += 1
        job = Job(
            n=1,
            contract=contract or Contract(),
            scratch=self._directory / str(self._count),
            checkpoint=lambda: None,
        )
        return convert(
            [
                landed(body, f"landing/{index}.jsonl.gz")
                for index, body in enumerate(bodies)
            ],
            job,
        )

"""
Landed objects made in memory, and archives read back by the page's rules.
"""

import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import pyarrow.parquet as pq

from archive.contract import Contract
from archive.image import image_bytes
from archive.line import encode_line
from archive.quarantine import Quarantined, decode_quarantined
from archive.row import rebuild
from transforms.conversion import Archived, Conversion, FinishedFile, Job, Landed
from transforms.convert import convert

DELETED_AT = 1_731_536_400


def line(
    image: Mapping[str, object],
    sequence_number: str = "100",
    deleted_at: int = DELETED_AT,
) -> bytes:
    """
    One expiry as a line.
    """
    return encode_line("event", sequence_number, deleted_at, image)  # type: ignore[arg-type]


def frame(lines: Iterable[bytes]) -> bytes:
    """
    Lines as one frame.
    """
    return gzip.compress(b"".join(lines), mtime=0)


def reading(
    device: str = "d1", created_at: int = 1_731_500_000_000
) -> dict[str, object]:
    """
    The least image that is a row.
    """
    return {"deviceID": {"S": device}, "createdAt": {"N": str(created_at)}}


def landed(body: bytes, key: str = "landing/0.jsonl.gz") -> Landed:
    """
    A landed object with this body.
    """
    return Landed(key=key, version="v1", bytes=len(body), open=lambda: io.BytesIO(body))


class Converter:
    """
    Converts bodies of landed objects, each time in a scratch of its own.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = 0

    def __call__(
        self, bodies: Sequence[bytes], contract: Contract | None = None
    ) -> Conversion:
        objects = [
            landed(body, f"landing/{index}.jsonl.gz")
            for index, body in enumerate(bodies)
        ]
        return convert(objects, self.job(contract or Contract()))

    def job(self, contract: Contract, n: int = 1) -> Job:
        self._count += 1
        return Job(
            n=n,
            contract=contract,
            scratch=self._directory / str(self._count),
            checkpoint=lambda: None,
        )


def rows_of(conversion: Conversion) -> list[dict[str, object]]:
    """
    The rows of all files, as pyarrow reads them.
    """
    return [
        row
        for file in conversion.files
        for row in pq.read_table(file.path.open("rb")).to_pylist()
    ]


def images_of(conversion: Conversion, contract: Contract | None = None) -> list[bytes]:
    """
    The images that the files give back, as image bytes.
    """
    return sorted(
        image_bytes(rebuild(row, contract or Contract())) for row in rows_of(conversion)
    )


def bytes_of(conversion: Conversion) -> dict[str, str]:
    """
    The SHA-256 of each file by its key.
    """
    return {file.record.key: file.record.sha256 for file in conversion.files}


def quarantined_of(conversion: Conversion) -> list[Quarantined]:
    """
    The refused lines of a conversion.
    """
    if conversion.quarantine is None:
        return []
    with gzip.open(conversion.quarantine) as file:
        return [decode_quarantined(each) for each in file]


def archived_of(conversion: Conversion, contract: Contract) -> list[Archived]:
    """
    The files of a conversion as compaction takes them: each downloaded.
    """
    archived = []
    for file in conversion.files:
        path = Path(mkdtemp(dir=scratch_of(file))) / "downloaded.parquet"
        path.write_bytes(file.path.read_bytes())
        archived.append(Archived(record=file.record, contract=contract, path=path))
    return archived


def scratch_of(file: FinishedFile) -> Path:
    """
    The scratch that a finished file lies in.
    """
    return (file.path if isinstance(file.path, Path) else file.path.file).parent

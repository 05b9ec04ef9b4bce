"""
The finished archive, read back from its stored bytes.

Rule 1: what belongs to the archive is the fold over its ledger, as for every
other reader (docs/FORMAT.md). What lies in the bucket beside it is told.
Rule 2: nothing that the transform remembers is used: entries, file lists,
Parquet and quarantine are decoded from the bucket's objects.
"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from archive.columns import SEQUENCE_NUMBER
from archive.contract import Contract
from archive.document import EntryKind
from archive.errors import DamagedError
from archive.file_list import decode_file_list
from archive.files import FileRecord
from archive.keys import ENTRIES, ITEMS, Partition
from archive.ledger import Entry, FileList, live_files, read_chain
from archive.quarantine import decode_quarantined
from archive.row import rebuild
from ops.fast_image import fast_image_bytes
from ops.local.expiries import Expiry
from ops.local.proof import Proof

# Rows decoded at a time: enough for speed, little enough for memory.
ROWS_AT_A_TIME = 8_192

Read = Callable[[str], bytes]


@dataclass(slots=True)
class Readback:
    """
    What the archive holds, and which expiries were not found in it.

    `damage` says in words what is not as the ledger says; `partitions` are those
    that hold a file.
    """

    lines: int = 0
    frames: int = 0
    landed_objects: int = 0
    doubles_dropped: int = 0
    quarantined: int = 0
    damaged_ranges: int = 0
    files: int = 0
    rows: int = 0
    doubles_kept: int = 0
    archive_bytes: int = 0
    glacier_objects: int = 0
    lost: list[Expiry] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    partitions: frozenset[Partition] = frozenset()


def read_back(keys: Iterable[str], read: Read, expiries: Iterable[Expiry]) -> Readback:
    """
    Read the archive whose objects have these keys, and look for the expiries.
    """
    keys = sorted(keys)
    back = Readback()
    entries = list(read_chain(read(key) for key in keys if key.startswith(ENTRIES)))
    file_lists = [
        decode_file_list(entry.files.kept.key, read(entry.files.kept.key))
        for entry in entries
    ]
    for entry in entries:
        _count(entry, back)

    proof = Proof(expiries)
    contracts = _contracts(entries, file_lists)
    live = live_files(file_lists)
    for record in live.values():
        _read_file(record, contracts[record.key], read, proof, back)
    for line in _quarantined(entries, read):
        proof.see_quarantined(line)

    back.damage += [
        f"{key}: no entry of the ledger names it"
        for key in keys
        if key.startswith(ITEMS) and key not in live
    ]
    back.files = len(live)
    back.partitions = frozenset(record.partition for record in live.values())
    back.rows, back.doubles_kept, back.lost = proof.rows, proof.doubles_kept, proof.lost
    return back


def aware(schema: pa.Schema) -> pa.Schema:
    """
    A file's schema with timestamps that say that they are UTC.
    """
    # In the file they are so without saying it (docs/FORMAT.md).
    return pa.schema(
        field.with_type(pa.timestamp("ms", tz="UTC"))
        if pa.types.is_timestamp(field.type)
        else field
        for field in schema
    )


def _count(entry: Entry, back: Readback) -> None:
    # A compaction's lines are rows that a batch has counted already.
    if entry.kind is not EntryKind.COMPACTION:
        back.lines += entry.counts.lines
        back.frames += sum(taken.frames for taken in entry.inputs)
        back.landed_objects += len(entry.inputs)
    back.doubles_dropped += entry.counts.doubles_dropped
    back.quarantined += entry.counts.quarantined
    back.damaged_ranges += len(entry.damage)


def _contracts(
    entries: Iterable[Entry], file_lists: Iterable[FileList]
) -> Mapping[str, Contract]:
    return {
        record.key: entry.contract
        for entry, file_list in zip(entries, file_lists, strict=True)
        for record in file_list.adds
    }


def _read_file(
    record: FileRecord, contract: Contract, read: Read, proof: Proof, back: Readback
) -> None:
    """
    Show every row of one archive object to the proof.
    """
    before = proof.rows
    try:
        content = read(record.key)
        if hashlib.sha256(content).hexdigest() != record.sha256:
            back.damage.append(f"{record.key}: its bytes are not those of its entry")
        back.archive_bytes += len(content)
        for row in _rows(content):
            image = fast_image_bytes(rebuild(row, contract))
            proof.see_row(record.partition, str(row[SEQUENCE_NUMBER]), image)
    except (DamagedError, pa.ArrowException, OSError, ValueError) as error:
        # Told and gone on: what this file should have held shows as lost.
        back.damage.append(f"{record.key}: cannot be read: {error}")
    if proof.rows - before != record.rows:
        back.damage.append(
            f"{record.key}: has {proof.rows - before:,} rows, its entry says "
            f"{record.rows:,}"
        )


def _rows(content: bytes) -> Iterator[dict[str, object]]:
    file = pq.ParquetFile(io.BytesIO(content))
    for batch in file.iter_batches(batch_size=ROWS_AT_A_TIME):
        table = pa.Table.from_batches([batch])
        yield from table.cast(aware(table.schema)).to_pylist()


def _quarantined(entries: Iterable[Entry], read: Read) -> Iterator[bytes]:
    for entry in entries:
        if entry.quarantine is not None:
            for line in _gunzipped(entry.quarantine.key, read).splitlines():
                yield decode_quarantined(line).line


def _gunzipped(key: str, read: Read) -> bytes:
    try:
        return gzip.decompress(read(key))
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{key}: not a gzip file: {error}"
        raise DamagedError(msg) from error

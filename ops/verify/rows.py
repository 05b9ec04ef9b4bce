"""
The rows of an archive object, counted and looked at.

Rule 1: bytes in, words out. What a file must hold is said by the ledger.
Rule 2: all rows of a file are looked at, but an image is built only for a row whose
identity another file of its partition has as well.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archive.columns import CREATED_AT, DELETED_AT, DEVICE_ID, SEQUENCE_NUMBER
from archive.contract import Contract
from archive.keys import item_partition, partition_date, partition_device
from archive.row import rebuild
from ops.fast_image import fast_image_bytes
from ops.verify.finding import Kind
from ops.verify.fold import Said
from transforms.days import Calendar
from transforms.schema import file_schema

# Enough for speed, little enough for memory.
ROWS_AT_A_TIME = 65_536

Identity: TypeAlias = tuple[object, ...]

_IDENTITY = (DEVICE_ID, CREATED_AT, SEQUENCE_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """
    What was seen of a file: what is wrong with it, and what doubles are found by.
    """

    rows: int = 0
    kind: Kind | None = None
    reason: str = ""
    body: bytes = b""
    contract: Contract | None = None


def inspect(said: Said, body: bytes, contract: Contract | None) -> Inspected:
    """
    Look at a file; `contract` is what it was written under, None if unknown.
    """
    if hashlib.sha256(body).hexdigest() != said.sha256:
        reason = f"another SHA-256 than entry {said.n} names"
        return Inspected(kind=Kind.ALTERED, reason=reason)
    try:
        seen = _Seen()
        for rows in _batches(body):
            seen.add(rows, contract)
        kind, reason = _wrong(said, seen, contract)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        reason = f"not a Parquet file of rows: {error}"
        return Inspected(kind=Kind.ALTERED, reason=reason)
    return Inspected(
        rows=seen.rows, kind=kind, reason=reason, body=body, contract=contract
    )


def doubles_kept(files: Iterable[Inspected]) -> int:
    """
    How many rows of one partition's files repeat another row of them.
    """
    told = [each for each in files if each.kind is None and each.contract is not None]
    if len(told) < 2:  # noqa: PLR2004  one file holds no doubles
        return 0
    seen: Counter[Identity] = Counter()
    for each in told:
        for rows in _batches(each.body, _IDENTITY):
            seen.update(_identities(rows))
    repeated = {identity for identity, times in seen.items() if times > 1}
    if not repeated:
        return 0
    images: Counter[tuple[Identity, bytes]] = Counter()
    for each in told:
        images.update(_images(each, repeated))
    return sum(times - 1 for times in images.values())


@dataclass(slots=True)
class _Seen:
    """
    What the rows of one file are, together.
    """

    rows: int = 0
    schema: pa.Schema | None = None
    devices: set[object] = field(default_factory=set)
    days: set[date | None] = field(default_factory=set)
    ends: dict[str, list[int]] = field(default_factory=dict)

    def add(self, rows: pa.Table, contract: Contract | None) -> None:
        self.rows += len(rows)
        self.schema = rows.schema
        self.devices |= set(pc.unique(rows[DEVICE_ID]).to_pylist())
        for column in (CREATED_AT, DELETED_AT):
            ends = pc.min_max(rows[column].cast(pa.int64())).as_py()
            known = [it for it in ends.values() if it is not None]
            self.ends.setdefault(column, []).extend(known)
        if contract is not None:
            moments = rows[CREATED_AT].combine_chunks()
            days = pc.unique(Calendar(contract).dates(moments)).to_pylist()
            self.days |= set(days)

    def first_and_last(self, column: str) -> tuple[int | None, int | None]:
        ends = self.ends.get(column)
        return (min(ends), max(ends)) if ends else (None, None)


def _batches(body: bytes, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """
    The rows, so many at a time that memory does not grow with the file.
    """
    file = pq.ParquetFile(io.BytesIO(body), binary_type=pa.large_binary())
    for batch in file.iter_batches(ROWS_AT_A_TIME, columns=columns, use_threads=False):
        yield pa.Table.from_batches([batch])


def _wrong(
    said: Said, seen: _Seen, contract: Contract | None
) -> tuple[Kind | None, str]:
    if seen.rows != said.rows:
        told = f"{seen.rows:,} rows, and entry {said.n} names {said.rows:,}"
        return Kind.ALTERED, told
    if contract is not None and seen.schema != file_schema(contract):
        told = f"its columns are not those that entry {said.n} was written under"
        return Kind.ALTERED, told
    for column, first, last in (
        (CREATED_AT, said.first_created_at, said.last_created_at),
        (DELETED_AT, said.first_deleted_at, said.last_deleted_at),
    ):
        if seen.first_and_last(column) != (first, last):
            told = f"its first or last {column} is not as entry {said.n} says"
            return Kind.ALTERED, told
    return _misplaced(said, seen)


def _misplaced(said: Said, seen: _Seen) -> tuple[Kind | None, str]:
    partition = item_partition(said.key)
    for device in seen.devices:
        if not isinstance(device, str) or partition_device(device) != partition.device:
            return Kind.MISPLACED, f"holds rows of the device {device!r}"
    for day in seen.days:
        if partition_date(day) != partition.date:
            return Kind.MISPLACED, f"holds rows of {day or 'no date'}"
    return None, ""


def _identities(rows: pa.Table) -> Iterator[Identity]:
    columns = [rows[name].to_pylist() for name in _IDENTITY]
    return zip(*columns, strict=True)


def _images(
    inspected: Inspected, repeated: Collection[Identity]
) -> Iterator[tuple[Identity, bytes]]:
    contract = inspected.contract
    if contract is None:
        return
    for rows in _batches(inspected.body):
        identities = list(_identities(rows))
        at = [k for k, identity in enumerate(identities) if identity in repeated]
        taken = rows.take(pa.array(at, pa.int64())).to_pylist()
        for k, row in zip(at, taken, strict=True):
            image = fast_image_bytes(rebuild(row, contract))
            yield identities[k], hashlib.sha256(image).digest()

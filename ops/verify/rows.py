"""
The rows of an archive object, counted and looked at.

Rule 1: bytes in, words out. What a file must hold is said by the ledger.
Rule 2: all rows of a file are looked at, but an image is built only for a row whose
identity another file of its partition has as well.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archive.columns import CREATED_AT, DELETED_AT, DEVICE_ID, SEQUENCE_NUMBER
from archive.contract import Contract
from archive.errors import DamagedError
from archive.keys import item_partition, partition_date, partition_device
from archive.row import rebuild
from ops.local.expiries import fast_image_bytes
from ops.verify.finding import Kind
from ops.verify.fold import Said
from transforms.days import Calendar
from transforms.schema import file_schema

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
        table = _table(body)
        kind, reason = _wrong(said, table, contract)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        kind, reason = Kind.ALTERED, f"not a Parquet file of rows: {error}"
        return Inspected(kind=kind, reason=reason)
    return Inspected(
        rows=len(table), kind=kind, reason=reason, body=body, contract=contract
    )


def doubles_kept(files: Iterable[Inspected]) -> int:
    """
    How many rows of one partition's files repeat another row of them.
    """
    told = [each for each in files if each.kind is None and each.contract is not None]
    if len(told) < 2:  # noqa: PLR2004  one file holds no doubles
        return 0
    tables = [_table(each.body) for each in told]
    seen: Counter[tuple[object, ...]] = Counter()
    identities = [_identities(table) for table in tables]
    for each in identities:
        seen.update(each)
    repeated = {identity for identity, times in seen.items() if times > 1}
    images: Counter[tuple[object, ...]] = Counter()
    for table, each, inspected in zip(tables, identities, told, strict=True):
        at = [k for k, identity in enumerate(each) if identity in repeated]
        images.update(_images(table.take(at), [each[k] for k in at], inspected))
    return sum(times - 1 for times in images.values())


def _table(body: bytes) -> pa.Table:
    file = pq.ParquetFile(io.BytesIO(body), binary_type=pa.large_binary())
    return file.read(use_threads=False)


def _wrong(
    said: Said, table: pa.Table, contract: Contract | None
) -> tuple[Kind | None, str]:
    if len(table) != said.rows:
        told = f"{len(table):,} rows, and entry {said.n} names {said.rows:,}"
        return Kind.ALTERED, told
    if contract is not None and table.schema != file_schema(contract):
        told = f"its columns are not those that entry {said.n} was written under"
        return Kind.ALTERED, told
    for column, first, last in (
        (CREATED_AT, said.first_created_at, said.last_created_at),
        (DELETED_AT, said.first_deleted_at, said.last_deleted_at),
    ):
        if _ends(table[column]) != (first, last):
            told = f"its first or last {column} is not as entry {said.n} says"
            return Kind.ALTERED, told
    return _misplaced(said, table, contract)


def _ends(moments: pa.ChunkedArray) -> tuple[int | None, int | None]:
    ends = pc.min_max(moments.cast(pa.int64())).as_py()
    return ends["min"], ends["max"]


def _misplaced(
    said: Said, table: pa.Table, contract: Contract | None
) -> tuple[Kind | None, str]:
    partition = item_partition(said.key)
    for device in pc.unique(table[DEVICE_ID]).to_pylist():
        if not isinstance(device, str) or partition_device(device) != partition.device:
            return Kind.MISPLACED, f"holds rows of the device {device!r}"
    if contract is None:
        return None, ""
    moments = table[CREATED_AT].combine_chunks()
    for day in pc.unique(Calendar(contract).dates(moments)).to_pylist():
        if partition_date(day) != partition.date:
            return Kind.MISPLACED, f"holds rows of {day or 'no date'}"
    return None, ""


def _identities(table: pa.Table) -> Sequence[tuple[object, ...]]:
    columns = [table[name].to_pylist() for name in _IDENTITY]
    return list(zip(*columns, strict=True))


def _images(
    rows: pa.Table, identities: Sequence[tuple[object, ...]], inspected: Inspected
) -> list[tuple[object, ...]]:
    contract = inspected.contract
    if contract is None:
        return []
    images = []
    for identity, row in zip(identities, rows.to_pylist(), strict=True):
        try:
            image = fast_image_bytes(rebuild(row, contract))
        except DamagedError:
            continue
        images.append((*identity, hashlib.sha256(image).digest()))
    return images

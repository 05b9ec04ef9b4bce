"""
Which partition each of many rows belongs to.

Rule 1: a partition is a device and a date, and nothing else of a row.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from archive.columns import DEVICE_ID
from transforms.schema import DATE


@dataclass(frozen=True, slots=True)
class Partitioned:
    """
    The partitions of some rows, each once, and the index of each row's own.
    """

    partitions: list[tuple[str, date | None]]
    indices: pa.Array


def partition_rows(rows: pa.Table) -> Partitioned:
    """
    The partitions of these rows, in no order that anybody should rely on.
    """
    devices = _encode(rows[DEVICE_ID])
    dates = _encode(rows[DATE])
    pairs = pc.add(
        pc.multiply(devices.indices.cast(pa.int64()), len(dates.dictionary)),
        dates.indices.cast(pa.int64()),
    ).dictionary_encode()
    device_ids = devices.dictionary.to_pylist()
    days = dates.dictionary.to_pylist()
    partitions = []
    for pair in pairs.dictionary.to_pylist():
        device, day = divmod(pair, len(days))
        partitions.append((device_ids[device], days[day]))
    return Partitioned(partitions, pairs.indices)


def _encode(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")

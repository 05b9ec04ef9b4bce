"""
Lines to rows, and rows to buckets.

Rule 1: pure: bytes in, Arrow out; no Lambda, no S3, no clock, no file.
Rule 2: a line becomes a row or is refused with its reason; none does both.
Rule 3: a row's bucket follows from its device and date alone, so one bucket
holds whole partitions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc

from archive.columns import DEVICE_ID
from archive.contract import Contract
from archive.errors import PoisonError
from transforms.rows import RowReader
from transforms.schema import DATE

NEWLINE = b"\n"


@dataclass(frozen=True, slots=True)
class Refused:
    """
    A line that is no row: its index among the lines, its place, and why.
    """

    begin: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Scattered:
    """
    What some lines came to.
    """

    lines: int
    rows: pa.Table
    refused: tuple[Refused, ...]


class Scatter:
    """
    Makes rows of lines under one contract.
    """

    def __init__(self, contract: Contract) -> None:
        """
        A scatter for lines that are archived under this contract.
        """
        self._reader = RowReader(contract)

    def __call__(self, lines: bytes) -> Scattered:
        """
        The rows of some lines, in their order, and the lines that are none.
        """
        rows: list[dict[str, object]] = []
        refused: list[Refused] = []
        begin = count = 0
        while begin < len(lines):
            end = lines.find(NEWLINE, begin)
            end = len(lines) if end < 0 else end
            count += 1
            try:
                rows.append(self._reader.read(lines[begin:end]))
            except PoisonError as error:
                refused.append(Refused(begin, end, str(error)))
            begin = end + 1
        return Scattered(count, self._reader.table(rows), tuple(refused))


def split(rows: pa.Table, buckets: int) -> Iterator[tuple[int, pa.Table]]:
    """
    The rows of each bucket that has any.
    """
    if buckets == 1 or not rows:
        yield 0, rows
        return
    devices = _encode(rows[DEVICE_ID])
    dates = _encode(rows[DATE])
    pairs = pc.add(
        pc.multiply(devices.indices.cast(pa.int64()), len(dates.dictionary)),
        dates.indices.cast(pa.int64()),
    ).dictionary_encode()
    device_ids = devices.dictionary.to_pylist()
    days = dates.dictionary.to_pylist()
    numbers = []
    for pair in pairs.dictionary.to_pylist():
        device, day = divmod(pair, len(days))
        numbers.append(crc32(f"{device_ids[device]}\n{days[day]}".encode()) % buckets)
    by_row = pa.array(numbers, pa.int32()).take(pairs.indices)

    order = pc.array_sort_indices(by_row)
    ordered = rows.take(order)
    counts = sorted(
        (count["values"], count["counts"])
        for count in pc.value_counts(by_row).to_pylist()
    )
    begin = 0
    for bucket, count in counts:
        yield bucket, ordered.slice(begin, count)
        begin += count


def _encode(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")

"""
Buckets of rows in scratch.

Rule 1: this is the only file that knows how rows lie in scratch.
Rule 2: few rows stay in memory; when there are more, all are written, and one
bucket is read back at a time.
Rule 3: a row's bucket follows from its device and date alone, so one bucket
holds whole partitions.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc

from transforms.partitions import partition_rows

# Rows that wait in memory. A small batch never touches the disk.
HELD_BYTES_MAX = 112 * 1024 * 1024

# A bucket with more than that is split again before it is read into memory.
BUCKET_BYTES_MAX = 160 * 1024 * 1024

# lz4 halves what is written and costs less than writing it.
_WRITTEN = pa.ipc.IpcWriteOptions(compression="lz4")


class Spill:
    """
    So many buckets, each an Arrow stream in a file of its own.
    """

    def __init__(
        self, directory: Path, schema: pa.Schema, buckets: int, level: int = 0
    ) -> None:
        """
        Empty buckets. No file is made before there are rows for it.

        `level` counts how often rows were split before; each level hashes anew.
        """
        self._directory = directory
        self._schema = schema
        self._count = buckets
        self._level = level
        self._held: dict[int, list[pa.Table]] = {}
        self._held_bytes = 0
        self._bytes: Counter[int] = Counter()
        self._writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}

    def add(self, rows: pa.Table) -> None:
        """
        Put rows into their buckets.
        """
        for bucket, part in split(rows, self._count, self._level):
            self._held.setdefault(bucket, []).append(part)
            self._bytes[bucket] += part.nbytes
            self._held_bytes += part.nbytes
        if self._held_bytes > HELD_BYTES_MAX:
            self._write()

    def buckets(self) -> Iterator[pa.Table]:
        """
        The rows of one bucket after the other; each is gone once it was given.
        """
        if self._writers:
            self._write()
        for writer in self._writers.values():
            writer.close()
        for bucket in sorted(self._held):
            yield pa.concat_tables(self._held.pop(bucket))
        for bucket in sorted(self._writers):
            path = self._path(bucket)
            with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as rows:
                if self._bytes[bucket] > BUCKET_BYTES_MAX and not self._level:
                    yield from self._split_again(bucket, rows)
                else:
                    yield rows.read_all()
            path.unlink()

    def _split_again(
        self, bucket: int, rows: pa.ipc.RecordBatchStreamReader
    ) -> Iterator[pa.Table]:
        # More came than the size of the input let expect. Once only: what is too
        # large then is one device and date, and a file needs all of its rows.
        buckets = 1 + self._bytes[bucket] * 2 // BUCKET_BYTES_MAX
        again = Spill(self._directory, self._schema, buckets, self._level + 1)
        for batch in rows:
            again.add(pa.Table.from_batches([batch]))
        yield from again.buckets()

    def _write(self) -> None:
        for bucket, parts in self._held.items():
            writer = self._writers.get(bucket)
            if writer is None:
                writer = pa.ipc.new_stream(
                    str(self._path(bucket)), self._schema, options=_WRITTEN
                )
                self._writers[bucket] = writer
            # One batch, or a bucket would be as many batches as there were chunks.
            writer.write_table(pa.concat_tables(parts).combine_chunks())
        self._held.clear()
        self._held_bytes = 0

    def _path(self, bucket: int) -> Path:
        return self._directory / f"bucket-{self._level}-{bucket}.arrows"


def split(
    rows: pa.Table, buckets: int, level: int = 0
) -> Iterator[tuple[int, pa.Table]]:
    """
    The rows of each bucket that has any.
    """
    if buckets == 1 or not rows:
        yield 0, rows
        return
    found = partition_rows(rows)
    numbers = [
        crc32(f"{level}\n{device_id}\n{day}".encode()) % buckets
        for device_id, day in found.partitions
    ]
    by_row = pa.array(numbers, pa.int32()).take(found.indices)
    ordered = rows.take(pc.array_sort_indices(by_row))
    counts = {
        count["values"]: count["counts"]
        for count in pc.value_counts(by_row).to_pylist()
    }
    begin = 0
    for bucket in sorted(counts):
        yield bucket, ordered.slice(begin, counts[bucket])
        begin += counts[bucket]

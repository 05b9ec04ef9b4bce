"""
Buckets of rows in scratch.

Rule 1: this is the only file that knows how rows lie in scratch.
Rule 2: rows leave memory when they come in; one bucket is read back at a time.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from transforms.scatter import split

# lz4 halves what is written and costs less than writing it.
_WRITTEN = pa.ipc.IpcWriteOptions(compression="lz4")


class Spill:
    """
    So many buckets, each an Arrow stream in a file of its own.
    """

    def __init__(self, directory: Path, schema: pa.Schema, buckets: int) -> None:
        """
        Empty buckets. No file is made before a row comes.
        """
        self._directory = directory
        self._schema = schema
        self._buckets = buckets
        self._writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}

    def add(self, rows: pa.Table) -> None:
        """
        Write rows to their buckets.
        """
        for bucket, part in split(rows, self._buckets):
            if not part:
                continue
            writer = self._writers.get(bucket)
            if writer is None:
                writer = pa.ipc.new_stream(
                    str(self._path(bucket)), self._schema, options=_WRITTEN
                )
                self._writers[bucket] = writer
            writer.write_table(part)

    def buckets(self) -> Iterator[pa.Table]:
        """
        The rows of one bucket after the other; each file goes when it was read.
        """
        for writer in self._writers.values():
            writer.close()
        for bucket in sorted(self._writers):
            path = self._path(bucket)
            with pa.OSFile(str(path)) as file:
                rows = pa.ipc.open_stream(file).read_all()
            path.unlink()
            yield rows

    def _path(self, bucket: int) -> Path:
        return self._directory / f"bucket-{bucket}.arrows"

"""
Rows as the bytes of a Parquet file, proved.

Rule 1: this is the only file that knows how a Parquet file is encoded, and the
only one that reads an archive object.
Rule 2: bytes leave here after they were read back and found equal to the rows.
Rule 3: the same rows give the same bytes, under one version of pyarrow.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from archive.columns import (
    CREATED_AT,
    DELETED_AT,
    DEVICE_ID,
    EXPIRED_AT,
    REST,
    SEQUENCE_NUMBER,
    Kind,
)
from archive.contract import Contract
from archive.errors import DamagedError
from transforms.schema import file_schema

# Parquet keeps a decimal of so many digits as an integer, which packs as one.
INTEGER_DIGITS_MAX = 18

# Below this the typed columns stay uncompressed: Glacier bills every object 40 KB
# on top, beside which the fifth that zstd would save of some 25 bytes a row is
# nothing, and compressing each of many columns costs more than all else of the
# file. `rest` is text that repeats itself from row to row: in 250 rows that
# declare nothing zstd makes 60 KB of it 6 KB, in 80 microseconds.
COMPRESSED_ROWS_MIN = 1000


class ParquetWriter:
    """
    Writes and proves the files of one contract.
    """

    def __init__(self, contract: Contract) -> None:
        """
        A writer for rows under this contract.
        """
        self._options = _options(contract)
        self._schema = file_schema(contract)

    def write(self, rows: pa.Table) -> bytes:
        """
        The Parquet file of some rows; DamagedError where it does not hold them.
        """
        typed = "zstd" if len(rows) >= COMPRESSED_ROWS_MIN else "none"
        rest = "zstd" if rows[REST].null_count < len(rows) else typed
        compression = dict.fromkeys(self._schema.names, typed) | {REST: rest}
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(
            sink, self._schema, compression=compression, **self._options
        ) as writer:
            # One row group, so that its one page index and statistics are the file's.
            writer.write_table(rows, row_group_size=max(len(rows), 1))
        body = sink.getvalue()

        # After this file is stored the landed lines may go, and nothing else
        # holds these items. So read the bytes, not the table they came from.
        if not _read(body).equals(rows):
            msg = f"{len(rows)} rows do not survive their own Parquet file"
            raise DamagedError(msg)
        return body.to_pybytes()  # type: ignore[no-any-return]


def read_rows(path: Path, contract: Contract, batch_rows: int) -> Iterator[pa.Table]:
    """
    The rows of an archive object that was written under this contract.
    """
    schema = file_schema(contract)
    with pq.ParquetFile(path, binary_type=pa.large_binary()) as file:
        if file.schema_arrow != schema:
            msg = f"{path.name}: its columns are not those it was written under"
            raise DamagedError(msg)
        for batch in file.iter_batches(batch_rows, use_threads=False):
            yield pa.Table.from_batches([batch])


def _read(body: pa.Buffer) -> pa.Table:
    # Large strings, as the rows have them, or each column would have to be cast.
    file = pq.ParquetFile(pa.BufferReader(body), binary_type=pa.large_binary())
    return file.read(use_threads=False)


def _options(contract: Contract) -> dict[str, object]:
    delta = "DELTA_BINARY_PACKED"
    encodings = dict.fromkeys((CREATED_AT, EXPIRED_AT, DELETED_AT), delta)
    encodings[SEQUENCE_NUMBER] = "DELTA_BYTE_ARRAY"
    dictionaries = [DEVICE_ID]
    for column in contract.columns:
        match column.kind:
            case Kind.BIGINT:
                encodings[column.name] = delta
            case Kind.DECIMAL if column.precision <= INTEGER_DIGITS_MAX:
                encodings[column.name] = delta
            case Kind.STRING | Kind.DOUBLE | Kind.DECIMAL:
                dictionaries.append(column.name)
    return {
        "version": "2.6",
        "use_dictionary": dictionaries,
        "column_encoding": encodings,
        # Within one device and date only the time tells files and pages apart.
        "write_statistics": [CREATED_AT],
        "store_schema": False,
        "store_decimal_as_integer": True,
    }

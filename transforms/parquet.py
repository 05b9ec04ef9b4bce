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
    SEQUENCE_NUMBER,
    Kind,
)
from archive.contract import Contract
from archive.errors import DamagedError
from transforms.schema import file_schema

# Parquet keeps a decimal of so many digits as an integer.
INTEGER_DIGITS_MAX = 18


def parquet_bytes(rows: pa.Table, contract: Contract) -> bytes:
    """
    The Parquet file of some rows; DamagedError where it does not hold them.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, **_options(contract))
    body = sink.getvalue()

    # After this file is stored the landed lines may go, and nothing else holds
    # these items. So read the bytes, not the table that they were made from.
    found = pq.read_table(pa.BufferReader(body)).cast(rows.schema)
    if not found.equals(rows):
        msg = f"{len(rows)} rows do not survive their own Parquet file"
        raise DamagedError(msg)
    return bytes(body)


def read_rows(path: Path, contract: Contract, batch_rows: int) -> Iterator[pa.Table]:
    """
    The rows of an archive object that was written under this contract.
    """
    schema = file_schema(contract)
    with pq.ParquetFile(path) as file:
        if file.schema_arrow.names != schema.names:
            msg = f"{path.name}: its columns are not those it was written under"
            raise DamagedError(msg)
        for batch in file.iter_batches(batch_rows):
            yield pa.Table.from_batches([batch]).cast(schema)


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
        "compression": "zstd",
        "use_dictionary": dictionaries,
        "column_encoding": encodings,
        "write_statistics": [CREATED_AT],
        "store_schema": False,
        "store_decimal_as_integer": True,
    }

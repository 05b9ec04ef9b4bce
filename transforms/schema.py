"""
The Arrow schema of rows, as the columns of the contract make it.

Rule 1: the order of the columns is that of the Parquet file; `date` stands
before them while rows are on their way and is in no file.
Rule 2: strings are large ones on the way: one bucket may hold more text than
32-bit offsets reach.
"""

import pyarrow as pa

from archive.columns import (
    CREATED_AT,
    DELETED_AT,
    DEVICE_ID,
    EXPIRED_AT,
    REST,
    SEQUENCE_NUMBER,
    Column,
    Kind,
)
from archive.contract import Contract

DATE = "date"

TEXT = pa.large_string()
MOMENT = pa.timestamp("ms")


def file_schema(contract: Contract) -> pa.Schema:
    """
    The columns of a Parquet file, in their order.
    """
    return pa.schema(
        [
            pa.field(DEVICE_ID, TEXT),
            pa.field(CREATED_AT, MOMENT),
            pa.field(EXPIRED_AT, MOMENT),
            pa.field(DELETED_AT, MOMENT),
            pa.field(SEQUENCE_NUMBER, TEXT),
            *(pa.field(column.name, arrow_type(column)) for column in contract.columns),
            pa.field(REST, TEXT),
        ]
    )


def row_schema(contract: Contract) -> pa.Schema:
    """
    The columns of rows on their way to a file: the partition's date first.
    """
    return file_schema(contract).insert(0, pa.field(DATE, pa.date32()))


def arrow_type(column: Column) -> pa.DataType:
    """
    The Arrow type of a declared column; a decimal has exactly what is declared.
    """
    match column.kind:
        case Kind.STRING:
            return TEXT
        case Kind.BIGINT:
            return pa.int64()
        case Kind.DOUBLE:
            return pa.float64()
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.DECIMAL:
            return pa.decimal128(column.precision, column.scale)

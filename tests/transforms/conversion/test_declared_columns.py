from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archive.columns import parse_column
from archive.contract import Contract
from archive.image import image_bytes
from tests.transforms.conversion.made import (
    Converter,
    frame,
    images_of,
    line,
    reading,
    rows_of,
)

EXACT, LEFT_OVER = True, False


@pytest.mark.parametrize(
    ("type_", "value", "shown", "exact"),
    [
        ("string", {"S": "x"}, "x", EXACT),
        ("string", {"S": ""}, "", EXACT),
        ("string", {"S": 'a"\\\u0000é'}, 'a"\\\u0000é', EXACT),
        ("string", {"N": "1"}, None, LEFT_OVER),
        ("boolean", {"BOOL": True}, True, EXACT),
        ("boolean", {"BOOL": False}, False, EXACT),
        ("boolean", {"S": "true"}, None, LEFT_OVER),
        ("bigint", {"N": "9223372036854775807"}, 2**63 - 1, EXACT),
        ("bigint", {"N": "-9223372036854775808"}, -(2**63), EXACT),
        ("bigint", {"N": "9223372036854775808"}, None, LEFT_OVER),
        ("bigint", {"N": "1.5"}, 2, LEFT_OVER),
        ("bigint", {"N": "2.5"}, 2, LEFT_OVER),
        ("bigint", {"N": "5E+2"}, 500, LEFT_OVER),
        ("bigint", {"N": "-0"}, 0, LEFT_OVER),
        ("bigint", {"N": "007"}, 7, LEFT_OVER),
        ("bigint", {"BOOL": True}, None, LEFT_OVER),
        ("double", {"N": "0.1"}, 0.1, EXACT),
        ("double", {"N": "-123456.789"}, -123456.789, EXACT),
        ("double", {"N": "0.30000000000000004"}, 0.30000000000000004, EXACT),
        ("double", {"N": "0.1234567890123456789"}, 0.12345678901234568, LEFT_OVER),
        ("double", {"N": "1E+125"}, 1e125, LEFT_OVER),
        ("double", {"N": "55.0"}, 55.0, LEFT_OVER),
        ("double", {"N": "1e400"}, None, LEFT_OVER),
        ("double", {"N": "NaN"}, None, LEFT_OVER),
        ("decimal(5,2)", {"N": "999.99"}, Decimal("999.99"), EXACT),
        ("decimal(5,2)", {"N": "-0.01"}, Decimal("-0.01"), EXACT),
        ("decimal(5,2)", {"N": "55"}, Decimal("55.00"), EXACT),
        ("decimal(5,2)", {"N": "55.0"}, Decimal("55.00"), LEFT_OVER),
        ("decimal(5,2)", {"N": "0.125"}, Decimal("0.12"), LEFT_OVER),
        ("decimal(5,2)", {"N": "0.135"}, Decimal("0.14"), LEFT_OVER),
        ("decimal(5,2)", {"N": "999.995"}, None, LEFT_OVER),
        ("decimal(5,2)", {"N": "1000"}, None, LEFT_OVER),
        ("decimal(5,2)", {"N": "-0.001"}, Decimal("0.00"), LEFT_OVER),
        ("decimal(2,2)", {"N": "0.5"}, Decimal("0.50"), EXACT),
        ("decimal(2,2)", {"N": "1"}, None, LEFT_OVER),
        ("decimal(38,0)", {"N": "9" * 38}, Decimal("9" * 38), EXACT),
        ("decimal(38,38)", {"N": "0." + "9" * 38}, Decimal("0." + "9" * 38), EXACT),
        ("decimal(9,0)", {"N": "5"}, Decimal(5), EXACT),
        ("decimal(9,2)", {"NS": ["5"]}, None, LEFT_OVER),
    ],
)
def test_a_column_holds_what_its_type_can_and_rest_the_rest(
    type_: str,
    value: dict[str, object],
    shown: object,
    exact: bool,
    converted: Converter,
) -> None:
    """
    The nearest value in range, halves to even; `rest` where that is not all.
    """
    contract = Contract(columns=(parse_column("x", type_, "The X"),))
    image = {**reading(), "The X": value}
    conversion = converted([frame([line(image)])], contract)
    (row,) = rows_of(conversion)
    assert row["x"] == shown
    assert type(row["x"]) is type(shown)
    assert (row["rest"] is None) is exact
    assert images_of(conversion, contract) == [image_bytes(image)]


def test_a_file_has_exactly_the_declared_types_in_the_archives_order(
    converted: Converter,
) -> None:
    """
    Another precision would make Trino's equality filters find nothing.
    """
    types = ["decimal(9,2)", "decimal(38,3)", "bigint", "double", "boolean", "string"]
    contract = Contract(
        columns=tuple(parse_column(f"c{k}", type_) for k, type_ in enumerate(types))
    )
    (file,) = converted([frame([line(reading())])], contract).files
    found = pq.read_schema(file.path.open("rb"))
    moment = pa.timestamp("ms")
    assert dict(zip(found.names, found.types, strict=True)) == {
        "device_id": pa.string(),
        "created_at": moment,
        "expired_at": moment,
        "deleted_at": moment,
        "sequence_number": pa.string(),
        "c0": pa.decimal128(9, 2),
        "c1": pa.decimal128(38, 3),
        "c2": pa.int64(),
        "c3": pa.float64(),
        "c4": pa.bool_(),
        "c5": pa.string(),
        "rest": pa.string(),
    }
    assert found.metadata is None


def test_a_files_encodings_are_those_that_trino_reads(converted: Converter) -> None:
    """
    No BYTE_STREAM_SPLIT; zstd or nothing; statistics on created_at.
    """
    contract = Contract(
        columns=(parse_column("x", "decimal(9,2)"), parse_column("y", "double"))
    )
    for count in (10, 2000):
        some = [
            line({**reading(created_at=1_731_456_000_000 + k), "x": {"N": str(k)}})
            for k in range(count)
        ]
        (file,) = converted([frame(some)], contract).files
        group = pq.read_metadata(file.path.open("rb")).row_group(0)
        columns = {
            group.column(k).path_in_schema: group.column(k)
            for k in range(group.num_columns)
        }
        encodings = {name for each in columns.values() for name in each.encodings}
        assert encodings <= {
            *("PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY"),
            *("DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY"),
        }
        assert {each.compression for each in columns.values()} <= {
            "ZSTD",
            "UNCOMPRESSED",
        }
        assert "DELTA_BINARY_PACKED" in columns["x"].encodings
        assert columns["created_at"].statistics.min is not None
        assert columns["x"].physical_type == "INT32"


def test_rest_has_its_keys_sorted_at_every_level_and_its_sets(
    converted: Converter,
) -> None:
    """
    So that equal images make equal rows.
    """
    image = {
        **reading(),
        "é": {"S": "é"},
        "z": {"M": {"b": {"NS": ["2", "1"]}, "a": {"L": []}}},
        "B": {"BOOL": True},
    }
    (row,) = rows_of(converted([frame([line(image)])]))
    assert row["rest"] == (
        '{"B":{"BOOL":true},"z":{"M":{"a":{"L":[]},"b":{"NS":["1","2"]}}},"é":{"S":"é"}}'
    )

"""
Values as text and as JSON, and Athena's text as values.
"""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from archive.errors import DamagedError
from ops.query.formats import write_csv, write_json
from ops.query.typed import AthenaColumn, table_of_csv, unique
from ops.query.values import json_of, text_of


@pytest.mark.parametrize(
    ("value", "text", "json"),
    [
        (True, "true", True),
        (2**53 + 1, "9007199254740993", 2**53 + 1),
        (2**64, "18446744073709551616", "18446744073709551616"),
        (Decimal("1E+5"), "100000", "100000"),
        (Decimal("0.10"), "0.10", "0.10"),
        (0.1, "0.1", 0.1),
        (float("nan"), "NaN", "NaN"),
        (float("-inf"), "-Infinity", "-Infinity"),
        (date(1, 1, 1), "0001-01-01", "0001-01-01"),
        (
            datetime(2026, 1, 1, tzinfo=UTC),
            "2026-01-01 00:00:00.000 UTC",
            "2026-01-01 00:00:00.000 UTC",
        ),
        (b"\x00\xff", "00 ff", "00 ff"),
        ([1, None, Decimal("1.5")], '[1,null,"1.5"]', [1, None, "1.5"]),
        ([("a", 1)], '{"a":1}', {"a": 1}),
        ({"x": {"y": b"\x01"}}, '{"x":{"y":"01"}}', {"x": {"y": "01"}}),
    ],
)
def test_nothing_is_rounded(value: object, text: str, json: object) -> None:
    """
    What JSON has no exact value for is text in it.
    """
    assert text_of(value) == text
    assert json_of(value) == json


COLUMNS = [
    AthenaColumn(name="text", type="varchar"),
    AthenaColumn(name="text", type="decimal", precision=38, scale=3),
    AthenaColumn(name="at", type="timestamp"),
    AthenaColumn(name="ratio", type="double"),
    AthenaColumn(name="ok", type="boolean"),
    AthenaColumn(name="day", type="date"),
    AthenaColumn(name="n", type="bigint"),
    AthenaColumn(name="more", type="array"),
]
STORED = (
    '"text","text","at","ratio","ok","day","n","more"\n'
    '"a\n""b"", ☃","12345678901234567890123456789012345.678",'
    '"2026-01-01 00:00:00.123","NaN","true","2026-01-01","9223372036854775807","[1, 2]"\n'
    '"",,"9999-12-31 23:59:59.999","1.0E10",,"0001-01-01",,\n'
    ",,,,,,,\n"
)


def test_a_result_file_keeps_every_value() -> None:
    """
    An empty text is quoted and NULL is not; names that come twice are two.
    """
    table = table_of_csv(STORED.encode(), COLUMNS)
    first, second, third = table.to_pylist()

    assert table.column_names[:2] == ["text", "text_2"]
    assert first["text"] == 'a\n"b", ☃'
    assert str(first["text_2"]) == "12345678901234567890123456789012345.678"
    assert first["n"] == 2**63 - 1
    assert first["more"] == "[1, 2]"
    assert second["text"] == ""
    assert second["text_2"] is None
    assert second["ratio"] == 1e10
    assert set(third.values()) == {None}


def test_a_row_of_one_null_is_a_row() -> None:
    """
    It is an empty line in the file.
    """
    table = table_of_csv(b'"a"\n\n"x"\n""\n\n', COLUMNS[:1])

    assert table.column("text").to_pylist() == [None, "x", "", None]
    assert table_of_csv(b'"a"\n', COLUMNS[:1]).num_rows == 0


def test_a_timestamp_that_arrow_cannot_count_to_stays_text() -> None:
    """
    Twelve digits behind the point, or nanoseconds of the year 1.
    """
    for text in ("2026-01-01 00:00:00.123456789012", "0001-01-01 00:00:00.000000001"):
        table = table_of_csv(f'"at"\n"{text}"\n'.encode(), COLUMNS[2:3])
        assert table.column("at").to_pylist() == [text]


def test_a_file_that_is_no_result_is_damage() -> None:
    """
    Another number of columns is another file.
    """
    with pytest.raises(DamagedError, match="cannot be read"):
        table_of_csv(b'"a","b"\n"1","2"\n', COLUMNS[:1])


def test_names_are_made_different() -> None:
    """
    Also from those that look as if they had been.
    """
    assert unique(["a", "a", "a_2", "a"]) == ["a", "a_3", "a_2", "a_4"]


def test_what_is_written_as_csv_is_read_back() -> None:
    """
    As Athena's own files are.
    """
    table = table_of_csv(STORED.encode(), COLUMNS)
    out = io.BytesIO()
    write_csv(table, out)

    again = table_of_csv(out.getvalue(), COLUMNS)
    assert again.schema == table.schema
    assert str(again.to_pylist()) == str(table.to_pylist())


def test_no_rows_are_an_empty_array() -> None:
    """
    And valid JSON.
    """
    out = io.BytesIO()
    write_json(pa.table({"a": pa.array([], pa.int64())}), out)

    assert out.getvalue() == b"[]\n"

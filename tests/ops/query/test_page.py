"""
An answer on a terminal.
"""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from ops.query.page import lines

NUMBER = Decimal(12345678901234567890123456789012345678)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=60) | st.none(), st.integers(-(2**63), 2**63 - 1)),
        max_size=5,
    ),
    st.integers(40, 120),
)
def test_no_line_is_wider_than_the_terminal(
    rows: list[tuple[str | None, int]], width: int
) -> None:
    """
    Whatever the values hold: wide characters, line ends, escapes for a terminal.
    """
    table = pa.table(
        {
            "text": pa.array([text for text, _ in rows], pa.string()),
            "number": pa.array([number for _, number in rows], pa.int64()),
        }
    )
    for line in lines(table, width):
        assert cell_len(line) <= width
        assert line.isprintable()


def test_a_number_is_never_cut() -> None:
    """
    Its beginning is another number: text gives way, or values stand one by one.
    """
    table = pa.table({"text": ["x" * 100], "number": [NUMBER]})
    wide, narrow = list(lines(table, 80)), list(lines(table, 46))

    assert str(NUMBER) in wide[-1]
    assert wide[-1].startswith("xxx")
    assert "x… " in wide[-1]
    assert narrow[0].startswith("-- row 1 ")
    assert narrow[-1] == f"number  {NUMBER}"


def test_rows_that_are_not_shown_are_counted() -> None:
    """
    A table that ends in silence looks whole.
    """
    shown = list(lines(pa.table({"n": list(range(1234))}), 80))

    assert shown[-2].strip() == "99"
    assert shown[-1] == "(the first 100 of 1,234 rows; all: --output FILE)"


def test_null_is_no_empty_text_and_no_rows_have_names() -> None:
    """
    Each is seen for what it is.
    """
    moment = datetime(1, 1, 1, 2, 3, 4, 5000)  # noqa: DTZ001 - the archive's have no zone
    table = pa.table(
        {"a": ["", None], "t": pa.array([moment, None], pa.timestamp("ms"))}
    )
    assert list(lines(table, 80)) == [
        "a     t",
        "----  -----------------------",
        "      0001-01-01 02:03:04.005",
        "NULL  NULL",
    ]
    assert list(lines(table.slice(2), 80)) == ["a  t", "-  -"]

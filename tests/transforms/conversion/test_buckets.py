from pathlib import Path

import pyarrow as pa
import pytest

from archive.contract import Contract
from archive.errors import DamagedError, UndeliveredError
from archive.keys import item_partition
from tests.transforms.conversion.made import (
    Converter,
    bytes_of,
    frame,
    landed,
    line,
    reading,
    rows_of,
)
from transforms import convert as convert_module
from transforms import gather as gather_module
from transforms import parquet as parquet_module
from transforms import spill as spill_module
from transforms.conversion import Job
from transforms.convert import bucket_count, convert
from transforms.gather import Gathered
from transforms.parquet import ParquetWriter
from transforms.scatter import Scatter
from transforms.schema import file_schema, row_schema
from transforms.spill import Spill

LINES = [line(reading(f"d{k % 9}", k * 5_000_000), str(k)) for k in range(400)]


def test_a_spilled_bucket_holds_whole_partitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Every row comes back once, all rows of a device and date from one bucket.
    """
    monkeypatch.setattr(spill_module, "HELD_BYTES_MAX", 2000)
    spill = Spill(tmp_path, row_schema(Contract()), 5)
    scatter = Scatter(Contract())
    for begin in range(0, len(LINES), 30):
        spill.add(scatter(b"".join(LINES[begin : begin + 30])).rows)
    assert list(tmp_path.iterdir())

    seen: set[tuple[object, object]] = set()
    count = 0
    for rows in spill.buckets():
        pairs = set(
            zip(*(rows[c].to_pylist() for c in ("device_id", "date")), strict=True)
        )
        assert not pairs & seen
        seen |= pairs
        count += len(rows)
    assert count == len(LINES)
    assert not list(tmp_path.iterdir())


def test_spilling_changes_no_byte(
    converted: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Rows that were on disk make the files of rows that were not.
    """
    reference = bytes_of(converted([frame(LINES)]))
    monkeypatch.setattr(spill_module, "HELD_BYTES_MAX", 1)
    assert bytes_of(converted([frame(LINES)])) == reference


def test_a_bucket_that_came_out_too_large_is_split_again(
    converted: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    However far the input's size was from what it held, and with the same bytes.
    """
    reference = bytes_of(converted([frame(LINES)]))
    monkeypatch.setattr(spill_module, "HELD_BYTES_MAX", 1)
    monkeypatch.setattr(spill_module, "BUCKET_BYTES_MAX", 5000)
    sizes: list[int] = []

    def measured(rows: pa.Table, contract: Contract, n: int) -> Gathered:
        sizes.append(rows.nbytes)
        return gather_module.gather(rows, contract, n)

    monkeypatch.setattr(convert_module, "gather", measured)
    assert bytes_of(converted([frame(LINES)])) == reference
    assert len(sizes) > 5
    assert max(sizes) < 2 * 5000


def test_more_bytes_make_more_buckets() -> None:
    """
    So that a bucket stays what memory bears.
    """
    assert bucket_count(0) == 1
    assert bucket_count(10 * 1024**3) > bucket_count(1024**3) > 1


def test_a_partition_with_too_many_rows_becomes_several_files(
    converted: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Numbered from 1, none larger than the bound, in the order of the rows.
    """
    monkeypatch.setattr(gather_module, "FILE_ROWS_MAX", 40)
    some = [line(reading(created_at=k), str(k)) for k in range(100)]
    conversion = converted([frame(some)])
    assert [file.record.rows for file in conversion.files] == [40, 40, 20]
    assert [file.record.key.rsplit("/", 1)[1] for file in conversion.files] == [
        *("00000001-1.parquet", "00000001-2.parquet", "00000001-3.parquet")
    ]
    assert [row["sequence_number"] for row in rows_of(conversion)] == [
        str(k) for k in range(100)
    ]


@pytest.mark.parametrize(
    "device",
    ["a/b", "a=b%c", "o'clock", "x" * 300, "", "..", "sha256-" + "0" * 64, "é", "\x00"],
)
def test_any_device_has_a_partition_and_keeps_its_id(
    device: str, converted: Converter
) -> None:
    """
    The path is escaped or hashed; the column holds the id.
    """
    conversion = converted([frame([line(reading(device))])])
    (file,) = conversion.files
    assert item_partition(file.record.key) == file.record.partition
    assert file.record.key.count("/") == 3
    assert [row["device_id"] for row in rows_of(conversion)] == [device]


def test_a_file_that_does_not_hold_its_rows_is_never_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    The bytes are read back; a writer that loses one value is caught.
    """
    schema = file_schema(Contract())
    rows = pa.table(
        [["d"], [0], [None], [0], ["1"], ["{}"]], schema=schema
    ).combine_chunks()
    writer = ParquetWriter(Contract())
    assert writer.write(rows)
    other = rows.set_column(4, schema.field(4), pa.array(["2"], pa.large_string()))
    body = writer.write(other)
    monkeypatch.setattr(
        parquet_module.pa, "BufferReader", lambda _: pa.py_buffer(body), raising=True
    )
    with pytest.raises(DamagedError):
        writer.write(rows)


def test_a_conversion_stops_where_its_checkpoint_says(tmp_path: Path) -> None:
    """
    A run whose time is nearly up leaves scratch and nothing else.
    """

    def late() -> None:
        msg = "the time is up"
        raise UndeliveredError(msg)

    job = Job(n=1, contract=Contract(), scratch=tmp_path, checkpoint=late)
    with pytest.raises(UndeliveredError):
        convert([landed(frame(LINES))], job)

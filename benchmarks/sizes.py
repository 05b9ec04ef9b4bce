"""
How many bytes an item is, on each leg of its way, as the product makes them.
"""

import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from archive.contract import Contract, Granularity
from archive.frame import pack_lines
from benchmarks.transform.workload import clean, declared
from transforms.conversion import Job, Landed
from transforms.convert import convert

DEVICES = 1000  # of the fleet that is priced, each sending once a minute
SAMPLE_DEVICES = 8
ROWS_BY_DAY = 1440
ROWS_BY_MONTH = 43_200

# One invocation of the router at this fleet's rate, with a window of a minute.
LINES_PER_INVOCATION = 1000

# "Amazon Data Firehose pricing": records are billed in steps of 5 KB.
BILLED_STEP_BYTES = 5 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """
    Bytes per item: as JSON, as Firehose bills it, at rest by day and by month.
    """

    devices: int
    json_item_bytes: float
    firehose_item_bytes: float
    item_bytes_by_day: float
    item_bytes_by_month: float


def measure_sizes() -> Sizes:
    """
    Convert a day of some devices and a month of one, and weigh what comes out.
    """
    day = list(clean(SAMPLE_DEVICES, ROWS_BY_DAY))
    month = list(clean(1, ROWS_BY_MONTH))
    return Sizes(
        devices=DEVICES,
        json_item_bytes=mean(
            len(orjson.dumps(orjson.loads(line)["image"])) for line in day
        ),
        firehose_item_bytes=sum(billed(day)) / len(day),
        item_bytes_by_day=item_bytes(day, Granularity.DAY),
        item_bytes_by_month=item_bytes(month, Granularity.MONTH),
    )


def billed(lines: list[bytes]) -> Iterable[int]:
    """
    The bytes that Firehose bills for these lines, frame by frame.
    """
    for begin in range(0, len(lines), LINES_PER_INVOCATION):
        for frame in pack_lines(lines[begin : begin + LINES_PER_INVOCATION]):
            yield -(-len(frame.data) // BILLED_STEP_BYTES) * BILLED_STEP_BYTES


def item_bytes(lines: list[bytes], granularity: Granularity) -> float:
    """
    Bytes of Parquet per item, with the readings as declared decimals.
    """
    landed = b"".join(frame.data for frame in pack_lines(lines))
    with tempfile.TemporaryDirectory() as scratch:
        conversion = convert(
            [
                Landed(
                    key="landing/sample.jsonl.gz",
                    version="1",
                    bytes=len(landed),
                    open=lambda: io.BytesIO(landed),
                )
            ],
            Job(
                n=1,
                contract=Contract(columns=declared(), granularity=granularity),
                scratch=Path(scratch),
                checkpoint=lambda: None,
            ),
        )
    return sum(file.record.bytes for file in conversion.files) / len(lines)


def mean(values: Iterable[int]) -> float:
    """
    The arithmetic mean.
    """
    numbers = list(values)
    return sum(numbers) / len(numbers)

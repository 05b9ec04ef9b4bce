"""
The router's own work, against the standard library doing less of it per record.

Rule 1: parsed events go in, as Lambda's runtime hands them over; its parsing is
shown and not counted.
Rule 2: both sides see the same records in the same run, turn by turn. Times are
CPU times, and the best of a side's turns: the machine may be shared.

Ours judges, encodes and packs a whole batch. The other side writes each image
with json.dumps and gzip.compress, without the event id, the sequence number and
the time that our lines have: one Firehose record per item.
"""

import gc
import gzip
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.expiries import Record, expiries
from stream_router.encode import encode
from stream_router.pack import pack
from stream_router.verdict import Verdict, judge

BATCH_RECORDS = 10_000  # the largest batch that a mapping sends
BATCHES = 5
TURNS = 5

# Firehose bills each record in steps of 5 KB ("Amazon Data Firehose pricing").
BILLED_STEP_BYTES = 5 * 1024

# The targets of this benchmark.
RATIO_MAX = 1 / 3
BILLED_BYTES_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    What one side did with some records: the CPU time, and what Firehose gets.
    """

    seconds: float
    sizes: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """
    What one side costs per record.
    """

    microseconds: float
    sent_bytes: float
    billed_bytes: float


def run() -> dict[str, object]:
    """
    Measure both sides, print the table, and give the numbers.
    """
    source, records = expiries(BATCHES * BATCH_RECORDS)
    batches = [
        json.dumps(records[first : first + BATCH_RECORDS])
        for first in range(0, len(records), BATCH_RECORDS)
    ]
    del records

    parsing: list[float] = []
    ours: list[Work] = []
    theirs: list[Work] = []
    for batch in batches:
        started = time.process_time()
        parsed = json.loads(batch)
        parsing.append(time.process_time() - started)
        turns = [
            (_measure(_route, parsed), _measure(_write_each, parsed))
            for _ in range(TURNS)
        ]
        ours.append(min((turn[0] for turn in turns), key=_seconds))
        theirs.append(min((turn[1] for turn in turns), key=_seconds))

    count = len(batches) * BATCH_RECORDS
    numbers: dict[str, object] = {
        "source": source,
        "records": count,
        "parsing_microseconds": sum(parsing) / count * 1e6,
        "ours": asdict(_side(ours, count)),
        "stdlib": asdict(_side(theirs, count)),
        "ratio": sum(map(_seconds, ours)) / sum(map(_seconds, theirs)),
        "ratio_target": RATIO_MAX,
        "billed_bytes_target": BILLED_BYTES_MAX,
    }
    _print(numbers)
    return numbers


def _route(records: Sequence[Record]) -> list[int]:
    expired = [record for record in records if judge(record) is Verdict.EXPIRED]
    return [len(routed.frame.data) for routed in pack(map(encode, expired))]


def _write_each(records: Sequence[Record]) -> list[int]:
    return [
        len(gzip.compress(json.dumps(record["dynamodb"]["OldImage"]).encode()))
        for record in records
    ]


def _measure(
    work: Callable[[Sequence[Record]], list[int]], records: Sequence[Record]
) -> Work:
    # Neither side pays for what the other left behind.
    gc.collect()
    started = time.process_time()
    sizes = work(records)
    return Work(seconds=time.process_time() - started, sizes=sizes)


def _seconds(work: Work) -> float:
    return work.seconds


def _side(works: Sequence[Work], count: int) -> Side:
    sizes = [size for work in works for size in work.sizes]
    steps = sum(-(-size // BILLED_STEP_BYTES) for size in sizes)
    return Side(
        microseconds=sum(map(_seconds, works)) / count * 1e6,
        sent_bytes=sum(sizes) / count,
        billed_bytes=steps * BILLED_STEP_BYTES / count,
    )


def _print(numbers: dict[str, Any]) -> None:
    title = f"router: {numbers['records']:,} expiries ({numbers['source']})"
    table = Table(title=title, title_justify="left")
    table.add_column("per item")
    for name in ("firn", "json + gzip each", "firn / other", "target"):
        table.add_column(name, justify="right")

    ours, theirs = numbers["ours"], numbers["stdlib"]
    table.add_row(
        "CPU, µs",
        f"{ours['microseconds']:.2f}",
        f"{theirs['microseconds']:.2f}",
        f"{numbers['ratio']:.3f}",
        f"≤ {RATIO_MAX:.3f}",
    )
    table.add_row(
        "bytes that Firehose bills",
        f"{ours['billed_bytes']:.1f}",
        f"{theirs['billed_bytes']:,.0f}",
        f"1/{theirs['billed_bytes'] / ours['billed_bytes']:.0f}",
        f"≤ {BILLED_BYTES_MAX} bytes",
    )
    table.add_row(
        "bytes sent", f"{ours['sent_bytes']:.1f}", f"{theirs['sent_bytes']:.1f}"
    )
    console = Console()
    console.print(table)
    console.print(
        f"Lambda's own parsing of the event: {numbers['parsing_microseconds']:.1f} µs"
    )


if __name__ == "__main__":
    run()

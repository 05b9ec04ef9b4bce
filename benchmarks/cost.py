"""
What a million items cost, part by part, against one JSON object per item.

Rule 1: prices are list prices of us-east-1, each with its page's name; a ratio
of two sums of them is what this benchmark is for, not the sums.
Rule 2: sizes are measured here, on rows that the product's own conversion wrote.
"""

from dataclasses import dataclass, fields

from rich.console import Console
from rich.table import Table

from benchmarks.sizes import Sizes, measure_sizes

MILLION = 1_000_000
GB = 1024**3
KB = 1024
ITEMS_PER_DAY = 1440  # one a minute
DAYS_PER_MONTH = 30
MONTHS_KEPT = 12
MONTHS_HOT = 45 / 30  # archive_after_days
MONTHS_NONCURRENT = 1  # versions that compaction replaced stay 30 days

# "Amazon S3 pricing": requests, each.
PUT_STANDARD = 0.005 / 1000
PUT_GLACIER = 0.03 / 1000
TRANSITION_GLACIER = 0.03 / 1000
GET_STANDARD = 0.0004 / 1000

# "Amazon S3 pricing": storage, per GB and month.
STORED_STANDARD = 0.023
STORED_GLACIER = 0.0036

# "Amazon S3 pricing": each object in GLACIER carries 32 KB at Glacier's price
# and 8 KB at Standard's.
OVERHEAD_GLACIER = 32 * KB
OVERHEAD_STANDARD = 8 * KB

# "Amazon Data Firehose pricing": direct PUT, per GB of records rounded up to 5 KB.
FIREHOSE = 0.029

# "AWS Lambda pricing": arm64, per GB-second, and per request.
LAMBDA_GB_SECOND = 0.0000133334
LAMBDA_REQUEST = 0.20 / MILLION

ROUTER_GB = 0.5
ROUTER_BATCH_ITEMS = 5000
TRANSFORM_GB = 3.0

# Generous on purpose: several times what benchmarks/router and
# benchmarks/transform measure, since a Lambda's core is slower than it looks.
ROUTER_SECONDS = 20e-6  # per item
TRANSFORM_SECONDS = 20e-6  # per item


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """
    US dollars per million items, by part; storage is that of twelve months.
    """

    requests: float
    transition: float
    firehose: float
    functions: float
    storage: float

    @property
    def total(self) -> float:
        """
        The sum of all parts.
        """
        return sum(getattr(self, part.name) for part in fields(self))


def one_object_per_item(json_bytes: float) -> Cost:
    """
    The system before: each item PUT into GLACIER as a JSON object of its own.
    """
    return Cost(
        requests=MILLION * PUT_GLACIER,
        transition=0.0,
        firehose=0.0,
        functions=MILLION * ROUTER_SECONDS * ROUTER_GB * LAMBDA_GB_SECOND,
        storage=glacier_storage(objects=MILLION, size=MILLION * json_bytes),
    )


def by_day(sizes: Sizes) -> Cost:
    """
    A file per device and day: 1,440 rows.
    """
    files = MILLION / ITEMS_PER_DAY
    size = MILLION * sizes.item_bytes_by_day
    return Cost(
        requests=files * PUT_STANDARD + landing_requests(sizes),
        transition=files * TRANSITION_GLACIER,
        firehose=MILLION * sizes.firehose_item_bytes / GB * FIREHOSE,
        functions=functions(passes=1),
        storage=glacier_storage(objects=files, size=size)
        + size / GB * STORED_STANDARD * MONTHS_HOT,
    )


def by_month(sizes: Sizes) -> Cost:
    """
    A file per device and month, compacted from those of its days.
    """
    days = MILLION / ITEMS_PER_DAY
    files = days / DAYS_PER_MONTH
    size = MILLION * sizes.item_bytes_by_month
    replaced = MILLION * sizes.item_bytes_by_day / GB * STORED_STANDARD
    return Cost(
        requests=days * (PUT_STANDARD + GET_STANDARD)
        + files * PUT_STANDARD
        + landing_requests(sizes),
        transition=files * TRANSITION_GLACIER,
        firehose=MILLION * sizes.firehose_item_bytes / GB * FIREHOSE,
        functions=functions(passes=2),
        storage=glacier_storage(objects=files, size=size)
        + size / GB * STORED_STANDARD * MONTHS_HOT
        + replaced * (MONTHS_HOT + MONTHS_NONCURRENT),
    )


def glacier_storage(*, objects: float, size: float) -> float:
    """
    Twelve months of `size` bytes in `objects` objects, with their overhead.
    """
    monthly = (size + objects * OVERHEAD_GLACIER) / GB * STORED_GLACIER
    monthly += objects * OVERHEAD_STANDARD / GB * STORED_STANDARD
    return monthly * MONTHS_KEPT


def landing_requests(sizes: Sizes) -> float:
    """
    Firehose's PUTs (one each 15 minutes at this rate) and the transform's GETs.
    """
    fleet_items_per_quarter = sizes.devices * 15
    objects = MILLION / fleet_items_per_quarter
    return objects * (PUT_STANDARD + GET_STANDARD)


def functions(passes: int) -> float:
    """
    The router once, the transform `passes` times over each item.
    """
    router = MILLION * ROUTER_SECONDS * ROUTER_GB * LAMBDA_GB_SECOND
    router += MILLION / ROUTER_BATCH_ITEMS * LAMBDA_REQUEST
    transform = MILLION * TRANSFORM_SECONDS * TRANSFORM_GB * LAMBDA_GB_SECOND
    return router + passes * transform


def run() -> dict[str, object]:
    """
    Measure the sizes, print the table, give the numbers for the report.
    """
    sizes = measure_sizes()
    before = one_object_per_item(sizes.json_item_bytes)
    ours = {"days": by_day(sizes), "compacted months": by_month(sizes)}

    table = Table(title=f"US dollars per million items, {sizes.devices:,} devices")
    for heading in ("", "one object per item", *ours):
        table.add_column(heading, justify="right" if heading else "left")
    for part in fields(Cost):
        costs = (getattr(cost, part.name) for cost in (before, *ours.values()))
        table.add_row(part.name, *(f"{cost:.5f}" for cost in costs))
    table.add_section()
    totals = (before.total, *(cost.total for cost in ours.values()))
    table.add_row("total", *(f"{total:.5f}" for total in totals))
    ratios = {name: before.total / cost.total for name, cost in ours.items()}
    table.add_row("ratio", "1", *(f"1/{ratio:,.0f}" for ratio in ratios.values()))
    console = Console()
    console.print(table)
    console.print(
        f"bytes per item: {sizes.json_item_bytes:.0f} as JSON, "
        f"{sizes.firehose_item_bytes:.1f} billed by Firehose, "
        f"{sizes.item_bytes_by_day:.1f} at rest by day, "
        f"{sizes.item_bytes_by_month:.1f} by month"
    )

    return {
        "dollars_per_million_items": {
            "one object per item": before.total,
            **{name: cost.total for name, cost in ours.items()},
        },
        "ratios": ratios,
        "sizes": {part.name: getattr(sizes, part.name) for part in fields(sizes)},
    }


if __name__ == "__main__":
    run()

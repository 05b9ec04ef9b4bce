"""
AWS SDK for pandas: orjson, a data frame, s3.to_parquet with partition_cols.

Its S3 objects are written to local files, so that only its own work is timed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

os.environ.update(
    AWS_DEFAULT_REGION="eu-west-1",
    AWS_ACCESS_KEY_ID="none",
    AWS_SECRET_ACCESS_KEY="none",  # noqa: S106 - there is none
    ARROW_NUM_THREADS="1",
    OMP_NUM_THREADS="1",
)

import awswrangler as wr
import orjson
import pandas as pd
from awswrangler.s3 import _write_parquet

from benchmarks.peers.contest import Task, main

_BUCKET = "s3://peer"


def work(task: Task) -> None:
    """
    Numbers as floats; one call for all partitions.
    """

    @contextmanager
    def local(path: str, *_: object, **__: object) -> Iterator[BinaryIO]:
        target = task.directory / path.removeprefix(f"{_BUCKET}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            yield file

    _write_parquet.open_s3_object = local
    rows = []
    for line in task.lines():
        record = orjson.loads(line)
        image = record["image"]
        row = {
            "device": image["deviceID"]["S"],
            "created_at": int(image["createdAt"]["N"]),
            "expired_at": int(image["expiredAt"]["N"]) * 1000,
            "deleted_at": record["deleted_at"] * 1000,
            "sequence_number": record["sequence_number"],
            "sensor_id": image["sensorID"]["S"],
        }
        for name in task.numbers:
            value = image.get(name, {}).get("N")
            row[name] = None if value is None else float(value)
        rows.append(row)
    frame = pd.DataFrame(rows)
    for name in ("created_at", "expired_at", "deleted_at"):
        frame[name] = pd.to_datetime(frame[name], unit="ms")
    frame["date"] = frame["created_at"].dt.strftime("%Y-%m-%d")
    wr.s3.to_parquet(
        frame,
        path=f"{_BUCKET}/",
        dataset=True,
        partition_cols=["device", "date"],
        compression="zstd",
        use_threads=False,
    )


if __name__ == "__main__":
    main(work)

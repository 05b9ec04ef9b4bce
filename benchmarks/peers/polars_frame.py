"""
Polars: read_ndjson, unnest, cast, one Parquet file per group.
"""

import gzip
import io
import os

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl

from benchmarks.peers.contest import Task, main


def work(task: Task) -> None:
    """
    One frame of all lines; decimals by a cast that gives null where it fails.
    """
    text = pl.Struct({"S": pl.String})
    number = pl.Struct({"N": pl.String})
    image = pl.Struct(
        {
            "deviceID": text,
            "sensorID": text,
            "createdAt": number,
            "expiredAt": number,
            **dict.fromkeys(task.numbers, number),
        }
    )
    schema = {"sequence_number": pl.String, "deleted_at": pl.Int64, "image": image}
    raw = gzip.decompress(task.frames.read_bytes())
    frame = pl.read_ndjson(io.BytesIO(raw), schema=schema)

    def of_image(name: str, tag: str) -> pl.Expr:
        return pl.col("image").struct.field(name).struct.field(tag)

    def moment(milliseconds: pl.Expr) -> pl.Expr:
        return milliseconds.cast(pl.Datetime("ms"))

    created_at = moment(of_image("createdAt", "N").cast(pl.Int64))
    rows = frame.select(
        of_image("deviceID", "S").alias("device_id"),
        created_at.alias("created_at"),
        moment(of_image("expiredAt", "N").cast(pl.Int64) * 1000).alias("expired_at"),
        moment(pl.col("deleted_at") * 1000).alias("deleted_at"),
        pl.col("sequence_number"),
        of_image("sensorID", "S").alias("sensor_id"),
        *(
            of_image(name, "N").cast(pl.Decimal(9, 2), strict=False).alias(name)
            for name in task.numbers
        ),
        created_at.dt.date().alias("date"),
    )
    for (device, day), group in rows.partition_by(
        "device_id", "date", as_dict=True
    ).items():
        directory = task.directory / f"device={device}" / f"date={day}"
        directory.mkdir(parents=True)
        group.drop("date").write_parquet(directory / "1.parquet", compression="zstd")


if __name__ == "__main__":
    main(work)

"""
Python: orjson to dicts, lists per device and date, pyarrow tables, Parquet.
"""

from collections import defaultdict
from datetime import UTC, datetime

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.contest import Task, main

_KNOWN = {"deviceID", "sensorID", "createdAt", "expiredAt"}


def work(task: Task) -> None:
    """
    Rows as dicts; numbers as floats; what has no column as JSON.
    """
    pa.set_cpu_count(1)
    known = _KNOWN | set(task.numbers)
    partitions: defaultdict[tuple[str, str], list[dict[str, object]]]
    partitions = defaultdict(list)
    for line in task.lines():
        record = orjson.loads(line)
        image = record["image"]
        created_at = int(image["createdAt"]["N"])
        row: dict[str, object] = {
            "device_id": image["deviceID"]["S"],
            "created_at": created_at,
            "expired_at": int(image["expiredAt"]["N"]) * 1000,
            "deleted_at": record["deleted_at"] * 1000,
            "sequence_number": record["sequence_number"],
            "sensor_id": image["sensorID"]["S"],
        }
        for name in task.numbers:
            value = image.get(name, {}).get("N")
            row[name] = None if value is None else float(value)
        left = {name: value for name, value in image.items() if name not in known}
        row["rest"] = orjson.dumps(left).decode() if left else None
        day = datetime.fromtimestamp(created_at / 1000, UTC).date().isoformat()
        partitions[image["deviceID"]["S"], day].append(row)

    schema = _schema(task)
    for (device, day), rows in partitions.items():
        directory = task.directory / f"device={device}" / f"date={day}"
        directory.mkdir(parents=True)
        table = pa.Table.from_pylist(rows, schema)
        pq.write_table(table, directory / "1.parquet", compression="zstd")


def _schema(task: Task) -> pa.Schema:
    moment = pa.timestamp("ms")
    return pa.schema(
        [
            ("device_id", pa.string()),
            ("created_at", moment),
            ("expired_at", moment),
            ("deleted_at", moment),
            ("sequence_number", pa.string()),
            ("sensor_id", pa.string()),
            *((name, pa.float64()) for name in task.numbers),
            ("rest", pa.string()),
        ]
    )


if __name__ == "__main__":
    main(work)

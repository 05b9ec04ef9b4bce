"""
DuckDB: read_json into COPY ... PARTITION_BY. Decimals by try_cast.
"""

import duckdb

from benchmarks.peers.contest import Task, main


def work(task: Task) -> None:
    """
    One statement from gzip to a file per device and date.
    """
    numbers = ", ".join(f'"{name}" STRUCT(N VARCHAR)' for name in task.numbers)
    decimals = ", ".join(
        f'try_cast(image."{name}".N AS decimal(9,2)) AS "{name}"'
        for name in task.numbers
    )
    image = (
        "STRUCT(deviceID STRUCT(S VARCHAR), sensorID STRUCT(S VARCHAR), "
        f"createdAt STRUCT(N VARCHAR), expiredAt STRUCT(N VARCHAR), {numbers})"
    )
    query = f"""
        COPY (
            SELECT
                image.deviceID.S AS device,
                strftime(epoch_ms(image.createdAt.N::bigint), '%Y-%m-%d') AS date,
                image.deviceID.S AS device_id,
                epoch_ms(image.createdAt.N::bigint) AS created_at,
                epoch_ms(1000 * image.expiredAt.N::bigint) AS expired_at,
                epoch_ms(1000 * deleted_at) AS deleted_at,
                sequence_number,
                image.sensorID.S AS sensor_id,
                {decimals}
            FROM read_json(
                '{task.frames}', format = 'newline_delimited', compression = 'gzip',
                columns = {{
                    sequence_number: 'VARCHAR', deleted_at: 'BIGINT', image: '{image}'
                }}
            )
        ) TO '{task.directory}' (
            FORMAT parquet, COMPRESSION zstd, PARTITION_BY (device, date),
            OVERWRITE_OR_IGNORE
        )
    """  # noqa: S608 - our own names
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute(query)


if __name__ == "__main__":
    main(work)

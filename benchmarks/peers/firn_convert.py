"""
Firn itself, timed as its peers are: from frames to files that were read back.
"""

import io

import pyarrow as pa

from archive.contract import Contract
from benchmarks.peers.contest import Task, main
from benchmarks.transform.workload import declared
from transforms.conversion import Job, Landed
from transforms.convert import convert


def work(task: Task) -> list[int]:
    """
    One landed object through convert().
    """
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    body = task.frames.read_bytes()
    landed = Landed(
        key="landing/1.jsonl.gz",
        version="1",
        bytes=len(body),
        open=lambda: io.BytesIO(body),
    )
    columns = declared() if task.numbers else ()
    job = Job(
        n=1,
        contract=Contract(columns=columns),
        scratch=task.directory,
        checkpoint=lambda: None,
    )
    conversion = convert([landed], job)
    return [file.record.bytes for file in conversion.files]


if __name__ == "__main__":
    main(work)

"""
How a contestant is started, timed and counted.

Rule 1: it imports nothing but the standard library, so that it runs in any
virtual environment.
Rule 2: time is CPU time of the whole process: what other programs do on the
machine at that moment does not count, and a second thread is not free.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Task:
    """
    Frames to convert, where the files go, and the numbers that have a column.
    """

    frames: Path
    directory: Path
    numbers: tuple[str, ...]

    def lines(self) -> Iterator[bytes]:
        """
        The lines of all frames.
        """
        yield from gzip.decompress(self.frames.read_bytes()).splitlines()


def main(work: Callable[[Task], list[int] | None]) -> None:
    """
    Do the work named on the command line and print what it took.

    Who does not leave a file for each of its Parquet files gives their sizes.
    """
    frames, directory, *numbers = sys.argv[1:]
    task = Task(Path(frames), Path(directory), tuple(numbers))
    begin = time.process_time()
    given = work(task)
    seconds = time.process_time() - begin
    left = [path.stat().st_size for path in task.directory.rglob("*.parquet")]
    sizes = left if given is None else given
    print(json.dumps({"seconds": seconds, "files": len(sizes), "bytes": sum(sizes)}))

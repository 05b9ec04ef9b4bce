"""
Many calls at once.

Rule 1: the first failure, or Ctrl-C, begins no further call; those that are under
way end first, so that what was done is known.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

THREADS = 32


def in_parallel(
    call: Callable[[Thing], Result], things: Iterable[Thing], threads: int = THREADS
) -> Iterator[Result]:
    """
    The results of a call for each thing, in the order of the things.

    No more things are taken than twice as many as there are threads.
    """
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for thing in things:
                waiting.append(pool.submit(call, thing))
                if len(waiting) >= 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

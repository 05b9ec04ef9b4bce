"""
Many calls at once.

Rule 1: the first failure, or Ctrl-C, begins no further call; those that are under
way end first, so that what was done is known.
"""

import threading
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

    No more things are taken than twice as many as there are threads. A failure
    is raised after the results of the calls before it that were made.
    """
    stopped = threading.Event()

    def unless_stopped(thing: Thing) -> Result:
        if stopped.is_set():
            raise _NotBegunError
        try:
            return call(thing)
        except BaseException:
            stopped.set()
            raise

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for thing in things:
                waiting.append(pool.submit(unless_stopped, thing))
                if len(waiting) >= 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except _NotBegunError:
            # One that was asked for later has failed earlier.
            _raise_failure(waiting)
            raise
        finally:
            stopped.set()
            for future in waiting:
                future.cancel()


def _raise_failure(waiting: Iterable[Future[Result]]) -> None:
    for future in waiting:
        if not isinstance(future.exception(), _NotBegunError):
            future.result()


class _NotBegunError(Exception):
    """
    Another call failed before this one was begun.
    """

"""
Several requests under way at once.

Rule 1: all of them are done when the call returns, or one has raised and those
that had not begun are not begun.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

# Ours: S3 allows far more, one Lambda of two cores does not profit from it.
REQUESTS_MAX = 16

Thing = TypeVar("Thing")


class Each(Protocol):
    """
    How an action is done on each of several things. No order is promised.
    """

    def __call__(self, act: Callable[[Thing], object], things: Sequence[Thing]) -> None:
        """
        Act on each thing, and raise what the first of them raised.
        """
        ...


def together(act: Callable[[Thing], object], things: Sequence[Thing]) -> None:
    """
    Act on each thing, several at once.
    """
    with ThreadPoolExecutor(max_workers=REQUESTS_MAX) as pool:
        futures = [pool.submit(act, thing) for thing in things]
        try:
            for future in futures:
                future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def one_by_one(act: Callable[[Thing], object], things: Sequence[Thing]) -> None:
    """
    Act on each thing, in order.
    """
    for thing in things:
        act(thing)

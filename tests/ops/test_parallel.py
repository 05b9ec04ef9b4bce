import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UndeliveredError
from ops.parallel import in_parallel

LONG = 60


@given(things=st.lists(st.integers(), max_size=200), threads=st.integers(1, 8))
def test_results_come_in_the_order_of_the_things(
    things: list[int], threads: int
) -> None:
    """
    However many threads there are.
    """
    assert list(in_parallel(str, things, threads)) == [str(it) for it in things]


def test_calls_are_made_at_the_same_time() -> None:
    """
    As many as there are threads: none of these ends before all have begun.
    """
    barrier = threading.Barrier(4)

    assert sorted(in_parallel(lambda _: barrier.wait(LONG), range(4), 4)) == [
        0,
        1,
        2,
        3,
    ]


def test_things_are_taken_as_they_are_needed() -> None:
    """
    A listing of millions is never held whole.
    """
    taken = 0

    def things() -> Iterator[int]:
        nonlocal taken
        for thing in range(1_000):
            taken += 1
            yield thing

    results = in_parallel(str, things(), 4)
    next(results)

    assert taken <= 8
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert taken <= 8


@pytest.mark.parametrize("failing", [0, 1, 7, 40])
def test_a_failure_is_raised_after_the_results_before_it(failing: int) -> None:
    """
    What was done is known, one by one; and nothing after it is begun for long.
    """
    begun = []
    ended: list[int] = []

    def call(thing: int) -> int:
        begun.append(thing)
        if thing == failing:
            msg = "s3: busy"
            raise UndeliveredError(msg)
        return thing

    with pytest.raises(UndeliveredError, match="s3: busy"):
        ended.extend(in_parallel(call, range(1_000), 2))

    assert ended == list(range(failing))[: len(ended)]
    # Two threads, and what each of them had taken already.
    assert len(begun) <= failing + 3


def test_no_call_is_begun_once_another_has_failed() -> None:
    """
    Although one that was asked for before it is still under way.
    """
    has_failed = threading.Event()
    begun = []

    def call(thing: int) -> int:
        begun.append(thing)
        if thing == 0:
            assert has_failed.wait(LONG)
        if thing == 1:
            has_failed.set()
            raise UndeliveredError(str(thing))
        return thing

    results = in_parallel(call, range(100), 2)
    assert next(results) == 0
    with pytest.raises(UndeliveredError, match=r"^1$"):
        list(results)

    assert begun == [0, 1]


def test_ctrl_c_begins_no_further_call_and_waits_for_those_under_way() -> None:
    """
    Here the things raise it, as it would come while one waits for a result.
    """
    begun, ended = [], []

    def call(thing: int) -> int:
        begun.append(thing)
        ended.append(thing)
        return thing

    def things() -> Iterator[int]:
        yield from range(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(in_parallel(call, things(), 2))

    assert begun == ended


def test_nothing_is_no_call() -> None:
    """
    And no result.
    """
    assert list(in_parallel(str, [])) == []

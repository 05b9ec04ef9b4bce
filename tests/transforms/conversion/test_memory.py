import pytest

from benchmarks.memory import FLAT_WITHIN, LANDED_BYTES, MEBIBYTES_MAX, measure


@pytest.mark.slow
def test_memory_is_bounded_by_the_bucket_and_not_by_the_backlog() -> None:
    """
    A full landed object and a backlog of three need the same memory.

    `make bench` measures ten: this stops at three because the next seven only
    repeat what happens to the third.
    """
    one = measure(1, LANDED_BYTES)
    three = measure(3, LANDED_BYTES)
    assert three["rows"] > 2.9 * one["rows"]
    assert one["peak"] <= MEBIBYTES_MAX
    assert three["peak"] <= MEBIBYTES_MAX
    assert abs(three["peak"] / one["peak"] - 1) <= FLAT_WITHIN

"""
Delivery: no fault of Firehose loses a line.
"""

import functools
import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import UndeliveredError
from archive.frame import Frame, pack_lines
from stream_router.delivery import (
    BATCH_BYTES_MAX,
    BATCH_RECORDS_MAX,
    MARGIN_SECONDS,
    OFFERS_MAX,
    Patience,
    StoppedError,
    batches,
    deliver,
)
from stream_router.pack import RoutedFrame
from tests.stream_router.fakes import FakeFirehose, Fault, Time, healthy, refusing

# Told the call and the record in it: is it taken, is it reported as refused?
# And whether everything is delivered in the end.
FAULTS: dict[str, tuple[Fault, bool]] = {
    "healthy": (healthy, True),
    "refused once": (lambda call, _record: (call > 0, call == 0), True),
    "taken but reply lost": (lambda call, _record: (True, call == 0), True),
    "always refused": (refusing, False),
    "always taken, never told": (lambda _call, _record: (True, True), False),
    "one refused once": (
        lambda call, record: ((call, record) != (0, 3), (call, record) == (0, 3)),
        True,
    ),
    "one taken, each time": (lambda _call, record: (record == 0, record != 0), True),
    "one never taken": (
        lambda call, record: (call == 0 and record != 4, call > 0 or record == 4),
        False,
    ),
    "refused from the third call on": (
        lambda call, record: (call < 2 and record < 3, call >= 2 or record >= 3),
        False,
    ),
}


@functools.cache
def _frames(count: int) -> list[RoutedFrame]:
    """
    Frames of one line each: their numbers, which are their sequence numbers too.
    """
    return [
        RoutedFrame(str(number), 0, frame)
        for number in range(count)
        for frame in pack_lines([b"%d\n" % number])
    ]


def _numbers(taken: Sequence[bytes]) -> list[int]:
    return [int(line) for line in gzip.decompress(b"".join(taken)).split()]


def _deliver(
    frames: Sequence[RoutedFrame], firehose: FakeFirehose, patience: Patience
) -> int:
    """
    How many frames the caller may forget.
    """
    try:
        deliver(frames, firehose.stream, patience)
    except StoppedError as stopped:
        # Frames are numbered from 0, so the number is the place of the first.
        return int(stopped.sequence_number)
    return len(frames)


@pytest.mark.parametrize("by_call", [False, True], ids=["by record", "by call"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_loses_a_line(fault: str, by_call: bool) -> None:
    """
    Either every line is taken, or the caller learns the first one that was not.
    """
    behaviour, delivers = FAULTS[fault]
    firehose = FakeFirehose(behaviour, by_call=by_call)
    outcome = _deliver(_frames(7), firehose, Time().patience())

    assert set(range(outcome)) <= set(_numbers(firehose.taken))
    if not by_call:
        assert (outcome == 7) == delivers


@dataclass(frozen=True)
class Chances:
    """
    How likely a record is refused, and is taken although it is refused.
    """

    seed: int
    refused: float
    untold: float


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 1300),
    st.builds(Chances, st.integers(0, 2**32), st.floats(0, 1), st.floats(0, 1)),
    st.booleans(),
)
def test_no_mixture_of_faults_loses_a_line(
    count: int, chances: Chances, by_call: bool
) -> None:
    """
    Refusals in every call, some taken and not told, over several calls.
    """
    chance = random.Random(chances.seed)

    def fault(_call: int, _record: int) -> tuple[bool, bool]:
        refused = chance.random() < chances.refused
        return (not refused or chance.random() < chances.untold, refused)

    firehose = FakeFirehose(fault, by_call=by_call)
    outcome = _deliver(_frames(1300)[:count], firehose, Time(600).patience())

    taken = set(_numbers(firehose.taken))
    assert set(range(outcome)) <= taken <= set(range(count))


def test_only_what_was_refused_is_sent_again() -> None:
    """
    What was taken once arrives once, however often its neighbours are refused.
    """
    firehose = FakeFirehose(lambda call, record: (record <= call, record > call))
    deliver(_frames(9), firehose.stream, Time().patience())
    assert _numbers(firehose.taken) == list(range(9))
    assert firehose.calls == [9, 8, 6, 3]


def test_nothing_behind_a_refused_frame_is_offered() -> None:
    """
    The stream is read again from the refused line: a later frame would be double.
    """
    firehose = FakeFirehose(
        lambda call, record: (call == 0 and record < 20, call > 0 or record >= 20)
    )
    with pytest.raises(StoppedError) as stopped:
        deliver(_frames(600), firehose.stream, Time().patience())
    assert stopped.value.sequence_number == "20"
    assert stopped.value.frames_taken == 20
    assert set(firehose.calls) == {500, 480}


def test_the_first_undelivered_frame_is_the_first_in_the_stream() -> None:
    """
    Of several refused frames it is the earliest; those between them were taken.
    """
    refused = {2, 5}
    firehose = FakeFirehose(
        lambda call, record: (
            call == 0 and record not in refused,
            call > 0 or record in refused,
        )
    )
    with pytest.raises(StoppedError, match=r"^2: not delivered: Service") as stopped:
        deliver(_frames(7), firehose.stream, Time().patience())
    assert stopped.value.sequence_number == "2"
    assert stopped.value.frames_taken == 2
    assert _numbers(firehose.taken) == [0, 1, 3, 4, 6]


def test_who_stops_is_undelivered() -> None:
    """
    The error is of the kind that the runbook knows, and names its section.
    """
    with pytest.raises(UndeliveredError) as stopped:
        deliver(_frames(1), FakeFirehose(refusing).stream, Time().patience())
    assert stopped.value.hint == "docs/RUNBOOK.md#undelivered"


def test_pauses_grow_up_to_a_ceiling_and_come_to_an_end() -> None:
    """
    Full jitter draws a share of a ceiling that doubles; here it draws all of it.
    """
    time, firehose = Time(), FakeFirehose(refusing)
    with pytest.raises(StoppedError):
        deliver(_frames(1), firehose.stream, time.patience(draw=lambda: 1.0))
    assert time.slept == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert len(firehose.calls) == OFFERS_MAX + 1


def test_a_stream_that_takes_some_each_time_is_waited_for() -> None:
    """
    A throttled stream is no outage, and its pauses stay short.
    """
    time = Time()
    firehose = FakeFirehose(lambda _call, record: (record == 0, record != 0))
    deliver(_frames(3 * OFFERS_MAX), firehose.stream, time.patience(lambda: 0.5))
    assert _numbers(firehose.taken) == list(range(3 * OFFERS_MAX))
    assert max(time.slept) == 0.05


@pytest.mark.parametrize("draw", [0.0, 0.3, 1.0])
def test_delivery_ends_before_lambda_does(draw: float) -> None:
    """
    No offer begins without the time that a call and the answer may take.
    """
    time = Time(MARGIN_SECONDS + 6)
    offered_at: list[float] = []

    def slow(_call: int, _record: int) -> tuple[bool, bool]:
        offered_at.append(time.remaining_seconds)
        time.remaining_seconds -= 1.5
        return (False, True)

    with pytest.raises(StoppedError):
        deliver(_frames(1), FakeFirehose(slow).stream, time.patience(lambda: draw))
    assert min(offered_at) >= MARGIN_SECONDS
    assert time.remaining_seconds > 0


def test_a_later_batch_is_not_begun_without_time() -> None:
    """
    What is left is named, and the invocation ends with an answer.
    """
    time = Time(MARGIN_SECONDS + 0.1)

    def slow(_call: int, record: int) -> tuple[bool, bool]:
        time.remaining_seconds -= 0.2 if record == 0 else 0.0
        return (True, False)

    with pytest.raises(StoppedError, match="no time left") as stopped:
        deliver(_frames(501), FakeFirehose(slow).stream, time.patience())
    assert stopped.value.sequence_number == "500"
    assert stopped.value.frames_taken == 500


def test_the_first_batch_is_offered_however_little_time_is_left() -> None:
    """
    A function with a short timeout would otherwise never get on.
    """
    firehose = FakeFirehose()
    deliver(_frames(3), firehose.stream, Time(0.5).patience())
    assert _numbers(firehose.taken) == [0, 1, 2]


def test_nothing_is_sent_for_no_frames() -> None:
    """
    A batch without expiries does not call Firehose, which refuses empty calls.
    """
    firehose = FakeFirehose()
    deliver([], firehose.stream, Time().patience())
    assert firehose.calls == []


@given(st.lists(st.integers(1, 1000 * 1024), max_size=60), st.integers(0, 1200))
def test_batches_stay_within_a_call_and_lose_nothing(
    sizes: list[int], small: int
) -> None:
    """
    At most 500 records and 4 MiB, in order, and never an empty call.
    """
    frames = [
        RoutedFrame(str(number), 0, Frame(1, size, bytes(size)))
        for number, size in enumerate([*sizes, *[1] * small])
    ]
    cut = list(batches(frames))
    assert [routed for batch in cut for routed in batch] == frames
    for batch in cut:
        assert 1 <= len(batch) <= BATCH_RECORDS_MAX
        assert sum(len(routed.frame.data) for routed in batch) <= BATCH_BYTES_MAX

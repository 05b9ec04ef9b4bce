import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.local.sending import (
    AHEAD_SECONDS_MAX,
    DUPLICATE_SECONDS_MAX,
    Message,
    Sending,
    first_moment,
    schedule,
)
from ops.local.timestamps import sent_at

NOON = 1_614_600_000


def _body(message: object) -> str:
    return base64.b64encode(json.dumps(message).encode()).decode()


def _times(*moments: int | None, start_at: int = NOON) -> list[int]:
    messages = [Message(str(n), at) for n, at in enumerate(moments)]
    return [sending.at for sending in schedule(messages, start_at, 0.0, 0)]


@pytest.mark.parametrize(
    ("message", "at"),
    [
        ({"timestamp": NOON}, NOON),
        ({"timestamp": NOON * 1000 + 999}, NOON),
        ({"timestamp": f"{NOON}"}, NOON),
        ({"timestamp": NOON + 0.5}, NOON),
        ({"TimeStamp": NOON}, NOON),
        ({"createdAt": NOON}, NOON),
        ({"timestamp": NOON, "data": {"createdAt": NOON - 60}}, NOON),
        ({"timestamp": None, "data": {"createdAt": NOON}}, NOON),
        ({"timestamp": "?", "data": [None, 5, {"createdAt": NOON}]}, NOON),
        ({"timestamp": 5}, 0),
        ({"timestamp": True}, None),
        ({"timestamp": -5_000}, None),
        ({"timestamp": NOON * 1_000_000}, None),
        ({"data": []}, None),
        ({"topic": 1, "client_id": 2, "timestamp": NOON}, None),
    ],
)
def test_when_a_message_was_sent_is_what_ingest_would_read(
    message: object, at: int | None
) -> None:
    """
    Its own timestamp before those of what it carries; none is none.
    """
    assert sent_at(_body(message)) == at


@pytest.mark.parametrize("body", ["no Base64 at all", "e30", "", "{}", "W10="])
def test_a_body_that_is_no_message_says_no_time(body: str) -> None:
    """
    It is sent all the same, whenever its turn comes.
    """
    assert sent_at(body) is None


def test_the_clock_starts_at_the_first_usable_timestamp() -> None:
    """
    Whatever stands before it in the file.
    """
    messages = [Message("a", None), Message("b", NOON), Message("c", NOON - 1)]
    assert first_moment(messages) == NOON
    assert first_moment(messages[:1]) is None


def test_the_clock_moves_forward_and_never_back() -> None:
    """
    A message without a time, or with an earlier one, is sent now.
    """
    assert _times(NOON, None, NOON + 60, NOON - 60, NOON + 30) == [
        NOON,
        NOON,
        NOON + 60,
        NOON + 60,
        NOON + 60,
    ]


def test_the_clock_follows_no_timestamp_more_than_366_days_ahead() -> None:
    """
    Such a message is a broken clock's, and ingest refuses it too.
    """
    ahead = NOON + AHEAD_SECONDS_MAX
    assert _times(ahead) == [ahead]
    assert _times(ahead + 1, NOON + 60) == [NOON, NOON + 60]


def test_a_start_in_the_past_is_caught_up_with() -> None:
    """
    The first message moves the clock as any other does.
    """
    assert _times(NOON, start_at=NOON - 86_400) == [NOON]


@given(
    moments=st.lists(
        st.none() | st.integers(min_value=NOON, max_value=NOON + 300), max_size=40
    ),
    probability=st.sampled_from([0.0, 0.5, 0.99]),
    seed=st.integers(),
)
def test_a_message_sent_twice_comes_again_within_a_minute(
    moments: list[int | None], probability: float, seed: int
) -> None:
    """
    Times never go back, first sendings keep their order, none comes thrice.
    """
    messages = [Message(str(n), at) for n, at in enumerate(moments)]
    sent = list(schedule(messages, NOON, probability, seed))

    times = [sending.at for sending in sent]
    assert times == sorted(times)

    first: dict[str, Sending] = {}
    again = [s for s in sent if first.setdefault(s.body, s) is not s]
    assert list(first) == [message.body for message in messages]
    assert len({sending.body for sending in again}) == len(again)
    for sending in again:
        assert 0 <= sending.at - first[sending.body].at <= DUPLICATE_SECONDS_MAX
    assert probability > 0 or not again


def test_duplicates_are_as_many_as_asked_for_and_drawn_from_the_seed() -> None:
    """
    The same seed doubles the same messages.
    """
    messages = [Message(str(n), NOON + n) for n in range(10_000)]
    drawn = list(schedule(messages, NOON, 0.05, 7))

    assert 400 < len(drawn) - len(messages) < 600
    assert drawn == list(schedule(messages, NOON, 0.05, 7))
    assert drawn != list(schedule(messages, NOON, 0.05, 8))

"""
When each message is sent on the simulated clock.

Rule 1: the whole schedule is made before anything is sent, from the messages
alone. The same messages, start and seed make the same schedule.
Rule 2: messages keep their order; the clock never goes back for one.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ops.local.timestamps import SECONDS_PER_DAY

# A timestamp further ahead than this is a broken clock's, not the time. Ingest
# draws the same line.
AHEAD_SECONDS_MAX = 366 * SECONDS_PER_DAY

# How soon a message that is sent twice comes again.
DUPLICATE_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Message:
    """
    An SQS body, and when it says it was sent; None where it does not say.
    """

    body: str
    sent_at: int | None


@dataclass(frozen=True, slots=True)
class Sending:
    """
    One body going into the queue.
    """

    at: int
    body: str


def first_moment(messages: Sequence[Message]) -> int | None:
    """
    The first usable timestamp among the messages; None where none has one.
    """
    return next((m.sent_at for m in messages if m.sent_at is not None), None)


def schedule(
    messages: Sequence[Message], start_at: int, duplicate_messages: float, seed: int
) -> Iterator[Sending]:
    """
    All sendings in their order, those of messages that are sent twice included.
    """
    chance = random.Random(f"{seed}/duplicates")  # noqa: S311 - draws troubles, no secrets
    clock = start_at
    again: list[tuple[int, int, str]] = []
    for number, message in enumerate(messages):
        sent_at = message.sent_at
        if sent_at is not None and clock < sent_at <= clock + AHEAD_SECONDS_MAX:
            clock = sent_at

        while again and again[0][0] < clock:
            at, _, duplicate = heapq.heappop(again)
            yield Sending(at, duplicate)

        yield Sending(clock, message.body)
        if chance.random() < duplicate_messages:
            at = clock + chance.randint(0, DUPLICATE_SECONDS_MAX)
            heapq.heappush(again, (at, number, message.body))

    while again:
        at, _, duplicate = heapq.heappop(again)
        yield Sending(at, duplicate)

"""
What time a message says it is: the simulated clock follows it.

Rule 1: whether a timestamp is usable is ingest's own rule, called and never
written a second time.
Rule 2: nothing here reads a clock.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from archive.errors import PoisonError
from ingest.created_at import created_at_of
from ingest.item import CREATED_AT
from ingest.message import Json, Message, parse_message

SECONDS_PER_DAY = 86_400
MILLISECONDS = 1_000

# The run goes on for years after the last message, and calendars end with
# 9999. What is outside is still a message: ingest dead-letters it.
CLOCK_YEAR_MAX = 9_000
CLOCK_AT_MAX = int(datetime(CLOCK_YEAR_MAX, 1, 1, tzinfo=UTC).timestamp())


def sent_at(body: str) -> int | None:
    """
    The epoch second at which a message says it was sent; None: it does not say.

    That is its own timestamp or, where that is not usable, the first usable
    creation time in it.
    """
    try:
        message = parse_message(body)
    except PoisonError:
        return None
    return next(_usable(message), None)


def _usable(message: Message) -> Iterator[int]:
    for timestamp in _candidates(message):
        try:
            milliseconds = created_at_of(timestamp)
        except PoisonError:
            continue
        at = math.floor(milliseconds / MILLISECONDS)
        if 0 <= at <= CLOCK_AT_MAX:
            yield at


def _candidates(message: Message) -> Iterator[Json]:
    yield message.fields.get("timestamp")
    yield message.fields.get("createdat")
    inner = message.fields.get("data")
    for element in inner if isinstance(inner, list) else [inner]:
        if isinstance(element, dict):
            yield element.get(CREATED_AT)

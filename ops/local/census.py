"""
What became of every message.

Rule 1: a message is judged by what can be seen outside the pipeline: its body
in the dead-letter queue, its items' keys among what the table held. What
ingest counts of itself is not asked.
Rule 2: which items a message gives is ingest's own rule, called with the
message's own body; it is not written a second time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from archive.errors import PoisonError
from ingest.created_at import Terms
from ingest.item import Key, Yield, items_of
from ingest.message import parse_message
from ops.local.sending import Sending
from ops.local.timestamps import SECONDS_PER_DAY

# A message may wait this long for its last try. What was too far ahead of the
# clock when it was sent may not be any more, and is then stored.
TRIED_SECONDS_MAX = SECONDS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """
    What was seen outside the pipeline, and under which settings it ran.

    `keys` says how often an item with this key expired.
    """

    app_env: str
    retention_days: int
    dead_letters: Collection[str]
    keys: Mapping[Key, int]


@dataclass(slots=True)
class Census:
    """
    Every message once: stored, dropped, dead-lettered or lost.

    `items` are those of stored messages, and those of dead-lettered ones that
    the table held nevertheless (the good elements of a bad list). Where these
    had expired before the message was tried again, they count again.
    `faultless` are the dead letters in which nothing is wrong: not lost, but an
    outage or a bug sent them there.
    """

    messages: int = 0
    stored: int = 0
    dropped: int = 0
    dead_letters: int = 0
    faultless: int = 0
    lost: int = 0
    skipped_nulls: int = 0
    items: int = 0
    _once: Counter[Key] = field(init=False, default_factory=Counter, compare=False)
    _tried_again: set[Key] = field(init=False, default_factory=set, compare=False)

    def count_items(self, keys: Collection[Key], *, tried_again: bool) -> None:
        """
        Count the items of one message, once.
        """
        self.items += len(keys)
        self._once.update(keys)
        if tried_again:
            self._tried_again.update(keys)

    def count_again(self, expired: Mapping[Key, int]) -> None:
        """
        Count the items that a later try made anew: what had expired meanwhile.
        """
        self.items += sum(
            max(0, expired[key] - self._once[key]) for key in self._tried_again
        )


def take_census(sendings: Iterable[Sending], witness: Witness) -> Census:
    """
    Count what became of the messages that were sent.
    """
    census = Census()
    dead = Counter(witness.dead_letters)
    for sending in sendings:
        census.messages += 1
        if dead[sending.body] > 0:
            dead[sending.body] -= 1
            census.dead_letters += 1
            _count_dead(sending, witness, census)
        else:
            _count_living(sending, witness, census)
    census.count_again(witness.keys)
    return census


def _count_living(sending: Sending, witness: Witness, census: Census) -> None:
    for tried_at in (sending.at, sending.at + TRIED_SECONDS_MAX):
        try:
            given = _given(sending.body, tried_at, witness)
        except PoisonError:
            continue
        if given is None:
            census.dropped += 1
            return
        keys = [item.key for item in given.items]
        if not given.faults and all(key in witness.keys for key in keys):
            census.stored += 1
            census.skipped_nulls += given.skipped_nulls
            census.count_items(keys, tried_again=tried_at > sending.at)
            return
    census.lost += 1


def _count_dead(sending: Sending, witness: Witness, census: Census) -> None:
    try:
        given = _given(sending.body, sending.at, witness)
    except PoisonError:
        return
    if given is None or not given.faults:
        census.faultless += 1
    if given is not None:
        keys = [item.key for item in given.items if item.key in witness.keys]
        census.count_items(keys, tried_again=True)


def _given(body: str, at: int, witness: Witness) -> Yield | None:
    """
    What a message gives; None where it belongs to another environment.
    """
    message = parse_message(body)
    if not message.belongs_to(witness.app_env):
        return None
    return items_of(message, Terms(at, witness.retention_days))

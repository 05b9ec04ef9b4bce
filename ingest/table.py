"""
Writing to the DynamoDB table.

Rule 1: this is the only file of ingest that calls DynamoDB, and the only one
that knows what its answers mean.
Rule 2: whatever was offered comes back as exactly one of stored, refused or
undelivered. Nothing is dropped, whatever fails.
Rule 3: a put may be repeated: the same item under the same key changes nothing.
So a lost answer is asked for again, and never guessed.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError

from archive.errors import MisconfiguredError
from ingest.item import Item, key_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# BatchWriteItem. Past either of these it refuses the call.
CALL_ITEMS_MAX = 25
CALL_BYTES_MAX = 16 * 1024 * 1024
# Ours: what {"PutRequest": {"Item": ...}}, the table's name and the commas add.
ITEM_ENVELOPE_BYTES = 64
CALL_ENVELOPE_BYTES = 1024

# Ours. Backoff with full jitter, from one to the other.
PAUSE_SECONDS_FIRST = 0.05
PAUSE_SECONDS_MAX = 5.0
# Pauses in a row without one item stored. About half a minute: after that the
# queue is the better place to wait.
FRUITLESS_MAX = 12
# Kept for answering. A call that runs longer is no loss: the function is
# stopped, every message returns, and what was put is put again.
RESERVE_MILLISECONDS = 2_000

# The item is at fault, whoever sends it.
REFUSED = frozenset({"ValidationException", "ItemCollectionSizeLimitExceededException"})
# Nobody is at fault; later it goes. With these, every answer of 500 and above.
LATER = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
    }
)
SERVER_FAULT = 500

# One attempt: put() does the retries, within the time that the function has.
CLIENT_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=2,
    read_timeout=10,
    # Images are valid by construction, and the check costs more than the rest.
    parameter_validation=False,
)


@dataclass(slots=True)
class Outcome:
    """
    What became of each item that was offered.

    refused: DynamoDB will never take it. undelivered: it may, another time.
    """

    stored: list[Item] = field(default_factory=list)
    refused: list[Item] = field(default_factory=list)
    undelivered: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    What one call came to: each of its items is in exactly one of these.

    halves: nothing was done, and which item was at fault is not known yet.
    """

    stored: Sequence[Item] = ()
    refused: Sequence[Item] = ()
    later: Sequence[Item] = ()
    halves: Sequence[Sequence[Item]] = ()


def sleep(seconds: float) -> None:
    """
    Wait. Looked up at each call, so that a simulated clock can take its place.
    """
    time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    Where items go.

    Durable: an item in Outcome.stored is in the table.
    At least once: one in Outcome.undelivered may be there too.
    Retries: put() waits between attempts of its own, until time is short.
    """

    client: "DynamoDBClient"
    name: str
    pause: Callable[[float], None] = sleep

    def put(
        self, items: Sequence[Item], milliseconds_left: Callable[[], int]
    ) -> Outcome:
        """
        Offer items, no two of them with the same key.
        """
        outcome = Outcome()
        calls = deque(pack(items))
        fruitless = 0
        while calls:
            reply = self._call(calls.popleft())
            outcome.stored.extend(reply.stored)
            outcome.refused.extend(reply.refused)
            calls.extendleft(reversed(reply.halves))

            seconds = 0.0
            if reply.later:
                calls.appendleft(reply.later)
                fruitless = 0 if reply.stored else fruitless + 1
                seconds = _backoff_seconds(fruitless)
            else:
                fruitless = 0
            spare = milliseconds_left() - RESERVE_MILLISECONDS - seconds * 1000
            if spare < 0 or fruitless > FRUITLESS_MAX:
                break
            if seconds:
                self.pause(seconds)

        # Out of time or of patience: what is left returns with its messages.
        outcome.undelivered.extend(item for call in calls for item in call)
        return outcome

    def _call(self, call: Sequence[Item]) -> Reply:
        puts = [{"PutRequest": {"Item": item.image}} for item in call]
        try:
            answer = self.client.batch_write_item(RequestItems={self.name: puts})  # type: ignore[dict-item]
        except (exceptions.HTTPClientError, exceptions.ConnectionError):
            # Perhaps it was done and only the answer is lost: rule 3.
            return Reply(later=call)
        except ClientError as error:
            return self._judge(error, call)

        unprocessed = answer.get("UnprocessedItems", {}).get(self.name, [])
        waiting = {key_of(put["PutRequest"]["Item"]) for put in unprocessed}
        later = [item for item in call if item.key in waiting]
        if len(later) < len(unprocessed):
            # Not our spelling of a key. All of them again: rule 3.
            return Reply(later=call)
        stored = [item for item in call if item.key not in waiting]
        return Reply(stored=stored, later=later)

    def _judge(self, error: ClientError, call: Sequence[Item]) -> Reply:
        code = error.response["Error"]["Code"]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in LATER or status >= SERVER_FAULT:
            return Reply(later=call)
        if code not in REFUSED:
            msg = f"{self.name}: {code} from BatchWriteItem"
            raise MisconfiguredError(msg) from error

        # Few come here, for the limits were checked before: an index whose key
        # has another type in this item, or a size that DynamoDB counts otherwise.
        if len(call) == 1:
            return Reply(refused=call)
        middle = len(call) // 2
        return Reply(halves=(call[:middle], call[middle:]))


def pack(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    """
    Items in order, in calls that are within both bounds.
    """
    call: list[Item] = []
    size = CALL_ENVELOPE_BYTES
    for item in items:
        added = item.wire_bytes + ITEM_ENVELOPE_BYTES
        if call and (len(call) == CALL_ITEMS_MAX or size + added > CALL_BYTES_MAX):
            yield call
            call, size = [], CALL_ENVELOPE_BYTES
        call.append(item)
        size += added
    if call:
        yield call


def _backoff_seconds(fruitless: int) -> float:
    ceiling = min(PAUSE_SECONDS_MAX, PAUSE_SECONDS_FIRST * 2**fruitless)
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, keeps no secret

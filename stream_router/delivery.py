"""
Delivering frames: offer, offer again what was refused, know when to stop.

Rule 1: only what was refused is offered again, and it is offered before
anything behind it. So all frames before the first refused one were taken.
Rule 2: this knows neither AWS nor a clock. Time is what Patience is told.
Rule 3: it returns only when every frame was taken.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.errors import UndeliveredError
from stream_router.pack import RoutedFrame

# PutRecordBatch refuses a call beyond either ("Amazon Data Firehose Quota").
BATCH_RECORDS_MAX = 500
BATCH_BYTES_MAX = 4 * 1024 * 1024

# The longest pause doubles from the first to the last. Throughput quotas are
# per second, so longer ones would wait for nothing.
PAUSE_SECONDS_MIN = 0.1
PAUSE_SECONDS_MAX = 5.0

# So many fruitless offers, one after the other, are an outage: some ten seconds.
# The mapping tries again later and costs less than a function that sleeps.
OFFERS_MAX = 8

# Kept back for one last call (firehose.py: 6 s until it times out) and the answer.
MARGIN_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    The frames that were not taken, in order, and the first one's reason.

    Without frames it is none: everything was taken.
    """

    frames: Sequence[RoutedFrame] = ()
    reason: str = ""


class DeliveryStream(Protocol):
    """
    Where frames go.

    Durable: a frame that put() does not hand back will reach the landing bucket.
    At least once: a frame may be handed back and still arrive. The transform
    drops such doubles by their identity.
    Retries: none of its own; deliver() offers again what put() hands back.
    """

    def put(self, frames: Sequence[RoutedFrame]) -> Refusal:
        """
        Offer frames within a call's limits and return those that were refused.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """
    How long to go on: the time that is left, and how to pass some of it.

    `draw` gives a random number from 0 up to 1.
    """

    remaining_seconds: Callable[[], float]
    sleep: Callable[[float], None]
    draw: Callable[[], float]

    def lasts(self, seconds: float = 0.0) -> bool:
        """
        Whether there is time for one more offer after so many seconds.
        """
        return self.remaining_seconds() - seconds >= MARGIN_SECONDS

    def pause(self, fruitless: int) -> bool:
        """
        Wait before the next offer; False, at once, where there should be none.
        """
        if fruitless >= OFFERS_MAX:
            return False

        # Full jitter: shards that were refused together do not return together.
        seconds = self.draw() * min(PAUSE_SECONDS_MAX, PAUSE_SECONDS_MIN * 2**fruitless)
        if not self.lasts(seconds):
            return False
        self.sleep(seconds)
        return True


class StoppedError(UndeliveredError):
    """
    Delivery ended before the last frame; the stream must be read again from here.
    """

    def __init__(self, frames_taken: int, first: RoutedFrame, reason: str) -> None:
        """
        `first` was not taken; the `frames_taken` frames before it were.
        """
        super().__init__(f"{first.sequence_number}: not delivered: {reason}")
        self.frames_taken = frames_taken
        self.sequence_number = first.sequence_number
        self.reason = reason


def deliver(
    frames: Sequence[RoutedFrame], stream: DeliveryStream, patience: Patience
) -> None:
    """
    Have every frame taken, or raise StoppedError for the first that was not.
    """
    taken = 0
    for batch in batches(frames):
        # The first is offered however little time is left: a function with a
        # short timeout would otherwise never get on.
        if taken and not patience.lasts():
            raise StoppedError(taken, batch[0], "no time left")

        refusal = _offer(batch, stream, patience)
        if refusal.frames:
            # Stop at the first refusal. The stream is read again from here on,
            # so a later frame that went through would only arrive twice.
            first = refusal.frames[0]
            raise StoppedError(taken + batch.index(first), first, refusal.reason)
        taken += len(batch)


def batches(frames: Sequence[RoutedFrame]) -> Iterator[Sequence[RoutedFrame]]:
    """
    The frames in order, in runs that one call takes.
    """
    first = size = 0
    for position, routed in enumerate(frames):
        full = position - first == BATCH_RECORDS_MAX
        if full or size + len(routed.frame.data) > BATCH_BYTES_MAX:
            yield frames[first:position]
            first, size = position, 0
        size += len(routed.frame.data)

    if first < len(frames):
        yield frames[first:]


def _offer(
    batch: Sequence[RoutedFrame], stream: DeliveryStream, patience: Patience
) -> Refusal:
    refusal = stream.put(batch)
    fruitless = 0
    while refusal.frames and patience.pause(fruitless):
        offered = refusal.frames
        refusal = stream.put(offered)
        # A throttled stream takes some each time. That is slow, not hopeless.
        fruitless = 0 if len(refusal.frames) < len(offered) else fruitless + 1
    return refusal

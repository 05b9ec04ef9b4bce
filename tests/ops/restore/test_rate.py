import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from rich.console import Console

from archive.errors import UndeliveredError
from ops.objects import Stored
from ops.parallel import THREADS
from ops.restore.answers import Answer, Asked
from ops.restore.ask import REQUESTS_PER_SECOND_MAX, Asker
from ops.restore.plan import Request
from ops.restore.tiers import Tier
from ops.terminal import Terminal


@dataclass(slots=True)
class Time:
    """
    A clock that stands still but when it is waited for.
    """

    at: int = 1_700_000_000

    def now(self) -> int:
        return self.at

    def wait(self, seconds: int) -> None:
        self.at += seconds


@dataclass(slots=True)
class Bucket:
    """
    An S3 that takes so many restores, and notes in which second each was asked for.
    """

    time: Time
    seconds: Counter[int] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    taken_max: int = 10_000
    lock: Any = field(default_factory=threading.Lock)

    def restore_object(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 has it
        with self.lock:
            self.seconds[self.time.at] += 1
            self.keys[request["Key"]] += 1
            if self.keys.total() > self.taken_max:
                told = "AWS is too busy"
                raise UndeliveredError(told)
        return {"ResponseMetadata": {"HTTPStatusCode": 202}}


def ask(bucket: Bucket, number: int) -> Asked:
    """
    Ask for so many objects.
    """
    requests = [
        Request(
            stored=Stored(key=str(key), bytes=1, etag="", modified_at=0),
            tier=Tier.STANDARD,
            days=1,
            renews=False,
        )
        for key in range(number)
    ]
    asker = Asker(client=cast("Any", bucket), bucket="archive", clock=bucket.time)
    with Terminal(Console(quiet=True)).bar("asking", number) as bar:
        return asker.ask_for(requests, bar)


@pytest.mark.parametrize("number", [0, 1, 499, 500, 501, 2600])
def test_requests_stay_under_the_rate_of_s3(number: int) -> None:
    """
    However fast it answers: two seconds side by side never have more than one may.
    """
    time = Time()
    bucket = Bucket(time)

    asked = ask(bucket, number)

    assert asked.stopped is None
    assert asked.answers[Answer.BEGUN] == number
    assert set(bucket.keys.values()) <= {1}
    for second in bucket.seconds:
        both = bucket.seconds[second] + bucket.seconds[second + 1]
        assert both <= REQUESTS_PER_SECOND_MAX


@pytest.mark.parametrize("taken", [0, 10, 499, 700])
def test_the_first_refusal_stops_all_that_is_not_under_way(taken: int) -> None:
    """
    Every request is accounted for: taken, refused, or never sent.
    """
    bucket = Bucket(Time(), taken_max=taken)

    asked = ask(bucket, 2600)

    assert isinstance(asked.stopped, UndeliveredError)
    assert asked.answers[Answer.BEGUN] == taken
    assert 1 <= asked.answers[Answer.UNKNOWN] <= THREADS
    assert asked.answers.total() == 2600
    assert bucket.keys.total() == taken + asked.answers[Answer.UNKNOWN]

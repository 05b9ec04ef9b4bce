"""
What stands in for AWS: a Firehose, an invocation's time and its context.

Rule 1: the fake Firehose checks its caller. It takes what Firehose takes and
refuses what Firehose refuses, so a test need not look at the calls.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ReadTimeoutError

from stream_router.delivery import Patience
from stream_router.firehose import FirehoseStream

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient

# Told the call and the record in it: is it taken, is it reported as refused?
Fault = Callable[[int, int], tuple[bool, bool]]

STREAM = "expired-items"
REFUSED = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}


def healthy(_call: int, _record: int) -> tuple[bool, bool]:
    """
    Everything is taken and said to be.
    """
    return (True, False)


def refusing(_call: int, _record: int) -> tuple[bool, bool]:
    """
    Nothing is taken.
    """
    return (False, True)


@dataclass
class FakeFirehose:
    """
    As a boto3 client: takes records within Firehose's limits, as `fault` allows.

    `fault` is told the number of the call and of the record in the call. It says
    whether the record is taken, and whether the caller hears that it is refused.
    `by_call` answers any refusal as a timeout of the whole call.
    """

    fault: Fault = healthy
    by_call: bool = False
    taken: list[bytes] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)

    def put_record_batch(
        self,
        *,
        DeliveryStreamName: str,  # noqa: N803 # as boto3 spells it
        Records: list[dict[str, bytes]],  # noqa: N803
    ) -> dict[str, Any]:
        """
        PutRecordBatch.
        """
        assert DeliveryStreamName == STREAM
        records = [record["Data"] for record in Records]
        assert 1 <= len(records) <= 500
        assert sum(map(len, records)) <= 4 * 1024 * 1024
        assert max(map(len, records)) <= 1000 * 1024

        call = len(self.calls)
        self.calls.append(len(records))
        responses: list[dict[str, str]] = []
        for position, record in enumerate(records):
            taken, refused = self.fault(call, position)
            if taken:
                self.taken.append(record)
            responses.append(REFUSED if refused else {"RecordId": f"{call}-{position}"})

        failed = responses.count(REFUSED)
        if failed and self.by_call:
            raise ReadTimeoutError(endpoint_url="https://firehose")
        return {"FailedPutCount": failed, "RequestResponses": responses}

    @property
    def stream(self) -> FirehoseStream:
        """
        The router's own side of it.
        """
        return FirehoseStream(cast("FirehoseClient", self), STREAM)

    @property
    def lines(self) -> list[Any]:
        """
        The lines of all that was taken, as one landed object shows them.
        """
        landed = gzip.decompress(b"".join(self.taken))
        return [json.loads(line) for line in landed.splitlines()]


@dataclass
class Time:
    """
    Time that passes only when somebody sleeps.
    """

    remaining_seconds: float = 60.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """
        Let time pass.
        """
        self.slept.append(seconds)
        self.remaining_seconds -= seconds

    def patience(self, draw: Callable[[], float] = lambda: 0.5) -> Patience:
        """
        The patience of an invocation in this time.
        """
        return Patience(
            remaining_seconds=lambda: self.remaining_seconds,
            sleep=self.sleep,
            draw=draw,
        )


@dataclass
class Context:
    """
    A Lambda context.
    """

    remaining_milliseconds: int = 60_000
    function_name: str = "firn-stream-router"
    aws_request_id: str = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        """
        Milliseconds until Lambda ends the invocation.
        """
        return self.remaining_milliseconds

"""
The router's Lambda function: a batch of stream records in, frames out.

Rule 1: it answers success only for what Firehose took.
Rule 2: it never stops for what a record holds, only where Firehose does not
take a frame.
"""

import functools
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import boto3

from stream_router.cloudwatch import Report
from stream_router.counts import count
from stream_router.delivery import DeliveryStream, Patience, StoppedError, deliver
from stream_router.encode import encode
from stream_router.firehose import CONFIG, FirehoseStream
from stream_router.pack import pack
from stream_router.settings import read_settings
from stream_router.verdict import Verdict, judge

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class StreamEvent(TypedDict):
    """
    What the event source mapping sends.
    """

    Records: Sequence[Mapping[str, object]]


class BatchItemFailure(TypedDict):
    """
    The sequence number from which on the stream must be read again.
    """

    itemIdentifier: str


class BatchResponse(TypedDict):
    """
    What the event source mapping reads (ReportBatchItemFailures).
    """

    batchItemFailures: list[BatchItemFailure]


@dataclass(frozen=True, slots=True)
class Router:
    """
    What lives from the cold start on.
    """

    stream: DeliveryStream
    report: Report


@functools.cache
def cold_start() -> Router:
    """
    The router of this environment, made at the first invocation.
    """
    settings = read_settings(os.environ)
    client = boto3.client("firehose", config=CONFIG)
    return Router(FirehoseStream(client, settings.delivery_stream), Report())


def handler(event: StreamEvent, context: "LambdaContext") -> BatchResponse:
    """
    Judge, encode, pack, deliver, report.
    """
    router = cold_start()
    records = event["Records"]
    verdicts = [judge(record) for record in records]
    expired = [
        record
        for record, verdict in zip(records, verdicts, strict=True)
        if verdict is Verdict.EXPIRED
    ]
    frames = pack(map(encode, expired))
    try:
        deliver(frames, router.stream, _patience(context))
    except StoppedError as stopped:
        counts = count(verdicts, frames, stopped.frames_taken)
        router.report.stopped(counts, context, stopped)
        return _again_from(stopped.sequence_number)

    counts = count(verdicts, frames, len(frames))
    router.report.delivered(counts, context)
    return {"batchItemFailures": []}


def _patience(context: "LambdaContext") -> Patience:
    return Patience(
        remaining_seconds=lambda: context.get_remaining_time_in_millis() / 1000,
        sleep=time.sleep,
        draw=random.random,
    )


def _again_from(sequence_number: str) -> BatchResponse:
    # Empty where the first line that was not taken is of a record without a
    # number. Lambda then takes the whole batch as failed ("Configuring partial
    # batch response with DynamoDB and Lambda"), which is what it must do.
    return {"batchItemFailures": [{"itemIdentifier": sequence_number}]}

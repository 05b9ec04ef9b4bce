"""
Firehose as the router meets it: the same suite on the fake and on moto.
"""

import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from stream_router.delivery import deliver
from stream_router.encode import Line
from stream_router.firehose import CONFIG, FirehoseStream
from stream_router.pack import RoutedFrame, pack
from tests.stream_router.fakes import STREAM, FakeFirehose, Time

REGION = "ap-northeast-1"


@dataclass
class Boundary:
    """
    A Firehose client, and the objects that land behind it.
    """

    client: Any
    landed: Callable[[], list[bytes]]


@pytest.fixture(params=["fake", "moto"])
def boundary(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Boundary]:
    """
    The fake, and moto's Firehose with a bucket behind it.
    """
    if request.param == "fake":
        fake = FakeFirehose()
        yield Boundary(fake, lambda: fake.taken)
        return

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(
            Bucket="landing", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        firehose = boto3.client("firehose", region_name=REGION, config=CONFIG)
        firehose.create_delivery_stream(
            DeliveryStreamName=STREAM,
            ExtendedS3DestinationConfiguration={
                "RoleARN": "arn:aws:iam::123456789012:role/firehose",
                "BucketARN": "arn:aws:s3:::landing",
            },
        )

        def landed() -> list[bytes]:
            keys = s3.list_objects_v2(Bucket="landing").get("Contents", [])
            return [
                s3.get_object(Bucket="landing", Key=key["Key"])["Body"].read()
                for key in keys
            ]

        yield Boundary(firehose, landed)


def _frames(count: int) -> list[RoutedFrame]:
    lines = [Line(str(number), b"%08d\n" % number) for number in range(count)]
    return [frame for line in lines for frame in pack([line])]


def test_what_was_delivered_lands_as_gzip(boundary: Boundary) -> None:
    """
    A landed object is frames one behind the other, which any gzip reads.
    """
    lines = [Line(str(number), b"%08d\n" % number) for number in range(1000)]
    stream = FirehoseStream(boundary.client, STREAM)
    deliver(pack(lines), stream, Time().patience())
    (landed,) = boundary.landed()
    assert gzip.decompress(landed) == b"".join(line.data for line in lines)


def test_more_frames_than_a_call_takes_all_land(boundary: Boundary) -> None:
    """
    Past 500 records there is another call.
    """
    frames = _frames(1001)
    stream = FirehoseStream(boundary.client, STREAM)
    deliver(frames, stream, Time().patience())
    landed = b"".join(gzip.decompress(each) for each in boundary.landed())
    assert sorted(landed.split()) == [b"%08d" % number for number in range(1001)]


def test_more_bytes_than_a_call_takes_all_land(boundary: Boundary) -> None:
    """
    Past 4 MiB there is another call.
    """
    chance = random.Random(1)
    lines = [
        Line(str(number), chance.randbytes(400 * 1024).hex().encode() + b"\n")
        for number in range(14)
    ]
    frames = pack(lines)
    assert sum(len(routed.frame.data) for routed in frames) > 4 * 1024 * 1024
    stream = FirehoseStream(boundary.client, STREAM)
    deliver(frames, stream, Time().patience())
    landed = b"".join(gzip.decompress(each) for each in boundary.landed())
    assert sorted(landed.splitlines(keepends=True)) == sorted(
        line.data for line in lines
    )


def test_a_frame_that_was_taken_is_not_handed_back(boundary: Boundary) -> None:
    """
    Nothing refused is an empty refusal.
    """
    stream = FirehoseStream(boundary.client, STREAM)
    assert not stream.put(_frames(3)).frames


ERRORS = {
    "ThrottlingException": ClientError(
        {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}},
        "PutRecordBatch",
    ),
    "AccessDeniedException": ClientError(
        {"Error": {"Code": "AccessDeniedException", "Message": "No"}},
        "PutRecordBatch",
    ),
    "EndpointConnectionError": EndpointConnectionError(endpoint_url="https://x"),
}


@pytest.mark.parametrize("code", ERRORS)
def test_a_call_that_fails_hands_everything_back(code: str) -> None:
    """
    Whoever cannot know what was taken says that nothing was, and why.
    """

    class Failing:
        def put_record_batch(self, **_: object) -> None:
            raise ERRORS[code]

    frames = _frames(3)
    refusal = FirehoseStream(Failing(), STREAM).put(frames)  # type: ignore[arg-type] # it has the one method that is called
    assert list(refusal.frames) == frames
    assert refusal.reason == code


@pytest.mark.parametrize(
    "response",
    [
        {"ErrorCode": "InternalFailure", "ErrorMessage": "x"},
        {"RecordId": "1", "ErrorCode": "InternalFailure"},
        {"RecordId": ""},
        {},
    ],
)
def test_only_a_record_id_without_an_error_means_taken(
    response: dict[str, str],
) -> None:
    """
    Each record's own response decides, whatever FailedPutCount says.
    """

    class Odd:
        def put_record_batch(self, **_: object) -> dict[str, Any]:
            good = {"RecordId": "1"}
            return {"FailedPutCount": 0, "RequestResponses": [good, response, good]}

    frames = _frames(3)
    refusal = FirehoseStream(Odd(), STREAM).put(frames)  # type: ignore[arg-type] # it has the one method that is called
    assert list(refusal.frames) == [frames[1]]
    assert refusal.reason in {"InternalFailure", "no record id"}


def test_an_answer_with_too_few_responses_is_no_success() -> None:
    """
    A record without a response was not taken: the invocation fails.
    """

    class Short:
        def put_record_batch(self, **_: object) -> dict[str, Any]:
            return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}]}

    with pytest.raises(ValueError, match="zip"):
        FirehoseStream(Short(), STREAM).put(_frames(2))  # type: ignore[arg-type] # it has the one method that is called


def test_botocore_does_not_try_again_by_itself() -> None:
    """
    It would send the whole call again, and know nothing of the deadline.
    """
    client = boto3.client("firehose", region_name=REGION, config=CONFIG)
    assert client.meta.config.retries == {
        "mode": "standard",
        "total_max_attempts": 1,
    }

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.events import ObjectLanded, RecordsPut
from local_aws.faults import Faults

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800
KIB = 1024


def delivery(**settings: Any) -> None:  # noqa: ANN401 - boto3's own
    """
    A delivery stream into the bucket `landing`, as the module makes it.
    """
    boto3.client("s3").create_bucket(Bucket="landing")
    boto3.client("firehose").create_delivery_stream(
        DeliveryStreamName="expiries",
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
            "BucketARN": "arn:aws:s3:::landing",
            "Prefix": "landing/!{timestamp:yyyy/MM/dd/HH}/",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 900},
            "CompressionFormat": "UNCOMPRESSED",
            "FileExtension": ".jsonl.gz",
            **settings,
        },
    )


def put(*records: bytes) -> dict[str, Any]:
    """
    Offer records in one call.
    """
    return boto3.client("firehose").put_record_batch(
        DeliveryStreamName="expiries", Records=[{"Data": it} for it in records]
    )


def content(key: str) -> bytes:
    """
    What a landed object holds.
    """
    return boto3.client("s3").get_object(Bucket="landing", Key=key)["Body"].read()


def test_records_land_joined_when_the_interval_is_over(stage: Stage) -> None:
    """
    One object, in order, nothing between records, named as documented.
    """
    delivery()
    stage.account.run_until(START + 3590)
    put(b"one", b"two")
    stage.account.run_until(START + 3590 + 60)
    put(b"three")
    stage.account.run_until(START + 3590 + 899)
    assert stage.keys("landing") == []
    stage.account.run_until(START + 3590 + 900)
    (key,) = stage.keys("landing")
    # "The approximate arrival timestamp of the oldest record": 00:59:50.
    assert re.fullmatch(
        r"landing/2021/03/01/00/expiries-1-2021-03-01-00-59-50-"
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jsonl\.gz",
        key,
    )
    assert content(key) == b"onetwothree"
    (landed,) = stage.seen(ObjectLanded)
    assert (landed.records, landed.size) == (3, 11)


def test_a_full_buffer_lands_at_once(stage: Stage) -> None:
    """
    SizeInMBs, whichever of size and interval comes first.
    """
    delivery()
    put(b"a" * 1000 * KIB)
    stage.account.run_until(START + 1)
    assert stage.keys("landing") == []
    put(b"b" * 24 * KIB)
    stage.account.run_until(START + 1)
    (key,) = stage.keys("landing")
    assert len(content(key)) == 1024 * KIB


@pytest.mark.parametrize(
    "records", [[b"x"] * 501, [b"x" * 900 * KIB] * 5], ids=["501", "4.4 MB"]
)
def test_a_call_beyond_its_limits_is_refused_whole(
    stage: Stage, records: list[bytes]
) -> None:
    """
    API_PutRecordBatch: 500 records and 4 MiB.
    """
    delivery()
    with pytest.raises(ClientError, match="InvalidArgument"):
        put(*records)
    stage.account.run_until(START + 900)
    assert stage.keys("landing") == []


def test_a_call_at_its_limits_is_taken(stage: Stage) -> None:
    """
    Exactly 500 records, and exactly 4 MiB.
    """
    del stage
    delivery()
    assert put(*[b"x"] * 500)["FailedPutCount"] == 0
    quarter = 4 * 1024 * KIB // 5
    assert put(*[b"x" * quarter] * 5)["FailedPutCount"] == 0


def test_a_record_beyond_1000_kib_is_refused_alone(stage: Stage) -> None:
    """
    Its neighbours are taken, and it is refused again each time.
    """
    delivery()
    answer = put(b"a", b"b" * (1000 * KIB + 1), b"c")
    assert answer["FailedPutCount"] == 1
    assert "ErrorCode" in answer["RequestResponses"][1]
    assert put(b"b" * (1000 * KIB + 1))["FailedPutCount"] == 1
    stage.account.run_until(START + 900)
    (key,) = stage.keys("landing")
    assert content(key) == b"ac"


@pytest.mark.parametrize("faults", [Faults(refuse=0.3, seed=1)])
def test_some_records_are_refused_and_the_answer_says_which(stage: Stage) -> None:
    """
    What the answer calls taken lands once; what it calls refused does not.
    """
    delivery()
    records = [b"%03d" % number for number in range(200)]
    answer = put(*records)
    taken = [
        record
        for record, told in zip(records, answer["RequestResponses"], strict=True)
        if "ErrorCode" not in told
    ]
    assert 0 < answer["FailedPutCount"] == 200 - len(taken) < 200
    stage.account.run_until(START + 900)
    (key,) = stage.keys("landing")
    assert content(key) == b"".join(taken)
    (told,) = stage.seen(RecordsPut)
    assert (told.records, told.refused) == (200, answer["FailedPutCount"])


def test_a_prefix_may_be_plain_or_of_another_time_zone(stage: Stage) -> None:
    """
    Without an expression the time is added; CustomTimeZone moves it.
    """
    delivery(Prefix="plain/", CustomTimeZone="Asia/Tokyo")
    put(b"x")
    stage.account.run_until(START + 900)
    (key,) = stage.keys("landing")
    assert key.startswith("plain/2021/03/01/09/expiries-1-2021-03-01-09-00-00-")


def test_what_is_changed_in_the_stream_holds_from_then_on(stage: Stage) -> None:
    """
    UpdateDestination raises the version that object names show.
    """
    delivery()
    client = boto3.client("firehose")
    client.update_destination(
        DeliveryStreamName="expiries",
        CurrentDeliveryStreamVersionId="1",
        DestinationId="destinationId-000000000001",
        ExtendedS3DestinationUpdate={
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60}
        },
    )
    put(b"x")
    stage.account.run_until(START + 60)
    (key,) = stage.keys("landing")
    assert "/expiries-2-" in key

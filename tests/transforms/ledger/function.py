"""
The Lambda function as a test calls it: on moto, with what landed and came of it.
"""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from archive.frame import pack_lines
from archive.line import encode_line
from transforms import handler

REGION = "eu-central-1"
NOON = 1_700_049_600  # 2023-11-15T12:00:00Z
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Context:
    """
    What Lambda passes.
    """

    function_name: str = "transform"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        """
        A run's whole time.
        """
        return 900_000


def land(name: str, *sequence_numbers: str) -> None:
    """
    An object of one frame, as Firehose leaves it.
    """
    lines = [
        encode_line(
            f"event-{number}",
            number,
            NOON,
            {
                "deviceID": {"S": "pump/7"},
                "createdAt": {"N": str(NOON * 1000)},
                "expiredAt": {"N": str(NOON)},
                "temperature": {"N": number},
            },
        )
        for number in sequence_numbers
    ]
    body = b"".join(frame.data for frame in pack_lines(lines))
    boto3.client("s3").put_object(
        Bucket="landing", Key=f"landing/2023/11/15/12/{name}.jsonl.gz", Body=body
    )


def run() -> dict[str, object]:
    """
    One invocation.
    """
    return handler.handler({}, Context())  # type: ignore[arg-type]


def body_of(key: str) -> bytes:
    """
    An object of the archive bucket.
    """
    answer = boto3.client("s3").get_object(Bucket="archive", Key=key)
    return answer["Body"].read()


def keys(bucket: str, prefix: str = "") -> list[str]:
    """
    What lies in a bucket.
    """
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for each in listed.get("Contents", [])]


def told(
    capsys: pytest.CaptureFixture[str],
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """
    Metrics and log line of the run, then those of its look at the source.
    """
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return list(zip(written[::2], written[1::2], strict=True))

"""
A deployment on moto, and the clock that it goes by.
"""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import time_machine
from moto import mock_aws

from archive.contract import Contract
from tests.transforms.ledger.function import NOON, REGION
from tests.transforms.ledger.glue import make_table
from tests.transforms.ledger.source import TABLE, TTL_ATTRIBUTE, make_source
from transforms import handler


@pytest.fixture
def clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[time_machine.Traveller]:
    """
    A deployment at noon, on moto.
    """
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "ARCHIVE_BUCKET": "archive",
        "LANDING_BUCKET": "landing",
        "GLUE_DATABASE": "firn",
        "SOURCE_TABLE": TABLE,
        "SOURCE_TTL_ATTRIBUTE": TTL_ATTRIBUTE,
        "SCRATCH": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    with time_machine.travel(NOON, tick=False) as traveller, mock_aws():
        s3 = boto3.client("s3")
        for name in ("archive", "landing"):
            s3.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            s3.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        make_table(boto3.client("glue"), Contract())
        monkeypatch.setenv("ROUTER_MAPPING", make_source().mapping_id)
        handler.cold_start.cache_clear()
        yield traveller
        handler.cold_start.cache_clear()

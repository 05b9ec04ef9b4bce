"""
What the commands find of a deployment that is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from archive.contract import Contract, CreatedAtUnit, Granularity, Source
from local_aws.deploy import Deployed, Deployment, deploy
from local_aws.deploy_reading import serve_clock
from ops.connection import connect
from ops.place import Place
from ops.verified import decode_verified, read_verified, verified_parameter

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

SOURCE = Source(
    device_attribute="station",
    created_at_attribute="at",
    created_at_unit=CreatedAtUnit.ISO8601,
    ttl_attribute="ttl",
)
CONTRACT = Contract(
    time_zone="Asia/Tokyo", granularity=Granularity.MONTH, source=SOURCE
)
HERE = Place(deployment="estate")


@pytest.fixture
def deployed(stage: Stage) -> Deployed:
    """
    A deployment under another name than the usual one.
    """
    del stage
    return deploy(Deployment(name="estate", contract=CONTRACT, archive_after_days=3))


def test_a_command_finds_all_that_was_made(deployed: Deployed) -> None:
    """
    By the deployment's name alone, as it finds what the module made.
    """
    found = connect(HERE).deployment
    assert (found.name, found.clock) == ("estate", None)
    assert found.source == SOURCE
    assert (found.time_zone, found.granularity) == ("Asia/Tokyo", "month")
    assert found.archive_after_days == 3
    assert found.archive_bucket == deployed.archive_bucket
    assert found.athena_workgroup == deployed.athena_workgroup
    boto3.client("athena").get_work_group(WorkGroup=found.athena_workgroup)


def test_where_the_clock_is_moved_is_one_fact_more(deployed: Deployed) -> None:
    """
    And all others stay.
    """
    before = connect(HERE).deployment
    serve_clock(deployed, "http://127.0.0.1:1/clock")
    after = connect(HERE).deployment
    assert after.clock == "http://127.0.0.1:1/clock"
    assert before.archive_bucket == after.archive_bucket


def test_nobody_has_verified_what_was_just_made(deployed: Deployed) -> None:
    """
    The record is there and says so, in the form that firn verify reads.
    """
    assert verified_parameter("estate") == f"{deployed.parameter}/verified"
    client = boto3.client("ssm")
    name = verified_parameter("estate")
    stored = client.get_parameter(Name=name)["Parameter"]["Value"]
    assert decode_verified(name, stored) is None
    assert read_verified(client, "estate") is None

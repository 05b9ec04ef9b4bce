"""
What Glue is told of partitions, on moto.
"""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from archive.columns import parse_column
from archive.contract import Contract, Granularity
from archive.errors import MisconfiguredError, UndeliveredError
from archive.glue_table import glue_columns
from archive.keys import Partition
from tests.transforms.ledger.glue import make_table
from transforms.catalog import GlueCatalog

REGION = "eu-central-1"


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """
    Glue without a table.
    """
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("glue", region_name=REGION)


def test_partitions_have_explicit_escaped_locations(glue: object) -> None:
    """
    The value is the device's id, the location its escaped path.
    """
    make_table(glue, Contract())
    catalog = GlueCatalog(glue, "firn", "archive")  # type: ignore[arg-type]
    catalog.register([Partition("a/b", "2024-01-01")])
    (found,) = glue.get_partitions(DatabaseName="firn", TableName="archive")[  # type: ignore[attr-defined]
        "Partitions"
    ]
    assert found["Values"] == ["a/b", "2024-01-01"]
    assert (
        found["StorageDescriptor"]["Location"]
        == "s3://archive/items/device=a%2Fb/date=2024-01-01/"
    )
    assert found["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"] == "serde"


def test_a_partition_gets_the_columns_that_were_declared_since(glue: object) -> None:
    """
    A month's partition goes on, and Athena reads it by its own columns.
    """
    make_table(glue, Contract(granularity=Granularity.MONTH))
    catalog = GlueCatalog(glue, "firn", "archive")  # type: ignore[arg-type]
    partition = Partition("d1", "2024-01-01")
    catalog.register([partition])
    table = glue.get_table(DatabaseName="firn", Name="archive")["Table"]  # type: ignore[attr-defined]
    declared = Contract(columns=(parse_column("t", "double"),))
    glue.update_table(  # type: ignore[attr-defined]
        DatabaseName="firn",
        TableInput={
            "Name": "archive",
            "PartitionKeys": table["PartitionKeys"],
            "Parameters": table["Parameters"],
            "StorageDescriptor": {
                **table["StorageDescriptor"],
                "Columns": glue_columns(declared),
            },
        },
    )
    catalog.register([partition])
    (found,) = glue.get_partitions(DatabaseName="firn", TableName="archive")[  # type: ignore[attr-defined]
        "Partitions"
    ]
    assert found["StorageDescriptor"]["Columns"] == glue_columns(declared)


def test_a_database_without_the_table_is_a_wrong_deployment(glue: object) -> None:
    """
    It says which table is missing.
    """
    catalog = GlueCatalog(glue, "firn", "archive")  # type: ignore[arg-type]
    with pytest.raises(MisconfiguredError, match=r"firn\.archive"):
        catalog.contract()


def test_a_partition_that_glue_refuses_fails_the_run(glue: object) -> None:
    """
    Anything but "already exists" is not success.
    """
    make_table(glue, Contract())
    catalog = GlueCatalog(glue, "firn", "archive")  # type: ignore[arg-type]
    with Stubber(glue) as stubber:  # type: ignore[arg-type]
        stubber.add_response(
            "get_table",
            {"Table": {"Name": "archive", "StorageDescriptor": {"Columns": []}}},
        )
        stubber.add_response(
            "batch_create_partition",
            {
                "Errors": [
                    {
                        "PartitionValues": ["d1", "2024-01-01"],
                        "ErrorDetail": {"ErrorCode": "InternalServiceException"},
                    }
                ]
            },
        )
        with pytest.raises(UndeliveredError, match="InternalServiceException"):
            catalog.register([Partition("d1", "2024-01-01")])

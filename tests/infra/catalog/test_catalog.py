"""
The catalogue that Terraform plans, compared with what the archive's Python says.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from archive.columns import parse_column
from archive.contract import Contract, CreatedAtUnit, Granularity, Source
from archive.file_list import FILE_COLUMNS
from archive.glue_table import (
    contract_of_table,
    glue_columns,
    glue_parameters,
    glue_partition_keys,
)
from archive.keys import FILE_LISTS, ITEMS
from tests.infra.planned import Planned, plan_of
from tests.infra.terraform import INFRA, Terraform

CATALOG = INFRA / "catalog.tf"

VARIABLES = r"""
    columns = [
      { name = "Temperature", type = "decimal(9,2)" },
      { name = "WIND", type = "double", attribute = "wind.speed" },
      { name = "label", type = "string", attribute = "it's \"a\\b\" \u65e5" },
      { name = "on_air", type = "boolean", attribute = "" },
      { name = "hits", type = "bigint" },
    ]
    time_zone   = "Asia/Tokyo"
    granularity = "month"
    source_attributes = {
      device_attribute     = "station"
      created_at_attribute = "at"
      created_at_unit      = "iso8601"
      ttl_attribute        = "gone"
    }
    existing_table = {
      name       = "readings"
      stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
    }
"""
CONTRACT = Contract(
    columns=(
        parse_column("Temperature", "decimal(9,2)"),
        parse_column("WIND", "double", "wind.speed"),
        parse_column("label", "string", 'it\'s "a\\b" 日'),
        parse_column("on_air", "boolean"),
        parse_column("hits", "bigint"),
    ),
    time_zone="Asia/Tokyo",
    granularity=Granularity.MONTH,
    source=Source(
        device_attribute="station",
        created_at_attribute="at",
        created_at_unit=CreatedAtUnit.ISO8601,
        ttl_attribute="gone",
    ),
)


@pytest.fixture(params=["nothing said", "everything said"])
def case(
    request: pytest.FixtureRequest, planned: Planned, own_module: Terraform
) -> tuple[Planned, Contract]:
    """
    A plan, and the contract that it should make.
    """
    if request.param == "nothing said":
        return planned, Contract()
    # The existing table of the mock calls its attributes otherwise.
    mock = own_module.folder / "tests" / "mocks" / "aws.tfmock.hcl"
    text = mock.read_text()
    for name, other in (
        ("deviceID", "station"),
        ("createdAt", "at"),
        ("expiredAt", "gone"),
    ):
        text = text.replace(name, other)
    mock.write_text(
        text.replace('{ name = "at", type = "N" }', '{ name = "at", type = "S" }')
    )
    return plan_of(own_module, VARIABLES), CONTRACT


def test_the_transform_reads_the_contract_that_was_deployed(
    case: tuple[Planned, Contract],
) -> None:
    """
    What Terraform writes into Glue, archive/ reads back: nothing lost on the way.
    """
    plan, contract = case
    table = plan["aws_glue_catalog_table.archive"]
    assert contract_of_table(_glue_columns(table), table["parameters"]) == contract


def test_the_table_is_as_the_archive_describes_it(
    case: tuple[Planned, Contract],
) -> None:
    """
    Column for column, in the archive's order, with the attributes beside them.
    """
    plan, contract = case
    table = plan["aws_glue_catalog_table.archive"]
    assert _glue_columns(table) == glue_columns(contract)
    assert glue_parameters(contract).items() <= table["parameters"].items()
    keys = [
        {"Name": key["name"], "Type": key["type"]} for key in table["partition_keys"]
    ]
    assert keys == glue_partition_keys()


def test_tables_lie_where_the_archive_puts_its_files(planned: Planned) -> None:
    """
    Rows under items/, file lists under ledger/files/, both in the archive bucket.
    """
    bucket = planned['aws_s3_bucket.this["archive"]']["bucket"]
    for table, prefix in (("archive", ITEMS), ("archive_files", FILE_LISTS)):
        (storage,) = planned[f"aws_glue_catalog_table.{table}"]["storage_descriptor"]
        assert storage["location"] == f"s3://{bucket}/{prefix}"


def test_the_file_lists_columns_are_those_of_the_files(planned: Planned) -> None:
    """
    `archive_files` shows what archive/file_list.py writes.
    """
    table = planned["aws_glue_catalog_table.archive_files"]
    columns = {each["Name"]: each["Type"] for each in _glue_columns(table)}
    assert list(columns.items()) == list(FILE_COLUMNS.items())


def test_an_index_that_somebody_adds_does_not_replace_the_table() -> None:
    """
    The provider would make the table anew, and every partition would go with it.
    """
    table = CATALOG.read_text().split('"aws_glue_catalog_table" "archive" {')[1]
    assert "ignore_changes = [partition_index]" in table.split("\n}\n")[0]


def _glue_columns(table: Mapping[str, Any]) -> list[dict[str, object]]:
    """
    The planned columns as Glue answers them.
    """
    (storage,) = table["storage_descriptor"]
    return [
        {
            "Name": column["name"],
            "Type": column["type"],
            **({"Parameters": column["parameters"]} if column["parameters"] else {}),
        }
        for column in storage["columns"]
    ]

"""
The Glue table as Terraform makes it, for tests on moto.
"""

from archive.contract import Contract
from archive.glue_table import (
    ARCHIVE_TABLE,
    glue_columns,
    glue_parameters,
    glue_partition_keys,
)


def make_table(glue: object, contract: Contract) -> None:
    """
    The Glue table, as Terraform makes it.
    """
    glue.create_database(DatabaseInput={"Name": "firn"})  # type: ignore[attr-defined]
    glue.create_table(  # type: ignore[attr-defined]
        DatabaseName="firn",
        TableInput={
            "Name": ARCHIVE_TABLE,
            "Parameters": glue_parameters(contract),
            "PartitionKeys": glue_partition_keys(),
            "StorageDescriptor": {
                "Columns": glue_columns(contract),
                "Location": "s3://archive/items/",
                "InputFormat": "in",
                "OutputFormat": "out",
                "SerdeInfo": {"SerializationLibrary": "serde"},
            },
        },
    )

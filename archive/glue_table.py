"""
The contract as it lives in the Glue table `archive`.

Rule 1: the Glue table is the one place where a deployment's contract is kept:
Terraform writes it, Athena reads the columns, the transform reads all of it.
Rule 2: an attribute's name stands in its column's parameters, everything else
in the table's, under the names below.
"""

from collections.abc import Mapping, Sequence

from archive.columns import FIXED_COLUMNS, PARTITION_COLUMNS, REST, parse_column
from archive.contract import Contract, CreatedAtUnit, Granularity, Source
from archive.errors import MisconfiguredError

ARCHIVE_TABLE = "archive"
FILES_TABLE = "archive_files"

ATTRIBUTE = "attribute"
TIME_ZONE = "firn.time_zone"
GRANULARITY = "firn.granularity"
DEVICE_ATTRIBUTE = "firn.device_attribute"
CREATED_AT_ATTRIBUTE = "firn.created_at_attribute"
CREATED_AT_UNIT = "firn.created_at_unit"
TTL_ATTRIBUTE = "firn.ttl_attribute"

GlueColumn = Mapping[str, object]


def glue_columns(contract: Contract) -> list[dict[str, object]]:
    """
    The columns of the Glue table, fixed and declared, in the archive's order.
    """
    fixed: list[dict[str, object]] = [
        {"Name": name, "Type": type_} for name, type_ in FIXED_COLUMNS.items()
    ]
    declared: list[dict[str, object]] = [
        {
            "Name": column.name,
            "Type": column.type,
            "Parameters": {ATTRIBUTE: column.attribute},
        }
        for column in contract.columns
    ]
    return [*fixed[:-1], *declared, fixed[-1]]


def glue_partition_keys() -> list[dict[str, str]]:
    """
    The partition keys of the Glue table.
    """
    return [{"Name": name, "Type": type_} for name, type_ in PARTITION_COLUMNS.items()]


def glue_parameters(contract: Contract) -> dict[str, str]:
    """
    The table parameters that hold the rest of the contract.
    """
    return {
        TIME_ZONE: contract.time_zone,
        GRANULARITY: contract.granularity.value,
        DEVICE_ATTRIBUTE: contract.source.device_attribute,
        CREATED_AT_ATTRIBUTE: contract.source.created_at_attribute,
        CREATED_AT_UNIT: contract.source.created_at_unit.value,
        TTL_ATTRIBUTE: contract.source.ttl_attribute,
    }


def contract_of_table(
    columns: Sequence[GlueColumn], parameters: Mapping[str, str]
) -> Contract:
    """
    The contract that a Glue table holds; MisconfiguredError where it holds none.
    """
    missing = [name for name in glue_parameters(Contract()) if name not in parameters]
    if missing:
        msg = f"Glue table {ARCHIVE_TABLE}: parameters missing: {', '.join(missing)}"
        raise MisconfiguredError(msg)

    names = [str(column["Name"]) for column in columns]
    fixed = list(FIXED_COLUMNS)
    if names[: len(fixed) - 1] != fixed[:-1] or names[-1] != REST:
        msg = f"Glue table {ARCHIVE_TABLE}: its columns are not those of an archive"
        raise MisconfiguredError(msg)
    declared = columns[len(fixed) - 1 : -1]

    try:
        source = Source(
            device_attribute=parameters[DEVICE_ATTRIBUTE],
            created_at_attribute=parameters[CREATED_AT_ATTRIBUTE],
            created_at_unit=CreatedAtUnit(parameters[CREATED_AT_UNIT]),
            ttl_attribute=parameters[TTL_ATTRIBUTE],
        )
        granularity = Granularity(parameters[GRANULARITY])
    except ValueError as error:
        msg = f"Glue table {ARCHIVE_TABLE}: {error}"
        raise MisconfiguredError(msg) from error
    return Contract(
        columns=tuple(
            parse_column(str(column["Name"]), str(column["Type"]), _attribute(column))
            for column in declared
        ),
        time_zone=parameters[TIME_ZONE],
        granularity=granularity,
        source=source,
    )


def _attribute(column: GlueColumn) -> str | None:
    parameters = column.get("Parameters")
    if not isinstance(parameters, Mapping):
        return None
    attribute = parameters.get(ATTRIBUTE)
    return attribute if isinstance(attribute, str) else None

"""
Which columns an archive has, and which values a declared column can hold.

Rule 1: the fixed columns and their order stand here and nowhere else; a test
compares the Terraform module's with them.
Rule 2: a declared column never changes its type or its attribute: older files
in Glacier are never rewritten, so a new meaning needs a new name.
"""

import re
from dataclasses import dataclass
from enum import Enum

from archive.errors import MisconfiguredError

DECIMAL_PRECISION_MAX = 38  # Athena's decimal and DynamoDB's number alike

DEVICE_ID = "device_id"
CREATED_AT = "created_at"
EXPIRED_AT = "expired_at"
DELETED_AT = "deleted_at"
SEQUENCE_NUMBER = "sequence_number"
REST = "rest"

# In this order, the declared columns standing between the last two of them.
FIXED_COLUMNS = {
    DEVICE_ID: "string",
    CREATED_AT: "timestamp",
    EXPIRED_AT: "timestamp",
    DELETED_AT: "timestamp",
    SEQUENCE_NUMBER: "string",
    REST: "string",
}
PARTITION_COLUMNS = {"device": "string", "date": "string"}
VIEW_COLUMNS = frozenset({"day"})

# What Athena takes without quotes, in lower case, within Glue's 255 bytes.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,254}")
_DECIMAL = re.compile(r"decimal\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)")


class Kind(Enum):
    """
    What a declared column holds, and the DynamoDB type that it takes.
    """

    STRING = "string"
    BIGINT = "bigint"
    DOUBLE = "double"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"

    @property
    def tag(self) -> str:
        """
        The DynamoDB type descriptor that such a column takes: S, N or BOOL.
        """
        match self:
            case Kind.STRING:
                return "S"
            case Kind.BOOLEAN:
                return "BOOL"
            case _:
                return "N"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    A declared column: its name in SQL, its type, and the attribute it shows.

    precision and scale are 0 for everything but decimals.
    """

    name: str
    kind: Kind
    attribute: str
    precision: int = 0
    scale: int = 0

    @property
    def type(self) -> str:
        """
        The type as Glue and Athena spell it: bigint, decimal(9,2).
        """
        if self.kind is Kind.DECIMAL:
            return f"decimal({self.precision},{self.scale})"
        return str(self.kind.value)


def parse_column(name: str, type_: str, attribute: str | None = None) -> Column:
    """
    A declared column from its three words; MisconfiguredError says what is wrong.

    The attribute defaults to the name as it is given. The column's own name is
    lower case: Athena and Glue make it so, whatever is written.
    """
    attribute = name if attribute is None else attribute
    name = name.lower()
    if not _NAME.fullmatch(name):
        msg = (
            f"column {name!r}: a name has letters, digits and underscores, "
            "at most 255 of them, and does not begin with a digit"
        )
        raise MisconfiguredError(msg)
    if name in FIXED_COLUMNS or name in PARTITION_COLUMNS or name in VIEW_COLUMNS:
        msg = f"column {name!r}: the archive has a column of this name already"
        raise MisconfiguredError(msg)
    if attribute == "":
        msg = f"column {name!r}: its attribute has no name"
        raise MisconfiguredError(msg)

    kind, precision, scale = _parse_type(name, type_.strip().lower())
    return Column(
        name=name,
        kind=kind,
        attribute=attribute,
        precision=precision,
        scale=scale,
    )


def _parse_type(name: str, type_: str) -> tuple[Kind, int, int]:
    decimal = _DECIMAL.fullmatch(type_)
    if decimal is None:
        try:
            kind = Kind(type_)
        except ValueError:
            kind = Kind.DECIMAL
        if kind is Kind.DECIMAL:
            msg = (
                f"column {name!r}: {type_!r} is none of string, bigint, double, "
                "boolean, decimal(precision,scale)"
            )
            raise MisconfiguredError(msg)
        return kind, 0, 0

    precision, scale = int(decimal[1]), int(decimal[2])
    if not 1 <= precision <= DECIMAL_PRECISION_MAX or scale > precision:
        msg = (
            f"column {name!r}: {type_} needs a precision of 1 to "
            f"{DECIMAL_PRECISION_MAX} and a scale of at most the precision"
        )
        raise MisconfiguredError(msg)
    return Kind.DECIMAL, precision, scale

"""
What an entry was written under: columns, time zone, granularity, source names.

Rule 1: a contract that exists is valid.
Rule 2: `succeed` is the only place that knows which changes an archive bears.
"""

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from archive.columns import Column, parse_column
from archive.errors import MisconfiguredError


class Granularity(Enum):
    """
    How many days of a device share a partition.
    """

    DAY = "day"
    MONTH = "month"


class CreatedAtUnit(Enum):
    """
    How the source table writes the time at which an item was created.
    """

    MILLISECONDS = "ms"
    SECONDS = "s"
    ISO8601 = "iso8601"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    The source table's own names for device, creation time and time to live.
    """

    device_attribute: str = "deviceID"
    created_at_attribute: str = "createdAt"
    created_at_unit: CreatedAtUnit = CreatedAtUnit.MILLISECONDS
    ttl_attribute: str = "expiredAt"

    def __post_init__(self) -> None:
        """
        Refuse names that are empty or stand for two things at once.
        """
        names = self.attributes
        if not all(names) or len(set(names)) < len(names):
            msg = f"source: {names} must be three different attribute names"
            raise MisconfiguredError(msg)

    @property
    def attributes(self) -> tuple[str, str, str]:
        """
        Device, creation time and time to live, in the order of their columns.
        """
        return (self.device_attribute, self.created_at_attribute, self.ttl_attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """
    All that decides how an image becomes a row and where the row lies.

    `retired` holds the columns that earlier entries declared and this one does
    not, so that a name never comes back with another meaning.
    """

    columns: tuple[Column, ...] = ()
    time_zone: str = "UTC"
    granularity: Granularity = Granularity.DAY
    source: Source = field(default_factory=Source)
    retired: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        """
        Refuse what no archive could be written under.
        """
        names = [column.name for column in (*self.columns, *self.retired)]
        attributes = [column.attribute for column in self.columns]
        for what, values in (("column", names), ("attribute", attributes)):
            for value in values:
                if values.count(value) > 1:
                    msg = f"{what} {value!r}: declared twice"
                    raise MisconfiguredError(msg)
        for column in self.columns:
            if column.attribute in self.source.attributes:
                msg = (
                    f"column {column.name!r}: {column.attribute!r} has a column "
                    "of its own already"
                )
                raise MisconfiguredError(msg)
        try:
            zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            msg = (
                f"time zone {self.time_zone!r}: not in the tz database; "
                "write it as Asia/Tokyo or UTC"
            )
            raise MisconfiguredError(msg) from error

    def succeed(self, former: Self) -> Self:
        """
        This contract as the next one after `former`: what it drops is retired.

        Raises MisconfiguredError where the archive cannot bear the change.
        """
        if self.time_zone != former.time_zone:
            msg = (
                f"time zone {self.time_zone!r}: this archive's days are those of "
                f"{former.time_zone!r} since its first entry; another zone needs "
                "another archive"
            )
            raise MisconfiguredError(msg)
        if self.source != former.source:
            msg = (
                f"source {self.source.attributes}: this archive was written from "
                f"{former.source.attributes} ({former.source.created_at_unit.value}) "
                "and its rows are rebuilt by those names"
            )
            raise MisconfiguredError(msg)

        known = {column.name: column for column in (*former.columns, *former.retired)}
        for column in self.columns:
            before = known.get(column.name, column)
            if before != column:
                msg = (
                    f"column {column.name!r}: was {before.type} of "
                    f"{before.attribute!r} and cannot become {column.type} of "
                    f"{column.attribute!r}; give the new meaning a new name"
                )
                raise MisconfiguredError(msg)

        declared = {column.name for column in self.columns}
        return type(self)(
            columns=self.columns,
            time_zone=self.time_zone,
            granularity=self.granularity,
            source=self.source,
            retired=tuple(
                column for name, column in sorted(known.items()) if name not in declared
            ),
        )


def encode_contract(contract: Contract) -> dict[str, object]:
    """
    The contract as it stands in intents and entries.
    """
    return {
        "columns": _encode_columns(contract.columns),
        "retired": _encode_columns(contract.retired),
        "time_zone": contract.time_zone,
        "granularity": contract.granularity.value,
        "source": {
            "device_attribute": contract.source.device_attribute,
            "created_at_attribute": contract.source.created_at_attribute,
            "created_at_unit": contract.source.created_at_unit.value,
            "ttl_attribute": contract.source.ttl_attribute,
        },
    }


def decode_contract(value: Mapping[str, object]) -> Contract:
    """
    The contract that `encode_contract` wrote.
    """
    source = value["source"]
    if not isinstance(source, Mapping):
        msg = f"contract: source is {type(source).__name__}, not an object"
        raise MisconfiguredError(msg)
    return Contract(
        columns=_decode_columns(value["columns"]),
        retired=_decode_columns(value["retired"]),
        time_zone=str(value["time_zone"]),
        granularity=Granularity(value["granularity"]),
        source=Source(
            device_attribute=str(source["device_attribute"]),
            created_at_attribute=str(source["created_at_attribute"]),
            created_at_unit=CreatedAtUnit(source["created_at_unit"]),
            ttl_attribute=str(source["ttl_attribute"]),
        ),
    )


def _encode_columns(columns: Sequence[Column]) -> list[dict[str, str]]:
    return [
        {"name": column.name, "type": column.type, "attribute": column.attribute}
        for column in columns
    ]


def _decode_columns(value: object) -> tuple[Column, ...]:
    if not isinstance(value, list):
        msg = f"contract: columns are {type(value).__name__}, not a list"
        raise MisconfiguredError(msg)
    return tuple(
        parse_column(column["name"], column["type"], column["attribute"])
        for column in value
    )

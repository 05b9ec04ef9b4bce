"""
From a row back to the exact image.

Rule 1: what `rest` holds wins; the typed columns give what it does not hold.
Rule 2: a number of a typed column is spelled plainly: no exponent, no zeros
after the last digit of a fraction. A number that the stream spelled otherwise
is in `rest`, with its own spelling, or the row would not be exact.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson

from archive.columns import CREATED_AT, DEVICE_ID, EXPIRED_AT, REST, Column, Kind
from archive.contract import Contract, CreatedAtUnit
from archive.errors import DamagedError
from archive.image import AttributeValue

MILLISECONDS = 1000  # in a second
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rebuild(row: Mapping[str, object], contract: Contract) -> dict[str, AttributeValue]:
    """
    The image that became this row.

    `row` maps column names to values as pyarrow's to_pylist gives them:
    timestamps as datetimes (UTC, said or unsaid), decimals as Decimal, nulls as
    None.
    """
    device_id = row[DEVICE_ID]
    if not isinstance(device_id, str):
        msg = f"{row.get('sequence_number')}: a row without a device id"
        raise DamagedError(msg)

    source = contract.source
    image: dict[str, AttributeValue] = {source.device_attribute: {"S": device_id}}
    created_at, expired_at = row[CREATED_AT], row[EXPIRED_AT]
    if isinstance(created_at, datetime):
        image[source.created_at_attribute] = spell_created_at(
            epoch_milliseconds(created_at), source.created_at_unit
        )
    if isinstance(expired_at, datetime):
        image[source.ttl_attribute] = spell_seconds(epoch_milliseconds(expired_at))

    for column in contract.columns:
        value = row.get(column.name)
        if value is not None:
            image[column.attribute] = spell(value, column)

    rest = row[REST]
    if isinstance(rest, str):
        image.update(orjson.loads(rest))
    return image


def spell(value: object, column: Column) -> AttributeValue:
    """
    A declared column's value as DynamoDB JSON.
    """
    match column.kind, value:
        case Kind.STRING, str():
            return {"S": value}
        case Kind.BOOLEAN, bool():
            return {"BOOL": value}
        case ((Kind.BIGINT | Kind.DECIMAL), int() | Decimal()):
            return {"N": plain_number(Decimal(value))}
        case Kind.DOUBLE, float():
            return {"N": plain_number(Decimal(repr(value)))}
        case _:
            msg = f"column {column.name!r}: holds {type(value).__name__}"
            raise DamagedError(msg)


def spell_created_at(milliseconds: int, unit: CreatedAtUnit) -> AttributeValue:
    """
    A creation time, in epoch milliseconds, as the source table writes it.
    """
    match unit:
        case CreatedAtUnit.MILLISECONDS:
            return {"N": str(milliseconds)}
        case CreatedAtUnit.SECONDS:
            return spell_seconds(milliseconds)
        case CreatedAtUnit.ISO8601:
            return {"S": spell_iso8601(milliseconds)}


def spell_seconds(milliseconds: int) -> AttributeValue:
    """
    Epoch milliseconds as a number of seconds.
    """
    return {"N": plain_number(Decimal(milliseconds) / MILLISECONDS)}


def spell_iso8601(milliseconds: int) -> str:
    """
    Epoch milliseconds as 2024-11-13T22:20:00.000Z; any other spelling is `rest`'s.
    """
    whole = EPOCH + timedelta(milliseconds=milliseconds)
    # Not strftime: its %Y does not pad years before 1000 on every platform.
    return whole.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain_number(number: Decimal) -> str:
    """
    A number without exponent and without zeros that say nothing: 55, 0.5, 0.
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def epoch_milliseconds(moment: datetime) -> int:
    """
    A datetime as epoch milliseconds; one that names no zone is UTC, as in a file.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(milliseconds=1)

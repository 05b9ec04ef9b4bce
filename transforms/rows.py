"""
From one line to one row, the plain way.

Rule 1: this says what a row is. The fast way (explain.py) makes the same rows
of the lines that it can prove it understood, and leaves the others to this.
Rule 2: what the typed columns do not give back exactly stands in `rest`.
Rule 3: a line that can never be a row is refused with a reason; it is not lost.
"""

import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from archive.columns import (
    CREATED_AT,
    DELETED_AT,
    DEVICE_ID,
    EXPIRED_AT,
    REST,
    SEQUENCE_NUMBER,
    Column,
    Kind,
)
from archive.contract import Contract, CreatedAtUnit
from archive.errors import PoisonError
from archive.image import AttributeValue
from archive.line import decode_line
from archive.row import (
    MILLISECONDS,
    epoch_milliseconds,
    spell,
    spell_created_at,
    spell_seconds,
)
from transforms.canonical import canonical_json, ordered
from transforms.days import MOMENT_MAX, MOMENT_MIN, Calendar
from transforms.numbers import milliseconds, nearest
from transforms.schema import DATE, row_schema

# RFC 3339 and its common relatives; a time that names no zone is UTC.
_ISO8601 = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?"
    r"([Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


class RowReader:
    """
    Makes rows of lines under one contract.
    """

    def __init__(self, contract: Contract) -> None:
        """
        A reader for lines that are archived under this contract.
        """
        self.contract = contract
        self.calendar = Calendar(contract)
        self.schema = row_schema(contract)

    def read(self, line: bytes) -> dict[str, object]:
        """
        The row of a line, all but its date; PoisonError says why there is none.
        """
        expiry = decode_line(line)
        deleted_at = expiry.deleted_at * MILLISECONDS
        if not MOMENT_MIN <= deleted_at <= MOMENT_MAX:
            msg = "deleted_at is in no year from 1 to 9999"
            raise PoisonError(msg)

        image = {name: ordered(value) for name, value in expiry.image.items()}
        source = self.contract.source
        match image.pop(source.device_attribute, None):
            case {"S": str(device_id)}:
                pass
            case _:
                msg = "the image has no device that is a string"
                raise PoisonError(msg)

        row: dict[str, object] = {
            DEVICE_ID: device_id,
            CREATED_AT: self._created_at(image),
            EXPIRED_AT: self._expired_at(image),
            DELETED_AT: deleted_at,
            SEQUENCE_NUMBER: expiry.sequence_number,
        }
        for column in self.contract.columns:
            row[column.name] = _declared(image, column)
        row[REST] = canonical_json(image) if image else None
        return row

    def table(self, rows: list[dict[str, object]]) -> pa.Table:
        """
        Rows as Arrow, with their dates.
        """
        columns = {
            field.name: pa.array([row[field.name] for row in rows], field.type)
            for field in self.schema
            if field.name != DATE
        }
        columns[DATE] = self.calendar.dates(columns[CREATED_AT])
        return pa.table(columns).select(self.schema.names)

    def _created_at(self, image: dict[str, AttributeValue]) -> int | None:
        name = self.contract.source.created_at_attribute
        unit = self.contract.source.created_at_unit
        value = image.get(name)
        match unit, value:
            case CreatedAtUnit.MILLISECONDS, {"N": str(text)}:
                moment = milliseconds(text, 1)
            case CreatedAtUnit.SECONDS, {"N": str(text)}:
                moment = milliseconds(text, MILLISECONDS)
            case CreatedAtUnit.ISO8601, {"S": str(text)}:
                moment = parse_iso8601(text)
            case _:
                moment = None

        if moment is None or not self.calendar.holds(moment):
            return None
        if spell_created_at(moment, unit) == value:
            del image[name]
        return moment

    def _expired_at(self, image: dict[str, AttributeValue]) -> int | None:
        name = self.contract.source.ttl_attribute
        match image.get(name):
            case {"N": str(text)}:
                moment = milliseconds(text, MILLISECONDS)
            case _:
                moment = None

        if moment is None or not MOMENT_MIN <= moment <= MOMENT_MAX:
            return None
        if spell_seconds(moment) == image[name]:
            del image[name]
        return moment


def parse_iso8601(text: str) -> int | None:
    """
    The millisecond that an ISO 8601 time lies in, or None where it is none.
    """
    found = _ISO8601.fullmatch(text)
    if found is None:
        return None
    day, clock, fraction, offset = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}").replace(tzinfo=UTC)
    except ValueError:
        return None
    since = epoch_milliseconds(moment) + int((fraction or "0").ljust(3, "0")[:3])
    if not offset or offset in "Zz":
        return since
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    away = timedelta(hours=hours, minutes=minutes) // timedelta(milliseconds=1)
    return since + away if offset[0] == "-" else since - away


def _declared(image: dict[str, AttributeValue], column: Column) -> object:
    value = image.get(column.attribute)
    if value is None or column.kind.tag not in value:
        return None
    shown: object = value[column.kind.tag]
    if column.kind not in {Kind.STRING, Kind.BOOLEAN}:
        shown = nearest(str(shown), column)
    if shown is not None and spell(shown, column) == value:
        del image[column.attribute]
    return shown

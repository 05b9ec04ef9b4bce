"""
From one line to one row, the plain way.

Rule 1: this says what a row is. The fast way (explain.py, attributes.py) makes
the same rows of the lines that it can prove it understood, and leaves the
others to this.
Rule 2: what a typed column does not give back exactly stands in `rest`.
Rule 3: a line that can never be a row is refused with a reason; it is not lost.
"""

from collections.abc import Callable, Mapping
from functools import partial

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
from archive.row import MILLISECONDS, spell, spell_created_at, spell_seconds
from transforms.canonical import canonical_json, ordered
from transforms.days import MOMENT_MAX, MOMENT_MIN, Calendar
from transforms.iso8601 import parse_iso8601
from transforms.numbers import milliseconds, nearest
from transforms.schema import DATE, row_schema

NO_DEVICE = "the image has no device that is a string"

_REMEMBERED_MAX = 100_000

# What a column shows of an attribute's value, and whether that is all of it.
Reading = tuple[object, bool]


class RowReader:
    """
    Makes rows of lines under one contract.
    """

    def __init__(self, contract: Contract) -> None:
        """
        A reader for lines that are archived under this contract.
        """
        source = contract.source
        self.calendar = Calendar(contract)
        self.schema = row_schema(contract)
        # Attribute -> its column, and how the column reads it.
        self.readers: dict[str, tuple[str, Callable[[AttributeValue], Reading]]] = {
            source.device_attribute: (DEVICE_ID, _device),
            source.created_at_attribute: (
                CREATED_AT,
                partial(_created_at, source.created_at_unit, self.calendar),
            ),
            source.ttl_attribute: (EXPIRED_AT, _expired_at),
        }
        for column in contract.columns:
            self.readers[column.attribute] = (column.name, _Declared(column))

    def read(self, line: bytes) -> dict[str, object]:
        """
        The row of a line, all but its date; PoisonError says why there is none.
        """
        expiry = decode_line(line)
        image = {name: ordered(value) for name, value in expiry.image.items()}
        row: dict[str, object] = {
            DELETED_AT: expiry.deleted_at * MILLISECONDS,
            SEQUENCE_NUMBER: expiry.sequence_number,
        }
        if not MOMENT_MIN <= expiry.deleted_at * MILLISECONDS <= MOMENT_MAX:
            msg = "deleted_at is in no year from 1 to 9999"
            raise PoisonError(msg)

        for attribute, (column, reader) in self.readers.items():
            value = image.get(attribute)
            shown, exact = reader(value) if value else (None, False)
            row[column] = shown
            if exact:
                del image[attribute]
        if row[DEVICE_ID] is None:
            raise PoisonError(NO_DEVICE)
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
        return self.dated(columns)

    def dated(self, columns: Mapping[str, pa.Array]) -> pa.Table:
        """
        Columns as rows, with the dates that follow from created_at.
        """
        dates = self.calendar.dates(columns[CREATED_AT])
        return pa.table({DATE: dates, **columns}).select(self.schema.names)


def _device(value: AttributeValue) -> Reading:
    match value:
        case {"S": str(device_id)}:
            return device_id, True
        case _:
            raise PoisonError(NO_DEVICE)


def _created_at(
    unit: CreatedAtUnit, calendar: Calendar, value: AttributeValue
) -> Reading:
    match unit, value:
        case CreatedAtUnit.MILLISECONDS, {"N": str(text)}:
            moment = milliseconds(text, 1)
        case CreatedAtUnit.SECONDS, {"N": str(text)}:
            moment = milliseconds(text, MILLISECONDS)
        case CreatedAtUnit.ISO8601, {"S": str(text)}:
            moment = parse_iso8601(text)
        case _:
            moment = None
    if moment is None or not calendar.holds(moment):
        return None, False
    return moment, spell_created_at(moment, unit) == value


def _expired_at(value: AttributeValue) -> Reading:
    match value:
        case {"N": str(text)}:
            moment = milliseconds(text, MILLISECONDS)
        case _:
            moment = None
    if moment is None or not MOMENT_MIN <= moment <= MOMENT_MAX:
        return None, False
    return moment, spell_seconds(moment) == value


class _Declared:
    """
    Reads the values of one declared column.

    Telemetry repeats its numbers, and remembering one costs less than working
    it out again.
    """

    def __init__(self, column: Column) -> None:
        self._column = column
        self._tag = column.kind.tag
        self._is_number = column.kind not in {Kind.STRING, Kind.BOOLEAN}
        self._remembered: dict[str, Reading] = {}

    def __call__(self, value: AttributeValue) -> Reading:
        shown = value.get(self._tag)
        if not (self._is_number and isinstance(shown, str)):
            return shown, shown is not None
        found = self._remembered.get(shown)
        if found is None:
            if len(self._remembered) >= _REMEMBERED_MAX:
                self._remembered.clear()
            found = self._remembered[shown] = self._number(shown)
        return found

    def _number(self, text: str) -> Reading:
        shown = nearest(text, self._column)
        if shown is None:
            return None, False
        return shown, spell(shown, self._column) == {"N": text}

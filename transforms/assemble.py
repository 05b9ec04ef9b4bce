"""
Rows of lines that were explained.

Rule 1: `rest` has its members in the order of their names' code points, as
canonical_json has them.
Rule 2: a line with any part that cannot be read here is named, not guessed at.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from archive.columns import DELETED_AT, DEVICE_ID, REST, SEQUENCE_NUMBER
from archive.contract import Contract
from archive.row import MILLISECONDS
from transforms.attributes import AttributeReader
from transforms.bulk import bulk_readers
from transforms.explain import Explained
from transforms.rows import RowReader
from transforms.schema import DATE, MOMENT, TEXT

# Seconds before the year 5138.
_SECONDS = r"^[0-9]{1,11}$"


@dataclass(frozen=True, slots=True)
class Assembled:
    """
    The rows, in the order of their lines, and which of the lines have one.
    """

    rows: pa.Table
    read: pa.BooleanArray


class Assembler:
    """
    Makes rows of explained lines under one contract.
    """

    def __init__(self, contract: Contract, rows: RowReader) -> None:
        """
        An assembler whose rows are those that `rows` would make.
        """
        self._rows = rows
        self._bulk = bulk_readers(contract)
        self._readers: dict[str, AttributeReader] = {}

    def assemble(self, explained: Explained) -> Assembled:
        """
        The rows of the lines that can be read.
        """
        count = len(explained.deleted_at)
        columns, read = _of_the_stream(explained)
        members: dict[str, pa.Array] = {}
        for name, texts in explained.attributes.items():
            if texts.null_count == count:
                continue
            reader = self._reader(name)
            found = reader.read(texts)
            if found.unread is not None:
                read = pc.and_(
                    read, pc.coalesce(pc.invert(found.unread), pa.scalar(value=True))
                )
            if reader.column:
                columns[reader.column] = found.shown
            if found.rest is not None:
                members[name] = found.rest

        for field in self._rows.schema:
            if field.name not in columns and field.name != DATE:
                columns[field.name] = pa.nulls(count, field.type)
        columns[REST] = _join([members[name] for name in sorted(members)], count)
        read = pc.and_(read, pc.is_valid(columns[DEVICE_ID]))
        rows = self._rows.dated(columns)
        return Assembled(rows if pc.all(read).as_py() else rows.filter(read), read)

    def _reader(self, name: str) -> AttributeReader:
        reader = self._readers.get(name)
        if reader is None:
            reader = AttributeReader(name, self._rows, self._bulk.get(name))
            self._readers[name] = reader
        return reader


def _of_the_stream(explained: Explained) -> tuple[dict[str, pa.Array], pa.Array]:
    """
    The columns that the stream gives, and where they could be read.
    """
    numbers, seconds = explained.sequence_number, explained.deleted_at
    # Explained parts are JSON: a text begins with a quote, and where it has no
    # escape it stands between its quotes as it is.
    read = pc.and_(
        pc.and_not(pc.starts_with(numbers, '"'), pc.match_substring(numbers, "\\")),
        pc.match_substring_regex(seconds, _SECONDS),
    )
    if not pc.all(read).as_py():
        seconds = pc.if_else(read, seconds, pa.scalar("0", seconds.type))
    inner = pc.binary_slice(numbers.cast(pa.binary()), 1, -1).cast(TEXT)
    moments = pc.multiply(seconds.cast(pa.int64()), MILLISECONDS)
    return {SEQUENCE_NUMBER: inner, DELETED_AT: moments.cast(MOMENT)}, read


def _join(members: list[pa.Array], count: int) -> pa.Array:
    """
    Members, each after a comma, as objects; null where a row has none.
    """
    if not members:
        return pa.nulls(count, TEXT)
    # Not null_handling="skip": it leaves out the rows in which all are null.
    objects = pc.binary_join_element_wise(
        "{", *members, "}", "", null_handling="replace", null_replacement=""
    ).cast(TEXT)
    if all(member.null_count for member in members):
        empty = pc.equal(pc.binary_length(objects), len("{}"))
        objects = pc.if_else(empty, pa.scalar(None, TEXT), objects)
    # The comma before the first of them.
    return pc.binary_replace_slice(objects.cast(pa.large_binary()), 1, 2, b"").cast(
        TEXT
    )

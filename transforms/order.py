"""
The one order of a bucket's rows, and which of them are doubles.

Rule 1: the order is total: device, date, created_at, sequence number (length,
then text), then what is left of the row, deleted_at last. Rows that are equal
in all of that are the same row.
Rule 2: a double is a row whose identity and image another row has; of doubles
the one that was deleted first stays.
Rule 3: rows of one identity with different images are a conflict; all stay.

Nearly all rows are told apart by device, date and created_at, so only those
that are not are compared in full.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from archive.columns import CREATED_AT, DELETED_AT, DEVICE_ID, SEQUENCE_NUMBER
from transforms.days import MOMENT_MIN
from transforms.partitions import partition_rows
from transforms.schema import DATE

# Columns that rows have only while they are being ordered.
_RANK = "rank"
_MOMENT = "moment"
_LENGTH = "length"

# What two rows of one identity share.
_IDENTITY = (_RANK, _MOMENT, SEQUENCE_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """
    Rows in their final order, without doubles.

    `partitions` are (device id, date) in the order of their rows, with the
    number of rows of each.
    """

    rows: pa.Table
    partitions: list[tuple[str, date | None, int]]
    conflicts: int


def order(rows: pa.Table) -> Ordered:
    """
    The rows of a bucket in their final order, without doubles.
    """
    partitions, ranks = _rank(rows)
    created_at = rows[CREATED_AT].combine_chunks()
    moments = pc.fill_null(created_at.cast(pa.int64()), MOMENT_MIN - 1)
    keys = pa.table({_RANK: ranks, _MOMENT: moments})
    places = pc.sort_indices(keys, [(_RANK, "ascending"), (_MOMENT, "ascending")])

    conflicts = 0
    tied = _tied(keys.take(places), [_RANK, _MOMENT])
    if pc.any(tied).as_py():
        places, conflicts = _settle(rows, keys, places, tied)

    counted = pc.value_counts(ranks.take(places)).to_pylist()
    return Ordered(
        # One chunk each, or the bytes of a file would show how its rows came.
        rows=rows.take(places).combine_chunks(),
        partitions=[
            (*partitions[count["values"]], count["counts"]) for count in counted
        ],
        conflicts=conflicts,
    )


def _rank(rows: pa.Table) -> tuple[list[tuple[str, date | None]], pa.Array]:
    """
    The partitions in their order, and the number of each row's partition.
    """
    found = partition_rows(rows)
    # str() puts the default partition, None, after every date.
    partitions = sorted(found.partitions, key=lambda pair: (pair[0], str(pair[1])))
    rank_of = {pair: rank for rank, pair in enumerate(partitions)}
    ranks = pa.array([rank_of[pair] for pair in found.partitions], pa.int64())
    return partitions, ranks.take(found.indices)


def _settle(
    rows: pa.Table, keys: pa.Table, places: pa.Array, tied: pa.Array
) -> tuple[pa.Array, int]:
    """
    The places with their ties ordered in full and doubles left out; conflicts.
    """
    contested = places.filter(tied)
    some = rows.drop_columns([DATE]).take(contested)
    for name in keys.column_names:
        some = some.append_column(name, keys[name].take(contested))
    some = some.append_column(_LENGTH, pc.utf8_length(some[SEQUENCE_NUMBER]))

    image = [
        name
        for name in rows.column_names
        if name not in {DATE, DEVICE_ID, CREATED_AT, DELETED_AT, SEQUENCE_NUMBER}
    ]
    by = [_RANK, _MOMENT, _LENGTH, SEQUENCE_NUMBER, *image, DELETED_AT]
    full = pc.sort_indices(some, [(name, "ascending") for name in by])
    some = some.take(full)

    double = _same_as_before(some, [*_IDENTITY, *image])
    kept = some.filter(pc.invert(double))
    again = _same_as_before(kept, [*_IDENTITY])
    # The first of each run of one identity with several images.
    starts = pc.and_(pc.invert(again), _shifted_back(again))

    settled = pc.replace_with_mask(places, tied, contested.take(full))
    keep = pc.replace_with_mask(
        pa.repeat(pa.scalar(value=True), len(places)), tied, pc.invert(double)
    )
    return settled.filter(keep), pc.sum(starts).as_py() or 0


def _tied(ordered: pa.Table, names: list[str]) -> pa.Array:
    before = _same_as_before(ordered, names)
    return pc.or_(before, _shifted_back(before))


def _same_as_before(ordered: pa.Table, names: list[str]) -> pa.Array:
    """
    Whether a row equals the one before it in these columns; nulls are equal.
    """
    count = max(len(ordered) - 1, 0)
    same = pa.repeat(pa.scalar(value=True), count)
    for name in names:
        column = ordered[name].combine_chunks()
        here, before = column.slice(1), column.slice(0, count)
        if column.null_count:
            both = pc.and_(pc.is_null(here), pc.is_null(before))
            equal = pc.or_(
                both, pc.coalesce(pc.equal(here, before), pa.scalar(value=False))
            )
        else:
            equal = pc.equal(here, before)
        same = pc.and_(same, equal)
    first = pa.array([False] * min(len(ordered), 1), pa.bool_())
    return pa.concat_arrays([first, same])


def _shifted_back(flags: pa.Array) -> pa.Array:
    last = pa.array([False] * min(len(flags), 1), pa.bool_())
    return pa.concat_arrays([flags.slice(1), last])

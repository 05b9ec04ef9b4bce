"""
Which spellings of a value are read in bulk, and how.

Rule 1: a spelling is read in bulk only where the column is certain to give it
back as it was: what archive.row.spell would write.
Rule 2: what a pattern lets through can be cast; no cast here can fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from archive.columns import Column, Kind
from archive.contract import Contract, CreatedAtUnit
from archive.row import MILLISECONDS
from transforms.schema import MOMENT, TEXT, arrow_type

# {"N":"55"} without what stands around the 55.
_OPENING, _CLOSING = 6, -2

# Times that any calendar holds: after 1970 and before the year 5138.
_MILLISECONDS = r"[1-9][0-9]{0,13}"
_SECONDS = r"[1-9][0-9]{0,10}"
# ... and the 29th of February is left to the calendar.
_ISO8601 = (
    r"[12][0-9]{3}-(?:"
    r"(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31"
    r")T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
)

_ANY = r'[^"\\]*'

# A double gives back any number of at most 15 digits, as it was spelled.
_DOUBLE = r"0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,6})\.[0-9]{0,6}[1-9]"
_BIGINT = r"0|-?[1-9][0-9]{0,17}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """
    Which spellings of a column are read in bulk, and how.
    """

    pattern: str
    cast: Callable[[pa.Array], pa.Array]


def bulk_readers(contract: Contract) -> Mapping[str, Bulk]:
    """
    How the attributes that have a column are read in bulk.
    """
    source = contract.source
    readers = {
        source.device_attribute: Bulk(pattern=_text(_ANY), cast=_inner),
        source.ttl_attribute: Bulk(pattern=_number(_SECONDS), cast=_seconds),
    }
    match source.created_at_unit:
        case CreatedAtUnit.MILLISECONDS:
            by_unit = Bulk(pattern=_number(_MILLISECONDS), cast=_milliseconds)
        case CreatedAtUnit.SECONDS:
            by_unit = Bulk(pattern=_number(_SECONDS), cast=_seconds)
        case _:
            by_unit = Bulk(pattern=_text(_ISO8601), cast=_iso8601)
    readers[source.created_at_attribute] = by_unit
    for column in contract.columns:
        readers[column.attribute] = _declared(column)
    return readers


def _declared(column: Column) -> Bulk:
    match column.kind:
        case Kind.STRING:
            return Bulk(pattern=_text(_ANY), cast=_inner)
        case Kind.BOOLEAN:
            return Bulk(pattern=r'^\{"BOOL":(?:true|false)\}$', cast=_is_true)
        case Kind.BIGINT:
            pattern = _BIGINT
        case Kind.DOUBLE:
            pattern = _DOUBLE
        case _:
            pattern = _decimal(column.precision - column.scale, column.scale)
    type_ = arrow_type(column)
    return Bulk(pattern=_number(pattern), cast=lambda texts: _inner(texts).cast(type_))


def _decimal(before: int, after: int) -> str:
    """
    The numbers that a decimal with so many digits around its point gives back.
    """
    whole = rf"[1-9][0-9]{{0,{before - 1}}}" if before else None
    spellings = ["0", *([f"-?{whole}"] if whole else [])]
    if after:
        first = f"(?:0|{whole})" if whole else "0"
        spellings.append(rf"-?{first}\.[0-9]{{0,{after - 1}}}[1-9]")
    return "|".join(spellings)


def _number(pattern: str) -> str:
    return rf'^\{{"N":"(?:{pattern})"\}}$'


def _text(pattern: str) -> str:
    return rf'^\{{"S":"{pattern}"\}}$'


def _inner(texts: pa.Array) -> pa.Array:
    return pc.binary_slice(texts.cast(pa.binary()), _OPENING, _CLOSING).cast(TEXT)


def _is_true(texts: pa.Array) -> pa.Array:
    return pc.match_substring(texts, "true")


def _milliseconds(texts: pa.Array) -> pa.Array:
    return _inner(texts).cast(pa.int64())


def _seconds(texts: pa.Array) -> pa.Array:
    return pc.multiply(_inner(texts).cast(pa.int64()), MILLISECONDS)


def _iso8601(texts: pa.Array) -> pa.Array:
    # Arrow wants to be told of the zone before it reads a Z.
    return _inner(texts).cast(pa.timestamp("ms", "UTC")).cast(MOMENT)

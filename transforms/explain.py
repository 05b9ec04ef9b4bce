"""
Many lines at once, taken apart, and the proof of which were understood.

Rule 1: this is the only file that knows DuckDB. Attribute names reach it as a
bound parameter, never as SQL.
Rule 2: a line is explained when the bytes of the parts that were found add up
to the bytes of the line. Every part that was overlooked (an unknown or double
key, a null, a space, an escape) makes a line longer than its parts, so equal
lengths leave room for nothing. The one exception is a bare number, which may
be written shorter than it is read; no part of an expiry but deleted_at is one,
and whoever uses a part checks that.
Rule 3: what is not explained is not wrong. It goes the plain way (rows.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from archive.line import DELETED_AT, EVENT_ID, FIELDS, IMAGE, SEQUENCE_NUMBER

# Attributes that are looked for in every line; each costs time in all lines.
ATTRIBUTES_MAX = 500

# An attribute is looked for once this share of some lines had it.
SHARE_MIN = 0.02

_JSON = "JSON"
_QUERY = "SELECT unnest(from_json({line}, $1)) FROM lines"
_TRUSTING = _QUERY.format(line="line")
# A line that is no JSON fails the query above for all lines.
_DOUBTING = _QUERY.format(line="CASE WHEN json_valid(line) THEN line END")

# A line without what its fields hold. The image's own braces and the newline stay.
_BRACES_AND_COLONS = (
    len(orjson.dumps(dict.fromkeys(FIELDS))) - len("null" * len(FIELDS)) + len("{}\n")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """
    The parts of the lines that were explained, as JSON texts in their order.

    `whole` says of every line whether it was; the other columns have only
    those that were. An attribute that an image lacks is null.
    """

    whole: pa.BooleanArray
    sequence_number: pa.StringArray
    deleted_at: pa.StringArray
    attributes: dict[str, pa.StringArray]


class Explainer:
    """
    Takes lines apart, looking for the attributes that it knows.
    """

    def __init__(self, always: Sequence[str]) -> None:
        """
        An explainer that knows these attributes from the beginning.
        """
        self._database = duckdb.connect(config={"threads": 1})
        self._names: list[str] = []
        self._know(always)

    def learn(self, images: Iterable[Iterable[str]], share: float = 1) -> None:
        """
        Look from now on for the attributes that many lines have.

        `images` are a sample of those lines, or of a share of them that is left.
        """
        sample = list(images)
        seen = Counter(name for image in sample for name in image)
        enough = len(sample) * SHARE_MIN / share
        self._know(name for name, times in seen.most_common() if times >= enough)

    def explain(
        self, lines: pa.LargeStringArray, also: Iterable[str] = ()
    ) -> Explained:
        """
        The parts of all lines that can be explained.

        `also` are attributes that are looked for this once.
        """
        names = tuple(_distinguishable([*self._names, *also]))
        parts = self._take_apart(lines, names)
        event_id = parts[EVENT_ID].combine_chunks()
        sequence_number = parts[SEQUENCE_NUMBER].combine_chunks()
        deleted_at = parts[DELETED_AT].combine_chunks()
        image = pa.StructArray.flatten(parts[IMAGE].combine_chunks())

        known = pc.add(
            pc.add(pc.binary_length(event_id), pc.binary_length(sequence_number)),
            pc.binary_length(deleted_at),
        )
        # One comma fewer than there are attributes.
        known = pc.add(known, _BRACES_AND_COLONS - 1)
        for name, values in zip(names, image, strict=True):
            around = len(orjson.dumps(name)) + len(":,")
            known = pc.add(
                known, pc.fill_null(pc.add(pc.binary_length(values), around), 0)
            )
        whole = pc.and_(
            pc.equal(known.cast(pa.int64()), pc.binary_length(lines)),
            pc.starts_with(event_id, '"'),
        )
        whole = pc.coalesce(whole, pa.scalar(value=False))
        columns = [sequence_number, deleted_at, *image]
        if not pc.all(whole).as_py():
            columns = [column.filter(whole) for column in columns]
        return Explained(
            whole=whole,
            sequence_number=columns[0],
            deleted_at=columns[1],
            attributes=dict(zip(names, columns[2:], strict=True)),
        )

    def _take_apart(self, lines: pa.LargeStringArray, names: Sequence[str]) -> pa.Table:
        structure = orjson.dumps(
            {
                EVENT_ID: _JSON,
                SEQUENCE_NUMBER: _JSON,
                DELETED_AT: _JSON,
                IMAGE: dict.fromkeys(names, _JSON),
            }
        ).decode()
        self._database.register("lines", pa.table({"line": lines}))
        try:
            found = self._database.sql(_TRUSTING, params=[structure])
            return found.to_arrow_table()
        except duckdb.InvalidInputException:
            found = self._database.sql(_DOUBTING, params=[structure])
            return found.to_arrow_table()
        finally:
            self._database.unregister("lines")

    def _know(self, names: Iterable[str]) -> None:
        self._names = _distinguishable([*self._names, *names])


def _distinguishable(names: Iterable[str]) -> list[str]:
    """
    The names that DuckDB can look for at once.

    It takes no empty key, cuts keys at a NUL, and cannot tell columns apart by
    case. Lines with names that are left out go the plain way.
    """
    known: dict[str, str] = {}
    for name in names:
        if name and name.isprintable() and len(known) < ATTRIBUTES_MAX:
            known.setdefault(name.casefold(), name)
    return list(known.values())

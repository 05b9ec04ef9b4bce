"""
One attribute of many images at once: what its column shows, what `rest` gets.

Rule 1: the same answer as RowReader's for every value. Only values whose
spelling is plainly canonical are read in bulk; each distinct one of the others
is read once, by RowReader's own functions.
Rule 2: a value that is no attribute value is not judged here: its line goes the
plain way and gets its reason there.
"""

from dataclasses import dataclass

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from archive.errors import PoisonError
from transforms.bulk import Bulk
from transforms.canonical import canonical_json, ordered
from transforms.rows import RowReader

# Values that stand in `rest` as they came: one tag, no escape, no order to it.
# The elements of a list keep theirs.
_SCALAR = r'\{"(?:[SNB]":"[^"\\]*"|(?:BOOL|NULL)":(?:true|false))\}'
_PLAIN = rf'^(?:{_SCALAR}|\{{"L":\[(?:{_SCALAR}(?:,{_SCALAR})*)?\]\}})$'

_REMEMBERED_MAX = 200_000

# Where so many of the first rows differ, looking for equals costs time for nothing.
_SAMPLE_ROWS = 4000
_DISTINCT_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """
    What some values of one attribute came to, row by row.

    `rest` is `,"name":{…}` where the column does not hold the value exactly;
    `unread` marks values that are none. Both are None where no row has one.
    """

    shown: pa.Array | None
    rest: pa.Array | None
    unread: pa.Array | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _One:
    """
    What one distinct value came to.
    """

    shown: object
    rest: str | None
    valid: bool


class AttributeReader:
    """
    Reads the values of one attribute.
    """

    def __init__(self, name: str, rows: RowReader, bulk: Bulk | None) -> None:
        """
        A reader for the attribute of this name.
        """
        found = rows.readers.get(name)
        self.column = found[0] if found else None
        self._reader = found[1] if found else None
        self._bulk = bulk
        self._type = rows.schema.field(self.column).type if self.column else None
        self._member = f",{orjson.dumps(name).decode()}:"
        self._remembered: dict[str, _One] = {}

    def read(self, texts: pa.StringArray) -> Read:
        """
        The values of an attribute, given as JSON texts; null where it is absent.
        """
        distinct, indices = _distinct(texts)
        pattern = _PLAIN if self._bulk is None else self._bulk.pattern
        plain = pc.match_substring_regex(distinct, pattern)
        odd = pc.coalesce(pc.invert(plain), pa.scalar(value=False))
        others = [self._one(text) for text in distinct.filter(odd).to_pylist()]
        rest = self._rest(distinct, odd, others)
        unread = None
        if not all(other.valid for other in others):
            flags = pa.array([not other.valid for other in others], pa.bool_())
            unread = pc.replace_with_mask(odd, odd, flags)
        shown = self._shown(distinct, odd, others)
        if indices is None:
            return Read(shown=shown, rest=rest, unread=unread)
        return Read(
            shown=None if shown is None else shown.take(indices),
            rest=None if rest is None else rest.take(indices),
            unread=None if unread is None else unread.take(indices),
        )

    def _shown(
        self, distinct: pa.Array, odd: pa.Array, others: list[_One]
    ) -> pa.Array | None:
        bulk = self._bulk
        if bulk is None or self._type is None:
            return None
        if not others:
            return bulk.cast(distinct).cast(self._type)
        plain = pc.if_else(odd, pa.scalar(None, distinct.type), distinct)
        some = pa.array([other.shown for other in others], self._type)
        return pc.replace_with_mask(bulk.cast(plain).cast(self._type), odd, some)

    def _rest(
        self, distinct: pa.Array, odd: pa.Array, others: list[_One]
    ) -> pa.Array | None:
        if self._bulk is None:
            whole = pc.binary_join_element_wise(self._member, distinct, "")
        elif any(other.rest for other in others):
            whole = pa.nulls(len(distinct), distinct.type)
        else:
            return None
        if not others:
            return whole
        some = pa.array([other.rest for other in others], distinct.type)
        return pc.replace_with_mask(whole, odd, some)

    def _one(self, text: str) -> _One:
        found = self._remembered.get(text)
        if found is None:
            if len(self._remembered) >= _REMEMBERED_MAX:
                self._remembered.clear()
            found = self._remembered[text] = self._read_one(text)
        return found

    def _read_one(self, text: str) -> _One:
        try:
            value = ordered(orjson.loads(text))
            shown, exact = self._reader(value) if self._reader else (None, False)
        except (orjson.JSONDecodeError, PoisonError):
            return _One(shown=None, rest=None, valid=False)
        rest = None if exact else self._member + canonical_json(value)
        return _One(shown=shown, rest=rest, valid=True)


def _distinct(texts: pa.StringArray) -> tuple[pa.StringArray, pa.Array | None]:
    """
    The distinct texts and each row's index; None where nearly all are distinct.
    """
    sample = texts.slice(0, _SAMPLE_ROWS)
    if pc.count_distinct(sample).as_py() > len(sample) * _DISTINCT_SHARE:
        return texts, None
    encoded = texts.dictionary_encode()
    return encoded.dictionary, encoded.indices

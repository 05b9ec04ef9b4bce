"""
Lines to rows.

Rule 1: pure: bytes in, Arrow out; no Lambda, no S3, no clock, no file.
Rule 2: a line becomes a row or is refused with its reason; none does both.
Rule 3: the fast way changes how long it takes and nothing else.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from archive.contract import Contract
from archive.errors import PoisonError
from archive.line import IMAGE
from transforms.assemble import Assembler
from transforms.explain import Explainer
from transforms.rows import RowReader

NEWLINE = b"\n"

# Lines that are looked at to learn which attributes there are.
_SAMPLE_LINES = 256

# A prime: devices take turns, and an even step would meet only every other one.
_SAMPLE_STRIDE = 7919


# So many lines that were not understood are worth a second look at them all.
SECOND_LOOK_MIN = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """
    A line that is no row: where it begins and ends, and why.
    """

    begin: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Scattered:
    """
    What some lines came to.
    """

    lines: int
    rows: pa.Table
    refused: tuple[Refused, ...]


class Scatter:
    """
    Makes rows of lines under one contract.
    """

    def __init__(self, contract: Contract, *, bulk: bool = True) -> None:
        """
        A scatter for lines that are archived under this contract.

        Without `bulk` every line goes the plain way: slow, and the same rows.
        """
        self._rows = RowReader(contract)
        self._explainer = Explainer(tuple(self._rows.readers)) if bulk else None
        self._assembler = Assembler(contract, self._rows)
        self._learned = False

    def __call__(self, text: bytes) -> Scattered:
        """
        The rows of some lines, and the lines that are none, in their order.
        """
        if text and not text.endswith(NEWLINE):
            text += NEWLINE
        lines = _Lines(text)
        if self._explainer is None or not lines.count:
            rows, refused = self._one_by_one(lines, range(lines.count))
            return Scattered(lines.count, rows, refused)

        if not self._learned:
            self._explainer.learn(lines.attributes(range(lines.count)))
            self._learned = True
        rows, others = self._in_bulk(self._explainer, lines.texts, ())
        if not others:
            return Scattered(lines.count, rows, ())

        tables = [rows]
        seen = list(lines.attributes(others))
        self._explainer.learn(seen, len(others) / lines.count)
        if len(others) >= SECOND_LOOK_MIN:
            # Most of them have an attribute that few lines have: look for those.
            rare = {name for names in seen for name in names}
            texts = lines.texts.take(pa.array(others, pa.int64()))
            rows, left = self._in_bulk(self._explainer, texts, rare)
            tables.append(rows)
            others = [others[index] for index in left]
        rows, refused = self._one_by_one(lines, others)
        return Scattered(lines.count, pa.concat_tables([*tables, rows]), refused)

    def _in_bulk(
        self, explainer: Explainer, texts: pa.LargeStringArray, also: Iterable[str]
    ) -> tuple[pa.Table, list[int]]:
        """
        The rows of the texts that can be read at once, and the others' indices.
        """
        explained = explainer.explain(texts, also)
        assembled = self._assembler.assemble(explained)
        others = _indices(pc.invert(explained.whole))
        if not pc.all(assembled.read).as_py():
            whole = pc.indices_nonzero(explained.whole)
            others += whole.filter(pc.invert(assembled.read)).to_pylist()
            others.sort()
        return assembled.rows, others

    def _one_by_one(
        self, lines: "_Lines", indices: Sequence[int]
    ) -> tuple[pa.Table, tuple[Refused, ...]]:
        rows: list[dict[str, object]] = []
        refused: list[Refused] = []
        for index in indices:
            begin, end = lines.place(index)
            try:
                rows.append(self._rows.read(lines.text[begin:end]))
            except PoisonError as error:
                refused.append(Refused(begin, end, str(error)))
        return self._rows.table(rows), tuple(refused)


class _Lines:
    """
    A text as lines. A newline at its end ends the last line and begins none.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        # Where each line begins; where the next would, behind its newline, ends it.
        offsets = array("q", [0])
        find, append = text.find, offsets.append
        end = find(NEWLINE) + 1
        while end:
            append(end)
            end = find(NEWLINE, end) + 1
        self.count = len(offsets) - 1
        self._offsets = offsets

    @property
    def texts(self) -> pa.LargeStringArray:
        """
        The lines as text, each with its newline; null where one is no UTF-8.
        """
        buffers = [None, pa.py_buffer(self._offsets), pa.py_buffer(self.text)]
        lines = pa.Array.from_buffers(pa.large_string(), self.count, buffers)
        if self.text.isascii():
            return lines
        try:
            lines.validate(full=True)
        except pa.ArrowInvalid:
            some = [_decode(line) for line in lines.cast(pa.large_binary()).to_pylist()]
            return pa.array(some, pa.large_string())
        return lines

    def place(self, index: int) -> tuple[int, int]:
        """
        Where a line begins, and where its newline is.
        """
        return self._offsets[index], self._offsets[index + 1] - 1

    def attributes(self, indices: Sequence[int]) -> Iterator[Sequence[str]]:
        """
        The attribute names of some of these lines' images.
        """
        for turn in range(min(_SAMPLE_LINES, len(indices))):
            begin, end = self.place(indices[turn * _SAMPLE_STRIDE % len(indices)])
            try:
                yield list(orjson.loads(self.text[begin:end])[IMAGE])
            except (orjson.JSONDecodeError, TypeError, KeyError):
                yield []


def _decode(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _indices(flags: pa.BooleanArray) -> list[int]:
    indices: list[int] = pc.indices_nonzero(flags).to_pylist()
    return indices

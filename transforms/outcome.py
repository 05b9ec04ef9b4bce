"""
What an intent's inputs become: the conversion of each kind, still in scratch.

Rule 1: what comes out follows from the intent alone, and from the versions of
the objects that it names.
Rule 2: nothing here writes to a bucket.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from archive.document import EntryKind, Input
from archive.errors import DamagedError, UndeliveredError
from archive.file_list import decode_file_list
from archive.files import FileRecord
from archive.intent import Intent, Treatment
from archive.keys import entry_key, file_list_key, intent_key, written_by
from archive.ledger import Taken, decode_entry
from transforms.bucket import ArchiveBucket
from transforms.conversion import (
    Archived,
    Conversion,
    Counts,
    DamagedRange,
    InputCounts,
    Job,
    Landed,
)
from transforms.landing import LandingBucket
from transforms.parallel import Each

Convert: TypeAlias = Callable[[Sequence[Landed], Job], Conversion]
Compact: TypeAlias = Callable[[Sequence[Archived], Job], Conversion]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What an entry will hold: the conversion, its inputs, and what it replaces.
    """

    conversion: Conversion
    taken: tuple[Taken, ...] = ()
    removes: tuple[FileRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    Where inputs are read, and the two pure functions that convert them.
    """

    archive: ArchiveBucket
    landing: LandingBucket
    convert: Convert
    compact: Compact
    each: Each

    def outcome(self, intent: Intent, job: Job) -> Outcome:
        """
        The inputs of the intent, converted as its kind and treatment say.
        """
        match intent.kind, intent.treatment:
            case EntryKind.BATCH, Treatment.CONVERT:
                landed = [self._landed(each) for each in intent.inputs]
                return _of_batch(intent, self.convert(landed, job))
            case EntryKind.BATCH, Treatment.SET_ASIDE:
                return _of_batch(intent, self._set_aside(intent, job))
            case EntryKind.COMPACTION, Treatment.CONVERT:
                return self._compacted(intent, job)
            case _, Treatment.SET_ASIDE:
                # An entry that changes nothing, so that the ledger goes on and
                # whoever wanted the change can begin it anew. Giving the number
                # back instead would let a late holder commit what was cleared
                # away since.
                return Outcome(conversion=_nothing())
            case _:
                msg = (
                    f"{intent_key(intent.n)}: {intent.kind.value} is not what the "
                    "transform makes"
                )
                raise UndeliveredError(msg)

    def _landed(self, source: Input) -> Landed:
        return Landed(
            key=source.key,
            version=source.version,
            bytes=source.bytes,
            open=lambda: self.landing.open(source),
        )

    def _set_aside(self, intent: Intent, job: Job) -> Conversion:
        """
        Each object whole, as one damaged range.
        """
        damage: list[DamagedRange] = []
        for k, source in enumerate(intent.inputs, start=1):
            path = job.scratch / f"{k}.bin"
            with self.landing.open(source) as body, path.open("wb") as file:
                shutil.copyfileobj(body, file)
            damage.append(
                DamagedRange(
                    key=source.key,
                    version=source.version,
                    offset=0,
                    length=path.stat().st_size,
                    reason="no try could convert this object",
                    path=path,
                )
            )
        return Conversion(
            files=(),
            inputs=tuple(
                InputCounts(key=each.key, version=each.version, frames=0, lines=0)
                for each in intent.inputs
            ),
            counts=Counts(lines=0, rows=0, doubles_dropped=0, quarantined=0),
            quarantine=None,
            damage=tuple(damage),
        )

    def _compacted(self, intent: Intent, job: Job) -> Outcome:
        written = self._written(intent.inputs, job.scratch / "sources")
        self.each(
            lambda pair: self.archive.download(
                pair[0].key, pair[0].version, pair[1].path
            ),
            list(zip(intent.inputs, written, strict=True)),
        )
        conversion = self.compact(written, job)
        removes = tuple(each.record for each in written)
        # First guard of the deletion to come: the files that replace them hold
        # as many rows, doubles apart. Counts holds the rest of the sum.
        if conversion.counts.lines != sum(each.rows for each in removes):
            msg = f"{intent_key(intent.n)}: the compaction holds other rows"
            raise DamagedError(msg)
        return Outcome(
            conversion=conversion,
            taken=tuple(
                Taken(source=source, frames=0, lines=record.rows)
                for source, record in zip(intent.inputs, removes, strict=True)
            ),
            removes=removes,
        )

    def _written(self, inputs: Sequence[Input], directory: Path) -> list[Archived]:
        """
        What the ledger says of these archive objects, in their order.
        """
        directory.mkdir(parents=True, exist_ok=True)
        wanted = {each.key for each in inputs}
        known: dict[str, Archived] = {}
        for n in sorted({written_by(key) for key in wanted}):
            entry = decode_entry(entry_key(n), self._body(entry_key(n)))
            stored = self._body(file_list_key(n))
            for record in decode_file_list(file_list_key(n), stored).adds:
                if record.key in wanted:
                    known[record.key] = Archived(
                        record=record,
                        contract=entry.contract,
                        path=directory / f"{len(known)}.parquet",
                    )
        missing = wanted - known.keys()
        if missing:
            msg = f"{min(missing)}: no entry adds it"
            raise DamagedError(msg)
        return [known[each.key] for each in inputs]

    def _body(self, key: str) -> bytes:
        found = self.archive.read(key)
        if found is None:
            msg = f"{key}: gone"
            raise DamagedError(msg)
        return found.body


def _of_batch(intent: Intent, conversion: Conversion) -> Outcome:
    counted = {(each.key, each.version): each for each in conversion.inputs}
    taken: list[Taken] = []
    for source in intent.inputs:
        counts = counted.get((source.key, source.version))
        # An input that was not counted was not converted. It must not be named
        # in the entry, which is what lets it be deleted.
        if counts is None:
            msg = f"{source.key}: the conversion does not say what it held"
            raise DamagedError(msg)
        taken.append(Taken(source=source, frames=counts.frames, lines=counts.lines))
    return Outcome(conversion=conversion, taken=tuple(taken))


def _nothing() -> Conversion:
    return Conversion(
        files=(),
        inputs=(),
        counts=Counts(lines=0, rows=0, doubles_dropped=0, quarantined=0),
        quarantine=None,
        damage=(),
    )

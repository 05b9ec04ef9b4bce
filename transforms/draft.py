"""
What an entry will say, once its files are stored.

Rule 1: an entry follows from its intent, its outcome and the entry before it.
Nothing in it tells who made it, how often it was tried, or when.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from archive.document import Kept
from archive.file_list import encode_file_list
from archive.intent import Intent, Planned
from archive.keys import damage_key, file_list_key, quarantine_key
from archive.ledger import Damage, Entry, FileList, Listing
from transforms.bucket import Sealed
from transforms.conversion import Section
from transforms.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """
    A file in scratch and the object that it will be.
    """

    path: Path | Section
    planned: Planned

    @property
    def sealed(self) -> Sealed:
        """
        The object, ready to be stored.
        """
        kept = self.planned.kept
        return Sealed(key=kept.key, body=self.path, sha256=kept.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    The entry to come, and every object that must be stored before it.
    """

    entry: Entry
    parcels: tuple[Parcel, ...]
    file_list: Sealed

    @property
    def keys(self) -> frozenset[str]:
        """
        The keys of all that a plan names, and that may become strays.
        """
        return frozenset(parcel.planned.kept.key for parcel in self.parcels)


def draft(intent: Intent, outcome: Outcome, previous: str | None) -> Draft:
    """
    What is to be stored for this outcome, and the entry that will name it.
    """
    conversion = outcome.conversion
    files = _files(outcome)
    quarantine = (
        ()
        if conversion.quarantine is None
        else (_measured(quarantine_key(intent.n), conversion.quarantine),)
    )
    ranges = [
        _measured(damage_key(intent.n, k), each.path)
        for k, each in enumerate(conversion.damage, start=1)
    ]
    file_list, listing = _file_list(intent.n, outcome)
    return Draft(
        entry=Entry(
            n=intent.n,
            kind=intent.kind,
            opened_at=intent.opened_at,
            previous=previous,
            contract=intent.contract,
            writer=intent.writer,
            inputs=outcome.taken,
            counts=conversion.counts,
            files=listing,
            quarantine=quarantine[0].planned.kept if quarantine else None,
            damage=tuple(
                Damage(
                    kept=parcel.planned.kept,
                    key=each.key,
                    version=each.version,
                    offset=each.offset,
                    length=each.length,
                    reason=each.reason,
                )
                for parcel, each in zip(ranges, conversion.damage, strict=True)
            ),
        ),
        parcels=(*files, *quarantine, *ranges),
        file_list=file_list,
    )


def _files(outcome: Outcome) -> list[Parcel]:
    return [
        Parcel(
            path=file.path,
            planned=Planned(
                kept=Kept(
                    key=file.record.key,
                    bytes=file.record.bytes,
                    sha256=file.record.sha256,
                ),
                rows=file.record.rows,
            ),
        )
        for file in outcome.conversion.files
    ]


def _measured(key: str, path: Path) -> Parcel:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    kept = Kept(key=key, bytes=path.stat().st_size, sha256=sha256)
    return Parcel(path=path, planned=Planned(kept=kept, rows=0))


def _file_list(n: int, outcome: Outcome) -> tuple[Sealed, Listing]:
    file_list = FileList(
        adds=tuple(file.record for file in outcome.conversion.files),
        removes=outcome.removes,
    )
    body = encode_file_list(file_list)
    key, sha256 = file_list_key(n), hashlib.sha256(body).hexdigest()
    return Sealed(key=key, body=body, sha256=sha256), Listing(
        kept=Kept(key=key, bytes=len(body), sha256=sha256),
        rows=len(file_list.adds) + len(file_list.removes),
    )

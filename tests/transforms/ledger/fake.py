"""
Buckets and a catalog in memory, as the protocol sees them.

They keep versions, decide conditions as S3 does, and check their callers: a
wrong checksum, an overwritten entry, an object that no plan named, or a delete
that no entry asks for ends the test where it happens. Every call passes a gate,
where a scheduler can hold it and a fault can strike.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from archive.contract import Contract
from archive.document import Input
from archive.file_list import decode_file_list
from archive.intent import decode_plan
from archive.keys import (
    ENTRIES,
    FILE_LISTS,
    ITEMS,
    OPEN,
    QUARANTINE,
    Partition,
    entry_key,
    plan_key,
    written_by,
)
from archive.ledger import Entry, chain_hash, decode_entry
from tests.transforms.ledger.store import Gate, Store, Version
from transforms.bucket import Found, Listed, ListedVersion, Sealed, Shown
from transforms.landing import LandedObject


@dataclass(slots=True)
class FakeArchive:
    """
    The archive bucket of one run.
    """

    store: Store
    gate: Gate = field(default_factory=Gate)

    def create(self, sealed: Sealed) -> str | None:
        body = _checked_body(self.store, sealed)

        def act() -> str | None:
            if self.store.current(sealed.key) is not None:
                return None
            return self.store.put(sealed.key, body, sealed.sha256).etag

        etag = self.gate.doing("create", sealed.key, act)
        assert not isinstance(etag, bool)
        return etag

    def replace(self, sealed: Sealed, etag: str) -> str | None:
        body = _checked_body(self.store, sealed)
        assert not sealed.key.startswith(ENTRIES), f"{sealed.key} is written over"

        def act() -> str | None:
            current = self.store.current(sealed.key)
            if current is None or current.etag != etag:
                return None
            return self.store.put(sealed.key, body, sealed.sha256).etag

        answer = self.gate.doing("replace", sealed.key, act)
        assert not isinstance(answer, bool)
        return answer

    def read(self, key: str, version: str | None = None) -> Found | None:
        with self.gate.passing("read", key):
            found = self.store.version(key, version)
        if found is None or found.body is None:
            return None
        assert found.storage_class == "STANDARD", f"{key} is cold"
        return Found(body=found.body, etag=found.etag)

    def download(self, key: str, version: str, path: object) -> None:
        found = self.read(key, version)
        assert found is not None, f"{key}: no such version"
        path.write_bytes(found.body)  # type: ignore[attr-defined]

    def look(self, key: str, version: str | None = None) -> Shown | None:
        with self.gate.passing("look", key):
            found = self.store.version(key, version)
        if found is None or found.body is None:
            return None
        return Shown(
            etag=found.etag,
            version=found.id,
            bytes=len(found.body),
            sha256=found.sha256,
        )

    def versions(self, prefix: str) -> Iterator[ListedVersion]:
        with self.gate.passing("versions", prefix):
            found = [
                (key, version)
                for key in sorted(self.store.keys)
                if key.startswith(prefix)
                for version in reversed(self.store.keys[key])
                if version.body is not None
            ]
            current = {key: self.store.current(key) for key, _ in found}
        for key, version in found:
            yield ListedVersion(
                listed=_listed(key, version),
                version=version.id,
                is_current=version is current[key],
            )

    def remove(self, key: str, etag: str) -> bool:
        def act() -> bool:
            current = self.store.current(key)
            if current is None:
                return True
            if current.etag != etag:
                return False
            _check_removal(self.store, key)
            self.store.put(key, None)
            return True

        return bool(self.gate.doing("remove", key, act))

    def listing(self, prefix: str, after: str = "") -> Iterator[Listed]:
        with self.gate.passing("list", prefix):
            found = self.store.listed(prefix, after)
        for key, version in found:
            yield _listed(key, version)


@dataclass(slots=True)
class FakeLanding:
    """
    The landing bucket of one run. It knows the archive, to check deletes.
    """

    store: Store
    archive: Store
    gate: Gate = field(default_factory=Gate)

    def landed(self) -> Iterator[LandedObject]:
        with self.gate.passing("list", "landing/"):
            found = self.store.listed("landing/")
        for key, version in found:
            yield LandedObject(
                key=key,
                etag=version.etag,
                bytes=len(version.body or b""),
                landed_at=version.modified_at,
            )

    def pin(self, landed: LandedObject) -> Input | None:
        with self.gate.passing("pin", landed.key):
            found = self.store.current(landed.key)
        if found is None or found.etag != landed.etag:
            return None
        return Input(
            key=landed.key, version=found.id, etag=found.etag, bytes=landed.bytes
        )

    def open(self, source: Input) -> BinaryIO:
        with self.gate.passing("open", source.key):
            found = self.store.version(source.key, source.version)
        assert found is not None, f"{source.key}: no such version"
        return io.BytesIO(found.body or b"")

    def forget(self, source: Input) -> bool:
        def act() -> bool:
            current = self.store.current(source.key)
            if current is None:
                return True
            if current.etag != source.etag:
                return False
            named = {
                (taken.source.key, taken.source.version)
                for entry in entries(self.archive)
                for taken in entry.inputs
            }
            assert (source.key, current.id) in named, f"{source.key}: in no entry"
            self.store.put(source.key, None)
            return True

        return bool(self.gate.doing("forget", source.key, act))


@dataclass(slots=True)
class FakeCatalog:
    """
    The Glue database of one run.
    """

    partitions: set[Partition]
    declared: Callable[[], Contract]
    gate: Gate = field(default_factory=Gate)

    def contract(self) -> Contract:
        with self.gate.passing("contract", "glue"):
            return self.declared()

    def register(self, partitions: Sequence[Partition]) -> None:
        def act() -> None:
            self.partitions.update(partitions)

        self.gate.doing("register", "glue", act)


def entries(store: Store) -> list[Entry]:
    """
    The entries as they lie in the bucket.
    """
    return [
        decode_entry(key, version.body or b"") for key, version in store.listed(ENTRIES)
    ]


def _listed(key: str, version: Version) -> Listed:
    return Listed(
        key=key,
        etag=version.etag,
        bytes=len(version.body or b""),
        modified_at=version.modified_at,
        storage_class=version.storage_class,
    )


def _checked_body(store: Store, sealed: Sealed) -> bytes:
    body = sealed.body if isinstance(sealed.body, bytes) else sealed.body.read_bytes()
    # S3 refuses a body that is not what its checksum says.
    assert hashlib.sha256(body).hexdigest() == sealed.sha256, sealed.key
    prefixes = (ITEMS, ENTRIES, FILE_LISTS, OPEN, QUARANTINE)
    assert sealed.key.startswith(prefixes), f"{sealed.key}: lies nowhere"
    if sealed.key.startswith((ITEMS, QUARANTINE)):
        n = written_by(sealed.key)
        planned = any(
            sealed.key in decode_plan(plan_key(n), version.body).keys
            for version in store.keys.get(plan_key(n), [])
            if version.body is not None
        )
        assert planned, f"{sealed.key}: no plan ever named it"
    return body


def _check_removal(store: Store, key: str) -> None:
    """
    Archive objects go only where the ledger says so.
    """
    if key.startswith(OPEN):
        return
    assert key.startswith((ITEMS, QUARANTINE)), f"{key}: is never deleted"
    n = written_by(key)
    committed = store.current(entry_key(n))
    assert committed is not None, f"{key}: deleted before its entry stood"
    added: set[str] = set()
    removed: set[str] = set()
    for entry in entries(store):
        stored = store.current(entry.files.kept.key)
        assert stored is not None
        # A list that a late run wrote over is put back before anything else.
        assert chain_hash(stored.body or b"") == entry.files.kept.sha256
        file_list = decode_file_list(entry.files.kept.key, stored.body or b"")
        added |= {record.key for record in file_list.adds}
        added |= {kept.key for kept in entry.kept}
        removed |= {record.key for record in file_list.removes}
    assert key not in added - removed, f"{key}: deleted, and an entry names it"

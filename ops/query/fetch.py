"""
The objects that a query touches, on this machine for as long as it runs.

Rule 1: an object counts only when its bytes have the SHA-256 that the ledger
names, so that DuckDB reads what was archived and nothing else.
Rule 2: the folder is gone afterwards, whatever happened.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamagedError
from archive.files import FileRecord
from archive.ledger import Entry
from ops.objects import Objects
from ops.parallel import in_parallel
from ops.sql.tables import ArchivedFile
from ops.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """
    Local files: archive objects, and the ledger's file lists.
    """

    files: Sequence[ArchivedFile]
    file_lists: Sequence[Path]


@contextmanager
def fetched(
    objects: Objects,
    records: Sequence[FileRecord],
    entries: Sequence[Entry],
    terminal: Terminal,
) -> Iterator[Fetched]:
    """
    The objects in a folder of their own: these records, and the lists of entries.

    Raises DamagedError where an object is not what the ledger says.
    """
    with tempfile.TemporaryDirectory(prefix="firn-query-") as name:
        folder = Path(name)
        wanted = [(record.key, record.sha256) for record in records]
        wanted += [(entry.files.kept.key, entry.files.kept.sha256) for entry in entries]
        numbered = list(enumerate(wanted))

        def fetch(item: tuple[int, tuple[str, str]]) -> Path:
            n, (key, sha256) = item
            body = objects.read(key)
            if hashlib.sha256(body).hexdigest() != sha256:
                msg = f"{key}: its bytes are not those that the ledger names"
                raise DamagedError(msg)
            path = folder / f"{n}.parquet"
            path.write_bytes(body)
            return path

        paths: list[Path] = []
        with terminal.bar("fetching objects", len(numbered)) as bar:
            for path in in_parallel(fetch, numbered):
                paths.append(path)
                bar.advance()
        yield Fetched(
            files=[
                ArchivedFile(path, record.partition.device, record.partition.date)
                for path, record in zip(paths, records, strict=False)
            ],
            file_lists=paths[len(records) :],
        )

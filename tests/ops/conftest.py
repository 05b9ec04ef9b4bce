import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive.contract import Contract
from archive.document import EntryKind, Input, Kept
from archive.file_list import encode_file_list
from archive.keys import damage_key, entry_key, file_list_key, quarantine_key
from archive.ledger import (
    Damage,
    Entry,
    FileList,
    Listing,
    Taken,
    chain_hash,
    encode_entry,
)
from ops.cli import app
from transforms.conversion import Job, Landed
from transforms.convert import convert

Archive = dict[str, bytes]
Extend = Callable[[Archive, int, Iterable[bytes]], None]


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run of the command, and the folder that it left.
    """

    exit_code: int
    stdout: str
    stderr: str
    kept: Path

    @property
    def summary(self) -> dict[str, int]:
        """
        The JSON on standard output, which holds nothing else.
        """
        summary: dict[str, int] = json.loads(self.stdout)
        return summary

    def objects(self) -> list[str]:
        """
        The keys of the archive objects.
        """
        archive = self.kept / "archive"
        return sorted(
            path.relative_to(archive).as_posix()
            for path in archive.glob("items/*/*/*.parquet")
        )

    def lines(self, name: str) -> list[object]:
        """
        The values in a file of JSON Lines.
        """
        text = (self.kept / name).read_bytes()
        return [json.loads(line) for line in text.splitlines()]


FirnLocal = Callable[..., Run]


@pytest.fixture(scope="session")
def firn_local() -> FirnLocal:
    """
    Runs `firn local` on some lines of input, or on a fleet, in a folder.
    """

    def run(folder: Path, lines: Sequence[str] | None, *options: str) -> Run:
        folder.mkdir(exist_ok=True)
        given = [*options, "--keep", str(folder / "kept")]
        if lines is not None:
            messages = folder / "messages.jsonl"
            messages.write_text("".join(f"{line}\n" for line in lines))
            given += ["--input", str(messages)]
        result = CliRunner().invoke(
            app,
            ["local", "--json", "--retention-days", "2", *given],
            catch_exceptions=False,
        )
        return Run(result.exit_code, result.stdout, result.stderr, folder / "kept")

    return run


@pytest.fixture
def extend(tmp_path: Path) -> Extend:
    """
    Adds one batch of lines, one frame each, to an archive in memory.
    """

    def add(archive: Archive, n: int, lines: Iterable[bytes]) -> None:
        _add_entry(
            archive, n, [gzip.compress(line, mtime=0) for line in lines], tmp_path
        )

    return add


def _add_entry(
    archive: Archive, n: int, frames: Sequence[bytes], scratch: Path
) -> None:
    landed = b"".join(frames)
    conversion = convert(
        [
            Landed(
                key=f"landing/{n}.jsonl.gz",
                version="v",
                bytes=len(landed),
                open=lambda: io.BytesIO(landed),
            )
        ],
        Job(
            n=n,
            contract=Contract(),
            scratch=scratch / str(n),
            checkpoint=lambda: None,
        ),
    )
    for file in conversion.files:
        archive[file.record.key] = file.path.read_bytes()
    quarantine = None
    if conversion.quarantine is not None:
        quarantine = _keep(
            archive, quarantine_key(n), conversion.quarantine.read_bytes()
        )
    listing = encode_file_list(FileList(adds=tuple(f.record for f in conversion.files)))
    entry = Entry(
        n=n,
        kind=EntryKind.BATCH,
        opened_at=0,
        previous=chain_hash(archive[entry_key(n - 1)]) if n > 1 else None,
        contract=Contract(),
        writer={"firn": "test"},
        inputs=tuple(
            Taken(
                source=Input(
                    key=each.key, version=each.version, etag="e", bytes=len(landed)
                ),
                frames=each.frames,
                lines=each.lines,
            )
            for each in conversion.inputs
        ),
        counts=conversion.counts,
        files=Listing(
            kept=_keep(archive, file_list_key(n), listing), rows=len(conversion.files)
        ),
        quarantine=quarantine,
        damage=tuple(
            Damage(
                kept=_keep(archive, damage_key(n, k), each.path.read_bytes()),
                key=each.key,
                version=each.version,
                offset=each.offset,
                length=each.length,
                reason=each.reason,
            )
            for k, each in enumerate(conversion.damage, start=1)
        ),
    )
    archive[entry_key(n)] = encode_entry(entry)


def _keep(archive: Archive, key: str, content: bytes) -> Kept:
    archive[key] = content
    return Kept(key=key, bytes=len(content), sha256=sha256(content).hexdigest())

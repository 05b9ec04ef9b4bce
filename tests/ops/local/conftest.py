import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive.contract import Contract
from archive.document import EntryKind, Input
from archive.intent import Intent, Treatment
from archive.keys import entry_key, file_list_key
from archive.ledger import Taken, chain_hash, encode_entry
from ops.cli import app
from transforms.conversion import Job, Landed
from transforms.convert import convert
from transforms.draft import draft
from transforms.outcome import Outcome

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
    body = b"".join(frames)
    source = Input(key=f"landing/{n}.jsonl.gz", version="v", etag="e", bytes=len(body))
    landed = Landed(
        key=source.key,
        version=source.version,
        bytes=source.bytes,
        open=lambda: io.BytesIO(body),
    )
    job = Job(
        n=n, contract=Contract(), scratch=scratch / str(n), checkpoint=lambda: None
    )
    conversion = convert([landed], job)
    (counted,) = conversion.inputs
    made = draft(
        Intent(
            n=n,
            kind=EntryKind.BATCH,
            inputs=(source,),
            treatment=Treatment.CONVERT,
            opened_at=0,
            contract=job.contract,
            writer={"firn": "test"},
            holder="test",
            attempts=1,
            until=0,
        ),
        Outcome(
            conversion=conversion,
            taken=(Taken(source=source, frames=counted.frames, lines=counted.lines),),
        ),
        previous=chain_hash(archive[entry_key(n - 1)]) if n > 1 else None,
    )
    for parcel in made.parcels:
        archive[parcel.planned.kept.key] = parcel.path.read_bytes()
    archive[file_list_key(n)] = made.file_list.body
    archive[entry_key(n)] = encode_entry(made.entry)

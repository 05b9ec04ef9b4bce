"""
A small archive made by the transform's own functions, as a folder of objects.
"""

import gzip
import io
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.columns import parse_column
from archive.contract import Contract
from archive.document import EntryKind, Input
from archive.file_list import encode_file_list
from archive.files import FileRecord
from archive.intent import Intent, Treatment
from archive.keys import entry_key, file_list_key
from archive.ledger import FileList, Taken, chain_hash, encode_entry
from archive.line import encode_line
from ops.verify.finding import Kind
from ops.verify.report import Report
from transforms.compact import compact
from transforms.conversion import Archived, Conversion, Job, Landed
from transforms.convert import convert
from transforms.draft import Draft, draft
from transforms.outcome import Outcome

OCTOBER = 1_759_300_000  # epoch seconds, the first of October 2025
DAY_SECONDS = 86_400
NOVEMBER = OCTOBER + 31 * DAY_SECONDS

# Some of its archive objects; entry 3 is a compaction.
A1 = "items/device=a/date=2025-09-02/00000003.parquet"
B1 = "items/device=b/date=2025-09-02/00000001.parquet"
B4 = "items/device=b/date=2025-09-02/00000004.parquet"
C6 = "items/device=c/date=2025-09-04/00000006.parquet"

CONTRACT = Contract(columns=(parse_column("t", "decimal(5,1)"),))


def line(device: str, day: int, k: int, deleted_at: int = OCTOBER) -> bytes:
    """
    The k-th reading of a device on a day, deleted in October.
    """
    created_at = (OCTOBER - (30 - day) * DAY_SECONDS + k * 60) * 1000
    return encode_line(
        "event",
        f"{day}{k:04d}",
        deleted_at,
        {
            "deviceID": {"S": device},
            "createdAt": {"N": str(created_at)},
            "t": {"N": f"{k}.5"},
        },
    )


def lines(device: str, day: int, count: int, deleted_at: int = OCTOBER) -> list[bytes]:
    """
    The first readings of a device on a day.
    """
    return [line(device, day, k, deleted_at) for k in range(count)]


@dataclass(slots=True)
class Maker:
    """
    Adds entries to an archive in a folder.
    """

    folder: Path
    scratch: Path
    contract: Contract = CONTRACT
    n: int = 0
    records: dict[str, FileRecord] = field(default_factory=dict)

    def batch(self, given: Iterable[bytes], damage: bytes = b"") -> int:
        """
        A batch of these lines, and bytes behind them that are no frame.
        """
        self.n += 1
        body = gzip.compress(b"".join(given), mtime=0) + damage
        source = Input(
            key=f"landing/{self.n}.jsonl.gz", version="v", etag="e", bytes=len(body)
        )
        landed = Landed(
            key=source.key,
            version=source.version,
            bytes=source.bytes,
            open=lambda: io.BytesIO(body),
        )
        conversion = convert([landed], self._job())
        (counted,) = conversion.inputs
        taken = Taken(source=source, frames=counted.frames, lines=counted.lines)
        self._store(EntryKind.BATCH, conversion, [taken])
        return self.n

    def compaction(self, keys: Sequence[str]) -> int:
        """
        A compaction of these files, which go afterwards.
        """
        self.n += 1
        removes = tuple(self.records[key] for key in keys)
        sources = [
            Archived(record=each, contract=self.contract, path=self.folder / each.key)
            for each in removes
        ]
        conversion = compact(sources, self._job())
        taken = [
            Taken(
                source=Input(
                    key=each.key, version="v", etag=each.md5, bytes=each.bytes
                ),
                frames=0,
                lines=each.rows,
            )
            for each in removes
        ]
        self._store(EntryKind.COMPACTION, conversion, taken, removes)
        for key in keys:
            (self.folder / key).unlink()
        return self.n

    def _job(self) -> Job:
        scratch = self.scratch / str(self.n)
        return Job(
            n=self.n, contract=self.contract, scratch=scratch, checkpoint=lambda: None
        )

    def _store(
        self,
        kind: EntryKind,
        conversion: Conversion,
        taken: Sequence[Taken],
        removes: tuple[FileRecord, ...] = (),
    ) -> None:
        previous = None
        if self.n > 1:
            previous = chain_hash((self.folder / entry_key(self.n - 1)).read_bytes())
        intent = Intent(
            n=self.n,
            kind=kind,
            inputs=tuple(each.source for each in taken),
            treatment=Treatment.CONVERT,
            opened_at=OCTOBER + self.n * DAY_SECONDS,
            contract=self.contract,
            writer={"firn": "test"},
            holder="test",
            attempts=1,
            until=0,
        )
        outcome = Outcome(conversion=conversion, taken=tuple(taken), removes=removes)
        made = draft(intent, outcome, previous)
        for each in conversion.files:
            self.records[each.record.key] = each.record
        for key, body in bodies_of(made).items():
            put(self.folder, key, body)


def bodies_of(made: Draft) -> dict[str, bytes]:
    """
    The objects of an entry, itself the last.
    """
    bodies = {}
    for parcel in made.parcels:
        with parcel.path.open("rb") as file:
            bodies[parcel.planned.kept.key] = file.read()
    assert isinstance(made.file_list.body, bytes)
    n = made.entry.n
    return bodies | {
        file_list_key(n): made.file_list.body,
        entry_key(n): encode_entry(made.entry),
    }


def put(folder: Path, key: str, body: bytes) -> None:
    """
    An object in a folder.
    """
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def make(folder: Path, scratch: Path) -> None:
    """
    Six entries: what an archive can hold, an entry that adds nothing included.
    """
    maker = Maker(folder, scratch)
    maker.batch(
        [*lines("a", 1, 5), *lines("b", 1, 4), b"no json\n"], damage=b"\x1f\x8b no"
    )
    maker.batch([*lines("a", 1, 7), *lines("roof/7", 2, 3), *lines("o'hara", 2, 2)])
    mine = [key for key in maker.records if "device=a/" in key]
    maker.compaction(mine)
    maker.batch(lines("b", 1, 6, NOVEMBER))
    maker.batch([b"[]\n"])
    maker.batch([*lines("a", 3, 3, NOVEMBER), *lines("c", 3, 2, NOVEMBER)])


def keys_in(folder: Path) -> list[str]:
    """
    The keys of a folder's objects.
    """
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def copied(folder: Path, to: Path) -> Path:
    """
    A copy to be damaged.
    """
    shutil.copytree(folder, to)
    return to


def found(report: Report) -> list[tuple[Kind, str]]:
    """
    What was found, without the reasons.
    """
    return [(each.kind, each.key) for each in report.findings]


def flip(folder: Path, key: str, at: int = -20) -> None:
    """
    One bit of an object.
    """
    body = bytearray((folder / key).read_bytes())
    body[at] ^= 1
    (folder / key).write_bytes(body)


def rewrite(folder: Path, n: int, file_list: FileList) -> None:
    """
    Another file list for the last entries, with a chain that holds.
    """
    body = encode_file_list(file_list)
    put(folder, file_list_key(n), body)
    entry = json.loads((folder / entry_key(n)).read_bytes())
    rows = len(file_list.adds) + len(file_list.removes)
    entry["files"] |= {"bytes": len(body), "sha256": chain_hash(body), "rows": rows}
    entry["counts"]["rows"] = sum(each.rows for each in file_list.adds)
    entry["counts"]["lines"] = entry["counts"]["rows"]
    for each in entry["inputs"]:
        each["lines"] = 0
    entry["inputs"][0]["lines"] = entry["counts"]["rows"]
    text = json.dumps(entry, separators=(",", ":"), ensure_ascii=False)
    put(folder, entry_key(n), f"{text}\n".encode())

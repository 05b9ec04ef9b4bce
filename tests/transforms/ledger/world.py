"""
A world of buckets in which runs happen, and the proof that nothing went wrong.
"""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from archive.contract import Contract
from archive.document import EntryKind
from archive.file_list import decode_file_list
from archive.keys import ENTRIES, FILE_LISTS, ITEMS, OPEN, QUARANTINE, Partition
from archive.ledger import Entry, FileList, live_files, read_chain
from tests.transforms.ledger.fake import FakeArchive, FakeCatalog, FakeLanding
from tests.transforms.ledger.stand_in import DAMAGED, StandIn, rows_of
from tests.transforms.ledger.store import Gate, Store
from transforms.decisions import ClosingRule
from transforms.head import Head
from transforms.look import CompactionRule, Look
from transforms.outcome import Sources
from transforms.parallel import one_by_one
from transforms.report import Report
from transforms.run import Run, Transform
from transforms.turn import Turn

RUN_SECONDS = 900
HOUR_SECONDS = 3600
DAY_SECONDS = 86_400
START = 1_700_000_000


@dataclass(slots=True)
class World:
    """
    Two buckets, a catalog and a clock.
    """

    now: float = START
    contract: Contract = field(default_factory=Contract)
    partitions: set[Partition] = field(default_factory=set)
    landed: dict[str, bytes] = field(default_factory=dict)
    runs: int = 0
    archive: Store = field(init=False)
    landing: Store = field(init=False)
    scratch: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))

    def __post_init__(self) -> None:
        self.archive = Store(lambda: self.now)
        self.landing = Store(lambda: self.now)

    def land(self, name: str, *lines: str) -> str:
        """
        An object of these lines in the landing bucket.
        """
        key = f"landing/2024/01/01/00/{name}.jsonl.gz"
        self.landed[key] = "".join(f"{line}\n" for line in lines).encode()
        self.landing.put(key, self.landed[key])
        return key

    def transform(
        self, gate: Gate | None = None, stand_in: StandIn | None = None
    ) -> Transform:
        """
        A transform as a cold start makes it; its calls pass the gate.
        """
        gate = gate or Gate()
        stand_in = stand_in or StandIn("one")
        archive = FakeArchive(self.archive, gate)
        landing = FakeLanding(self.landing, self.archive, gate)
        return Transform(
            archive=archive,
            landing=landing,
            catalog=FakeCatalog(self.partitions, lambda: self.contract, gate),
            sources=Sources(
                archive=archive,
                landing=landing,
                convert=stand_in.convert,
                compact=stand_in.compact,
                each=one_by_one,
            ),
            closing=ClosingRule(age_seconds=DAY_SECONDS, bytes_max=1_000_000),
            look=Look(CompactionRule(age_days=35, cold_days=45, bytes_max=10_000)),
            head=Head(),
            writer={"firn": stand_in.writer, "pyarrow": "0"},
            scratch=self.scratch,
            each=one_by_one,
        )

    def run(
        self,
        gate: Gate | None = None,
        stand_in: StandIn | None = None,
        *,
        frozen: bool = False,
        ahead: float = 0,
    ) -> "Prepared":
        """
        A run that begins now, not yet begun. A frozen one never sees time pass.
        """
        self.runs += 1
        began = self.now + ahead
        turn = Turn(
            holder=f"run-{self.runs}",
            begun_at=began,
            deadline_at=began + RUN_SECONDS,
            now=(lambda: began) if frozen else (lambda: self.now + ahead),
        )
        return Prepared(self.transform(gate, stand_in), turn)

    def pass_time(self, seconds: float) -> None:
        """
        Let the clock go on.
        """
        self.now += seconds

    def until_due(self) -> None:
        """
        Let what has landed become a batch.
        """
        self.pass_time(DAY_SECONDS)


@dataclass(slots=True)
class Prepared:
    """
    A run that can be worked through.
    """

    transform: Transform
    turn: Turn
    report: Report = field(default_factory=Report)

    def work(self) -> Report:
        Run(transform=self.transform, turn=self.turn, report=self.report).work()
        return self.report


def check_archive(world: World, *, is_quiet: bool = True) -> list[Entry]:
    """
    Verify all of the archive, and give its entries.

    `is_quiet` says that a run has ended since the last fault, so that nothing
    may be open and no consumed object may still lie in landing.
    """
    entries = list(read_chain(v.body or b"" for _, v in world.archive.listed(ENTRIES)))
    lists = [_file_list(world, entry) for entry in entries]
    assert len(world.archive.listed(FILE_LISTS)) == len(entries) or not is_quiet
    live = live_files(lists)
    named = {key: (record.sha256, record.bytes) for key, record in live.items()}
    named |= {
        kept.key: (kept.sha256, kept.bytes)
        for entry in entries
        for kept in entry.kept
        if kept.key.startswith(QUARANTINE)
    }
    lying = {
        key: (hashlib.sha256(version.body or b"").hexdigest(), len(version.body or b""))
        for prefix in (ITEMS, QUARANTINE)
        for key, version in world.archive.listed(prefix)
    }
    for key, what in named.items():
        assert lying.get(key) == what, f"{key}: is not what the ledger names"
    if is_quiet:
        assert lying.keys() == named.keys(), f"strays: {lying.keys() - named.keys()}"
        assert world.archive.listed(OPEN) == []
        adds = {record.partition for each in lists for record in each.adds}
        assert world.partitions >= adds
    _check_landed(world, entries, is_quiet=is_quiet)
    _check_rows(world, entries, live)
    return entries


def _file_list(world: World, entry: Entry) -> FileList:
    kept = entry.files.kept
    version = world.archive.current(kept.key)
    assert version is not None, f"{kept.key}: gone"
    assert hashlib.sha256(version.body or b"").hexdigest() == kept.sha256
    file_list = decode_file_list(kept.key, version.body or b"")
    assert len(file_list.adds) + len(file_list.removes) == entry.files.rows
    return file_list


def _check_landed(world: World, entries: Iterable[Entry], *, is_quiet: bool) -> None:
    """
    Every landed object is in one entry or still there, and none is in two.
    """
    taken = Counter(
        taken.source.key
        for entry in entries
        if entry.kind is EntryKind.BATCH
        for taken in entry.inputs
    )
    assert all(times == 1 for times in taken.values()), f"in two entries: {taken}"
    waiting = {key for key, _ in world.landing.listed("landing/")}
    assert world.landed.keys() == taken.keys() | waiting, "an object is lost"
    if is_quiet:
        assert not taken.keys() & waiting, "an object was not deleted"


def _check_rows(world: World, entries: Iterable[Entry], live: Iterable[str]) -> None:
    """
    The rows, the quarantined and the damage are those of the inputs, no more.
    """
    expected: set[bytes] = set()
    damage: list[bytes] = []
    for entry in entries:
        for taken in entry.inputs if entry.kind is EntryKind.BATCH else ():
            whole, _, rest = world.landed[taken.source.key].partition(DAMAGED)
            if any(each.key == taken.source.key for each in entry.damage) and not rest:
                whole, rest = b"", whole  # an object that was set aside whole
            expected |= set(whole.splitlines())
            damage += [rest] if rest else []
    held = [row for key in live for row in rows_of(_body(world, key))]
    for entry in entries:
        if entry.quarantine is not None:
            held += _body(world, entry.quarantine.key).splitlines()
    assert set(held) == expected
    kept = [_body(world, each.kept.key) for entry in entries for each in entry.damage]
    assert sorted(kept) == sorted(damage)


def _body(world: World, key: str) -> bytes:
    version = world.archive.current(key)
    assert version is not None
    return version.body or b""

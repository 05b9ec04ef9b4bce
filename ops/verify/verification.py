"""
One verification: the ledger, then every object beside it, then a second look.

Rule 1: findings are complete. Nothing that is wrong keeps another thing from being
found, and nothing is found twice.
Rule 2: memory holds what the ledger says, packed (fold.py), and what is suspected;
objects, listings and rows go by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.contract import Contract
from archive.keys import ENTRIES, ITEMS, item_partition
from ops.ledger import Head
from ops.objects import Stored
from ops.parallel import THREADS, in_parallel
from ops.terminal import Bar, Terminal
from ops.verified import VerifyMode
from ops.verify.again import Again, Outcome
from ops.verify.cold import Cold
from ops.verify.compare import Compared, Comparer
from ops.verify.finding import Finding, Kind
from ops.verify.fold import entry_of
from ops.verify.reading import walk_ledger
from ops.verify.report import Report, Tally
from ops.verify.rows import Inspected, doubles_kept
from ops.verify.sift import Match, Sifted, is_misclassed, merged, sift
from ops.verify.source import Archive
from ops.verify.strangers import recognised
from ops.verify.under_way import told, told_alone
from ops.verify.walked import Walked
from ops.verify.window import Window, parse_month, window

# Whole files are in memory then, and opening one takes a processor.
DEEP_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    What is to be verified, how closely, and what is known of it.

    `now` is epoch seconds; `verified` is the head that was verified before. With
    `asks` the stored checksum is asked for of what a deep look cannot read, too.
    """

    mode: VerifyMode
    now: int
    asks: bool = False
    month: str | None = None
    expiry_days: int | None = None
    verified: Head | None = None


def verify(archive: Archive, request: Request, terminal: Terminal) -> Report:
    """
    Compare all of an archive with its ledger.
    """
    month = None if request.month is None else parse_month(request.month)
    walked = walk_ledger(archive, terminal, request.verified)
    contracts = {n: entry.contract for n, entry in walked.chain.entries.items()}
    zones = [each.time_zone for each in contracts.values()]
    run = _Run(
        archive=archive,
        request=request,
        terminal=terminal,
        walked=walked,
        contracts=contracts,
        comparer=Comparer(
            archive=archive,
            mode=request.mode,
            now=request.now,
            asks=request.asks or request.mode is VerifyMode.CHECKSUMS,
        ),
        window=None if month is None else window(month, zones[0] if zones else "UTC"),
        findings=list(walked.findings),
    )
    run.compare()
    run.look_again()
    return run.report()


@dataclass(slots=True, kw_only=True)
class _Run:
    archive: Archive
    request: Request
    terminal: Terminal
    walked: Walked
    contracts: dict[int, Contract]
    comparer: Comparer
    window: Window | None
    findings: list[Finding]
    tally: Tally = field(default_factory=Tally)
    suspects: list[Sifted] = field(default_factory=list)
    blind_folders: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cold: Cold = field(default_factory=Cold)
    _partition: str = ""
    _inspected: list[Inspected] = field(default_factory=list)

    def compare(self) -> None:
        """
        Go through what the ledger says and what lies there, side by side.
        """
        self.tally.entries = len(self.contracts)
        is_deep = self.request.mode is VerifyMode.DEEP
        threads = DEEP_THREADS if is_deep else THREADS
        with self.terminal.bar("comparing", len(self.walked.fold)) as bar:
            for compared in in_parallel(self._call, self._uncompared(bar), threads):
                self._take(compared)
                bar.advance()
        self._count_doubles()

    def look_again(self) -> None:
        """
        See whether what seemed wrong is.
        """
        again = Again(
            archive=self.archive,
            walked=self.walked,
            comparer=self.comparer,
            now=self.request.now,
            expiry_days=self.request.expiry_days,
            blind_folders=self.blind_folders,
        )
        found = list(again.open.findings)
        with self.terminal.bar("looking again", len(self.suspects)) as bar:
            for outcome, finding in in_parallel(again.look, self.suspects):
                self._count(outcome)
                found += [finding] if finding is not None else []
                bar.advance()
        self.findings += recognised(self.archive, self.walked, found)
        # What the chain says of an entry says more than what it left, and that
        # more than its versions.
        for entries in (again.cut(), again.rewritten()):
            known = {each.key for each in self.findings}
            self.findings += [it for it in entries if it.key not in known]
        self.notes += [told(held, self.request.now) for held in again.open.intents]
        self.notes += [told_alone(n) for n in sorted(again.open.alone)]
        if again.is_history_refused:
            self.notes.append("former versions were not looked at: not permitted")

    def report(self) -> Report:
        """
        All that was seen.
        """
        order = list(Kind)
        return Report(
            place=self.archive.place,
            mode=self.request.mode,
            month=self.request.month,
            is_copy=self.archive.is_copy,
            head=self.walked.head,
            is_whole=self.walked.chain.is_whole
            and not any(
                each.kind is Kind.CUT or each.key.startswith(ENTRIES)
                for each in self.findings
            ),
            tally=self.tally,
            findings=tuple(
                sorted(self.findings, key=lambda it: (order.index(it.kind), it.key))
            ),
            notes=tuple(self.notes),
            cold=self.cold.partitions,
        )

    def _uncompared(self, bar: Bar) -> Iterator[Sifted]:
        """
        What is named and there, as far as its listing does not say enough.
        """
        for folded, stored in merged(
            self.walked.fold.folded(), self.archive.listed("")
        ):
            sifted = sift(self.walked, folded, stored)
            if folded is not None:
                self.findings += folded.findings
                self._look_for_adder(sifted, was_added=folded.was_added)
            if stored is not None and is_misclassed(stored):
                self._found_misclassed(stored)
            if self._is_wanted(sifted):
                quick = self._quick(sifted)
                if quick is None:
                    yield sifted
                else:
                    self._take(quick)
                    bar.advance()

    def _found_misclassed(self, stored: Stored) -> None:
        # Where it could not even be read that was told when the ledger was.
        if all(each.key != stored.key for each in self.walked.findings):
            reason = f"{stored.storage_class}, and must be STANDARD"
            self.findings.append(Finding(Kind.MISCLASSED, stored.key, reason))

    def _is_wanted(self, sifted: Sifted) -> bool:
        """
        Whether an object is to be compared; what is strange is noted.
        """
        said = sifted.said
        if said is not None and self.window and not self.window.takes(said):
            self.tally.other_months += 1
            return False
        match sifted.match:
            case Match.NAMED:
                return True
            case Match.ABSENT | Match.LEFT | Match.UNNAMED:
                self.suspects.append(sifted)
            case Match.BLIND:
                self.tally.blind += 1
                self._blind(sifted.key)
        return False

    def _blind(self, key: str) -> None:
        # Only archive objects are ever replaced, and an entry that can be believed
        # says by its inputs which it replaced.
        n = entry_of(key) or 0
        if key.startswith(ITEMS) and n in self.walked.gone:
            folder = key.rpartition("/")[0]
            self.blind_folders[folder] = max(n, self.blind_folders.get(folder, 0))

    def _look_for_adder(self, sifted: Sifted, *, was_added: bool) -> None:
        if was_added or sifted.removed_by in self.walked.gone:
            return
        known = self.walked.chain.entries.keys() - self.walked.blind
        n = entry_of(sifted.key)
        if n in known:
            reason = f"entry {sifted.removed_by} removes it, and no entry adds it"
            self.findings.append(Finding(Kind.BROKEN, sifted.key, reason))

    def _quick(self, sifted: Sifted) -> Compared | None:
        assert sifted.said is not None  # noqa: S101 - what is NAMED has both
        assert sifted.stored is not None  # noqa: S101 - as above
        return self.comparer.needs_no_call(sifted.said, sifted.stored)

    def _call(self, sifted: Sifted) -> Compared:
        assert sifted.said is not None  # noqa: S101 - what is NAMED has both
        assert sifted.stored is not None  # noqa: S101 - as above
        contract = self.contracts.get(sifted.said.n)
        return self.comparer.compare(sifted.said, sifted.stored, contract)

    def _take(self, compared: Compared) -> None:
        """
        Count one object that was compared.
        """
        said, tally = compared.said, self.tally
        if compared.kind is not None or compared.is_gone:
            match = Match.NAMED if compared.kind else Match.ABSENT
            self.suspects.append(
                Sifted(match=match, key=said.key, said=said, stored=compared.stored)
            )
        tally.objects += 1
        tally.bytes += compared.stored.bytes
        if compared.kind is None and not compared.is_gone:
            tally.evidence[compared.evidence] += 1
        if compared.is_unread and said.key.startswith(ITEMS):
            tally.unread += 1
            self.cold.add(item_partition(said.key))
        if compared.inspected is not None:
            tally.rows += compared.inspected.rows
            partition = said.key.rpartition("/")[0]
            if partition != self._partition:
                self._count_doubles()
                self._partition = partition
            self._inspected.append(compared.inspected)

    def _count_doubles(self) -> None:
        self.tally.doubles_kept += doubles_kept(self._inspected)
        self._inspected.clear()

    def _count(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.UNDER_WAY:
                self.tally.under_way += 1
            case Outcome.EXPIRED:
                self.tally.expired += 1
            case Outcome.BLIND:
                self.tally.blind += 1
            case Outcome.FINE | Outcome.FOUND:
                pass

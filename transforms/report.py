"""
What one run did, as numbers, and what it found of the source.

Rule 1: every metric of the transform is declared here.
Rule 2: every run that ends well gives all of them, zeros included: for an
alarm, silence means that nothing ran.
"""

from dataclasses import dataclass, field

from archive.document import EntryKind
from archive.ledger import Entry
from transforms.watch import Finding

# A field of the report, the metric that shows it, and its unit.
METRICS = {
    "heartbeat": ("TransformHeartbeat", "Count"),
    "oldest_landed_seconds": ("OldestLandedAge", "Seconds"),
    "landed_bytes": ("LandedBytes", "Bytes"),
    "attempts": ("IntentAttempts", "Count"),
    "entries": ("EntriesCommitted", "Count"),
    "lines": ("LinesConverted", "Count"),
    "rows": ("RowsArchived", "Count"),
    "doubles_dropped": ("DoublesDropped", "Count"),
    "quarantined": ("LinesQuarantined", "Count"),
    "damaged_ranges": ("DamagedRanges", "Count"),
    "conflicts": ("IdentityConflicts", "Count"),
    "compactions": ("CompactionsCommitted", "Count"),
    "compacted_rows": ("RowsCompacted", "Count"),
}

# What a run can find of the source, and the metric that is then 1, else 0.
FINDINGS = {
    Finding.TTL_DISABLED: "TtlDisabled",
    Finding.MAPPING_DISABLED: "MappingDisabled",
    Finding.MAPPING_FAILING: "MappingFailing",
    Finding.STREAM_CHANGED: "StreamChanged",
}


@dataclass(slots=True)
class Report:
    """
    Counted as the run goes on, so that a run which fails reports as well.

    Lines to conflicts are those of new items; a compaction has its own two, or
    rows would be counted again each time they move. `attempts` is the greatest
    number of tries of one intent, `landed_bytes` what still waits.
    """

    heartbeat: int = 0
    oldest_landed_seconds: int = 0
    landed_bytes: int = 0
    attempts: int = 0
    entries: int = 0
    lines: int = 0
    rows: int = 0
    doubles_dropped: int = 0
    quarantined: int = 0
    damaged_ranges: int = 0
    conflicts: int = 0
    compactions: int = 0
    compacted_rows: int = 0
    finished: list[int] = field(default_factory=list)
    stopped: str = ""

    def add(self, entry: Entry) -> None:
        """
        Count an entry that this run finished.
        """
        self.entries += 1
        self.finished.append(entry.n)
        if entry.kind is EntryKind.COMPACTION:
            self.compactions += 1
            self.compacted_rows += entry.counts.lines
            self.doubles_dropped += entry.counts.doubles_dropped
        else:
            self.lines += entry.counts.lines
            self.rows += entry.counts.rows
            self.doubles_dropped += entry.counts.doubles_dropped
            self.quarantined += entry.counts.quarantined
            self.damaged_ranges += len(entry.damage)
        self.conflicts += entry.counts.conflicts

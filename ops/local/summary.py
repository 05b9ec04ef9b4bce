"""
The summary of a local run: the numbers, and what must add up among them.

Rule 1: the fields stand in the order in which --json prints them.
Rule 2: what is lost is found by looking for it (readback.py, census.py), never
by subtracting one count of the pipeline from another.
"""

from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """
    What went in, what became of it, and what the archive holds of it.

    messages: what was sent to the queue, those sent twice counted twice.
    items_written: the items of the stored messages. A message that ingest
    tried several times counts its items once, and again where they had expired
    between two tries.
    items_overwritten: those of them that took the place of a live item with
    the same key, in the table or on the way to it within one batch.
    expired: written - overwritten.
    lines, frames, landed_objects: what the ledger's batches were made from.
    files, rows, archive_bytes: the archive objects, read back.
    doubles_dropped, quarantined, damaged_ranges: as the ledger's entries say.
    doubles_kept: rows less those of items_distinct.
    json_bytes: the expired items' images as compact DynamoDB JSON.
    lost: messages neither stored nor dropped nor dead-lettered, and expiries
    that were found neither as a row nor in quarantine.
    """

    messages: int
    dropped_by_app_env: int
    dead_letters: int
    skipped_nulls: int
    items_written: int
    items_overwritten: int
    expired: int
    lines: int
    frames: int
    landed_objects: int
    files: int
    rows: int
    doubles_dropped: int
    doubles_kept: int
    quarantined: int
    damaged_ranges: int
    archive_bytes: int
    json_bytes: int
    glacier_objects: int
    lost: int

    def json(self) -> str:
        """
        The summary as one JSON object on one line.
        """
        return orjson.dumps(asdict(self)).decode()

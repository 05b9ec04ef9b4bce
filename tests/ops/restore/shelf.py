"""
An archive bucket with objects in any state, and `firn restore` run on it.

Rule 1: objects are put there as S3 would hold them, without their content: a
restore reads none.
Rule 2: every API call is counted, because what is not called is not paid.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import boto3

from archive.contract import Contract
from archive.counts import Counts
from archive.document import EntryKind, Input, Kept
from archive.file_list import encode_file_list
from archive.files import FileRecord
from archive.keys import Partition, entry_key, file_list_key, item_key
from archive.ledger import Entry, FileList, Listing, Taken, chain_hash, encode_entry
from local_aws.account import Account
from local_aws.deploy import Deployed, Deployment, deploy
from local_aws.faults import NO_FAULTS, Faults, Injector, armed
from local_aws.restore import Restore
from local_aws.scene import backend
from tests.ops.conftest import Commands, Ran

START = 1_700_000_000 // 86_400 * 86_400
HOUR = 3600
DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """
    One object to put into a bucket: where, in which class, and its copy.

    `ready_at` and `expires_at` are those of a restored copy; no restore without.
    `n` is the entry that adds it.
    """

    device: str = "a"
    date: str = "2023-01-01"
    storage_class: str = "GLACIER"
    size: int = 1000
    ready_at: int | None = None
    expires_at: int | None = None
    n: int = 1

    @property
    def key(self) -> str:
        """
        Its key, by the entry that wrote it.
        """
        return item_key(Partition(self.device, self.date), self.n)


# One of each state, on the days after one another.
COLD = Thing(date="2023-01-01")
WARMING = Thing(date="2023-01-02", ready_at=START + HOUR, expires_at=START + 9 * DAY)
LUKEWARM = Thing(date="2023-01-03", ready_at=START - 1, expires_at=START + DAY)
WARM = Thing(date="2023-01-04", ready_at=START - 1, expires_at=START + 90 * DAY)
HOT = Thing(date="2023-01-05", storage_class="STANDARD")
EACH = (COLD, WARMING, LUKEWARM, WARM, HOT)


@dataclass(slots=True)
class Shelf:
    """
    An account with an archive, and what it was asked for.
    """

    account: Account
    deployed: Deployed
    calls: list[str]

    @property
    def restores(self) -> int:
        """
        The RestoreObject requests so far.
        """
        return self.calls.count("RestoreObject")

    def put(self, things: Iterable[Thing], *, missing: Sequence[str] = ()) -> None:
        """
        Put an archive of one entry into the bucket; without the keys in `missing`.
        """
        things = [*things]
        store = backend("s3")
        for thing in things:
            if thing.key in missing:
                continue
            held = store.put_object(
                self.deployed.archive_bucket,
                thing.key,
                bytes(thing.size),
                storage=thing.storage_class,
            )
            if thing.ready_at is not None and thing.expires_at is not None:
                held.restored = Restore(
                    ready_at=thing.ready_at,
                    expires_at=thing.expires_at,
                    seconds=5 * HOUR,
                    days=7,
                )
        for key, body in entry_objects(Change(adds=things)).items():
            store.put_object(self.deployed.archive_bucket, key, body)

    def firn(self, *arguments: str) -> Ran:
        """
        Run `firn restore` with these arguments.
        """
        return Commands()("restore", *arguments)

    def readable(self, key: str) -> bool:
        """
        Whether a GET gives the object.
        """
        client = boto3.client("s3")
        try:
            client.get_object(Bucket=self.deployed.archive_bucket, Key=key)
        except client.exceptions.InvalidObjectState:
            return False
        return True


@contextmanager
def shelved(faults: Faults = NO_FAULTS) -> Iterator[Shelf]:
    """
    An empty shelf in an account of its own, whose calls these faults strike.
    """
    with Account(start_at=START) as account:
        deployed = deploy(Deployment(retention_days=3))
        calls: list[str] = []
        injector = Injector(faults, called=lambda _, operation: calls.append(operation))
        with armed(injector):
            yield Shelf(account, deployed, calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    What an entry adds and removes, and the stored bytes of the entry before it.
    """

    adds: Sequence[Thing]
    removes: Sequence[Thing] = ()
    n: int = 1
    previous: bytes | None = None


def entry_objects(change: Change) -> dict[str, bytes]:
    """
    The file list and the entry of a change, by their keys.
    """
    body = encode_file_list(
        FileList(
            adds=tuple(map(_record, change.adds)),
            removes=tuple(map(_record, change.removes)),
        )
    )
    rows = 10 * len(change.adds)
    kept = Kept(
        key=file_list_key(change.n),
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
    )
    source = Input(key="landing/1.jsonl.gz", version="v", etag="e", bytes=1)
    entry = Entry(
        n=change.n,
        kind=EntryKind.BATCH,
        opened_at=START,
        previous=change.previous and chain_hash(change.previous),
        contract=Contract(),
        writer={"firn": "test"},
        inputs=(Taken(source=source, frames=1, lines=rows),),
        counts=Counts(lines=rows, rows=rows, doubles_dropped=0, quarantined=0),
        files=Listing(kept=kept, rows=len(change.adds)),
        quarantine=None,
        damage=(),
    )
    return {file_list_key(change.n): body, entry_key(change.n): encode_entry(entry)}


def _record(thing: Thing) -> FileRecord:
    return FileRecord(
        key=thing.key,
        partition=Partition(thing.device, thing.date),
        rows=10,
        bytes=thing.size,
        sha256="0" * 64,
        md5="0" * 32,
        first_created_at=None,
        last_created_at=None,
        first_deleted_at=0,
        last_deleted_at=0,
    )

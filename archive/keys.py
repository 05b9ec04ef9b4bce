"""
Where everything lies in the archive bucket.

Rule 1: every key of the archive bucket is made here, and read back here.
Rule 2: a device's path component and its Glue partition value follow from its
id alone, and no two ids share one.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from archive.errors import DamagedError

ITEMS = "items/"
ENTRIES = "ledger/entries/"
FILE_LISTS = "ledger/files/"
OPEN = "open/"
QUARANTINE = "quarantine/"

# Hive's name for the partition of rows that have no usable value.
DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__"

# `device=` and what follows it must fit the name limit of ext4, xfs, APFS and
# NTFS, where archives are copied to (limits.h: NAME_MAX).
COMPONENT_BYTES_MAX = 255

# A device and date with more rows than this in one entry gets several files.
FILE_ROWS_MAX = 1_000_000

# Hive's FileUtils.charToEscape: what Hive, Spark, Athena and Trino write as %XX.
_ESCAPED = re.compile(r"""[\x00-\x1f"#%'*/:=?\\\x7f{\[\]^]""")

# Hashed rather than escaped: Trino sends an apostrophe to Glue unescaped and
# the call breaks; control characters are no legal text in a Glue call; and an
# id that looks like one of our own names must not be mistaken for it.
_HASHED = re.compile(r"""['\x00-\x1f\x7f]""")
_OURS = re.compile(r"sha256-[0-9a-f]{64}|" + DEFAULT_PARTITION)

_ITEM_KEY = re.compile(
    r"items/device=(?P<device>[^/]+)/date=(?P<date>[^/]+)/"
    r"(?P<n>\d{8})(?:-(?P<part>\d+))?\.parquet"
)

_QUARANTINE_KEY = re.compile(r"quarantine/(?P<n>\d{8})(?:\.jsonl\.gz|-\d+\.bin)")


@dataclass(frozen=True, slots=True)
class Partition:
    """
    One device and date, as Glue knows them.

    `device` is the id, or `sha256-<hex>` where `partition_device` says so.
    `date` is YYYY-MM-DD, or Hive's default partition.
    """

    device: str
    date: str

    @property
    def prefix(self) -> str:
        """
        The partition's prefix in the archive bucket, with its final slash.
        """
        return f"{ITEMS}device={hive_escape(self.device)}/date={self.date}/"


def partition_device(device_id: str) -> str:
    """
    The value of the partition column `device` for a device's id.
    """
    component = f"device={hive_escape(device_id)}".encode()
    if (
        device_id
        and len(component) <= COMPONENT_BYTES_MAX
        and not _HASHED.search(device_id)
        and not _OURS.fullmatch(device_id)
    ):
        return device_id
    return f"sha256-{hashlib.sha256(device_id.encode()).hexdigest()}"


def hive_escape(value: str) -> str:
    """
    The value as Hive writes it into a path: %XX for what a path cannot hold.
    """
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", value)


def partition_date(day: date | None) -> str:
    """
    The value of the partition column `date`; None is Hive's default partition.
    """
    return DEFAULT_PARTITION if day is None else day.isoformat()


def item_key(partition: Partition, n: int, part: int | None = None) -> str:
    """
    The key of an archive object; `part` counts from 1 where there are several.
    """
    name = number(n) if part is None else f"{number(n)}-{part}"
    return f"{partition.prefix}{name}.parquet"


def item_partition(key: str) -> Partition:
    """
    The partition that an archive object's key names.
    """
    found = _ITEM_KEY.fullmatch(key)
    if found is None:
        msg = f"{key}: not the key of an archive object"
        raise DamagedError(msg)
    return Partition(unquote(found["device"]), found["date"])


def written_by(key: str) -> int:
    """
    The number of the entry that made an archive object or a quarantined one.
    """
    found = _ITEM_KEY.fullmatch(key) or _QUARANTINE_KEY.fullmatch(key)
    if found is None:
        msg = f"{key}: lies neither under {ITEMS} nor under {QUARANTINE}"
        raise DamagedError(msg)
    return int(found["n"])


def entry_key(n: int) -> str:
    """
    The key of entry n, whose existence is its commit.
    """
    return f"{ENTRIES}{number(n)}.json"


def file_list_key(n: int) -> str:
    """
    The key of entry n's list of files.
    """
    return f"{FILE_LISTS}{number(n)}.parquet"


def intent_key(n: int) -> str:
    """
    The key of the intent to make entry n, which is the lock.
    """
    return f"{OPEN}{number(n)}.json"


def plan_key(n: int) -> str:
    """
    The key of the plan of entry n.
    """
    return f"{OPEN}{number(n)}.plan.json"


def quarantine_key(n: int) -> str:
    """
    The key of the lines of entry n that can never be rows.
    """
    return f"{QUARANTINE}{number(n)}.jsonl.gz"


def damage_key(n: int, k: int) -> str:
    """
    The key of entry n's k-th damaged range, counted from 1.
    """
    return f"{QUARANTINE}{number(n)}-{k}.bin"


def number(n: int) -> str:
    """
    An entry's number as it stands in keys: eight digits.
    """
    return f"{n:08d}"


def entry_number(key: str) -> int:
    """
    The number that the key of an entry, intent, plan or file list names.
    """
    stem = key.rsplit("/", 1)[-1].split(".", 1)[0]
    if not re.fullmatch(r"\d{8}", stem):
        msg = f"{key}: names no entry"
        raise DamagedError(msg)
    return int(stem)

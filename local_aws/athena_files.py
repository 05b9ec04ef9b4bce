"""
Which objects Athena reads for a table.

Rule 1: what is registered in Glue decides, not what a ledger says: every object at
a location is read, and an object that is archived is passed over without a word.

Amazon Athena: Query restored Amazon S3 Glacier objects; Partition your data.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.s3.models import FakeKey

from local_aws.athena_engine import StoredFile
from local_aws.lifecycle_rules import GLACIER_CLASSES
from local_aws.scene import backend

RESTORED_TOO = "read_restored_glacier_objects"
_HIDDEN = ("_", ".")


def tables_of(database: str) -> list[Mapping[str, Any]]:
    """
    The tables and views of a database in Glue, as GetTables answers them.
    """
    found = backend("glue").databases.get(database)
    return [] if found is None else [table.as_dict() for table in found.tables.values()]


def files_of(database: str) -> Iterator[StoredFile]:
    """
    The objects that a query over the tables of a database reads.
    """
    found = backend("glue").databases.get(database)
    for table in () if found is None else found.tables.values():
        described = table.as_dict()
        if described.get("TableType") != "EXTERNAL_TABLE":
            continue
        restored_too = described.get("Parameters", {}).get(RESTORED_TOO) == "true"
        for location, values in _locations(table, described):
            for key in _objects(location):
                if _is_readable(key, restored_too=restored_too):
                    yield StoredFile(
                        table=described["Name"],
                        partition=tuple(values),
                        key=key.name,
                        body=key.value,
                    )


def _locations(
    table: Any,  # noqa: ANN401 - moto ships no types
    described: Mapping[str, Any],
) -> Iterator[tuple[str, Sequence[str]]]:
    if not described.get("PartitionKeys"):
        yield described["StorageDescriptor"]["Location"], ()
        return
    for partition in table.partitions.values():
        told = partition.as_dict()
        yield told["StorageDescriptor"]["Location"], told["Values"]


def _objects(location: str) -> Iterator[FakeKey]:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    folder = prefix.rstrip("/") + "/"
    held = backend("s3").buckets.get(bucket)
    if held is None:
        return
    # Sorted where the listing keeps it so (s3_listing.py); small anyway.
    for name in sorted(held.keys):
        if name.startswith(folder) and not _name(name).startswith(_HIDDEN):
            key = held.keys[name]
            if isinstance(key, FakeKey) and key.size:
                yield key


def _name(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _is_readable(key: FakeKey, *, restored_too: bool) -> bool:
    if key.storage_class not in GLACIER_CLASSES:
        return True
    return restored_too and key.status == "RESTORED"

"""
A table's stream: what was written, as Lambda will be told.

Rule 1: a record is the bytes of its JSON in a Lambda event; the Streams API's
spelling is made from them, never the other way.
Rule 2: records live 24 hours and then are gone, whoever has not read them.
"""

import base64
import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from moto.dynamodb.models.table import Table

from local_aws.items import LeanItem, key_size

# DynamoDB Streams: "data in DynamoDB Streams is subject to a 24-hour lifetime".
RECORD_SECONDS = 86_400

# Trimmed as records come, too, or a table that no one reads would never forget.
_TRIM_RECORDS = 1024

FIRST_SEQUENCE_NUMBER = 1_100_000_000_017_454_423_009
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}

Written = Callable[["Shard", LeanItem | None, LeanItem | None], None]


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """
    One change, numbered within its shard.
    """

    number: int
    at: int
    body: bytes


class Shard:
    """
    The one shard of a table, in the place of moto's own.

    A table without a stream has one too: it keeps nothing, and tells `written`.
    """

    def __init__(self, table: Table, now: Callable[[], int], written: Written) -> None:
        """
        Start an empty shard at the clock's time.
        """
        self.table = table
        self.id = "shardId-00000001541626099285-f35f62ef"
        self.starting_sequence_number = FIRST_SEQUENCE_NUMBER
        self.created_on = datetime.fromtimestamp(now(), tz=UTC)
        self.records: list[StreamRecord] = []
        self.next_number = FIRST_SEQUENCE_NUMBER
        self._now = now
        self._written = written
        self._service = False

    @property
    def items(self) -> range:
        """
        As many as records were ever added: moto counts LATEST from it.
        """
        return range(self.next_number - FIRST_SEQUENCE_NUMBER)

    @property
    def arn(self) -> str:
        """
        The stream's ARN.
        """
        return f"{self.table.table_arn}/stream/{self.table.latest_stream_label}"

    @contextmanager
    def deleting_as_service(self) -> Generator[None]:
        """
        Mark the deletes made within as those of TTL.
        """
        self._service = True
        try:
            yield
        finally:
            self._service = False

    def add(self, old: LeanItem | None, new: LeanItem | None) -> None:
        """
        Take note of a change, as moto's table does after each.
        """
        if new is not None:
            new.settle()
        self._written(self, old, new)
        if not self.table.stream_specification.get("StreamEnabled"):
            return
        # API_PutItem and API_UpdateItem: a write that changes nothing leaves
        # no stream record.
        if old is not None and new is not None and old.image() == new.image():
            return
        self.records.append(self._record(old, new))
        self.next_number += 1
        if self.next_number % _TRIM_RECORDS == 0:
            self.trim()

    def since(self, number: int) -> Iterator[StreamRecord]:
        """
        The records from a number on that are still there.
        """
        if not self.records:
            return iter(())
        start = max(number - self.records[0].number, 0)
        return (self.records[index] for index in range(start, len(self.records)))

    def trim(self) -> None:
        """
        Drop the records whose 24 hours are over.
        """
        horizon = self._now() - RECORD_SECONDS
        if not self.records or self.records[0].at >= horizon:
            return
        kept = next(
            (index for index, it in enumerate(self.records) if it.at >= horizon),
            len(self.records),
        )
        del self.records[:kept]

    def get(self, start: int, quantity: int) -> list[dict[str, Any]]:
        """
        Records in the spelling of the Streams API, for moto's GetRecords.
        """
        self.trim()
        wanted = (record for record, _ in zip(self.since(start), range(quantity)))  # noqa: B905 - the shorter ends it
        return [_api_record(record.body) for record in wanted]

    def to_json(self) -> dict[str, Any]:
        """
        The shard as DescribeStream shows it.
        """
        return {
            "ShardId": self.id,
            "SequenceNumberRange": {
                "StartingSequenceNumber": str(self.starting_sequence_number)
            },
        }

    def _record(self, old: LeanItem | None, new: LeanItem | None) -> StreamRecord:
        view = self.table.stream_specification["StreamViewType"]
        item = old if old is not None else new
        if item is None:
            msg = f"{self.table.name}: a change of nothing"
            raise ValueError(msg)
        keys = {self.table.hash_key_attr: item.hash_key.to_json()}
        if self.table.range_key_attr is not None and item.range_key is not None:
            keys[self.table.range_key_attr] = item.range_key.to_json()
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": self._now(),
            "Keys": keys,
        }
        size = key_size(keys)
        if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = orjson.Fragment(new.image_json)
            size += new.stored_size
        if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["OldImage"] = orjson.Fragment(old.image_json)
            size += old.stored_size
        change["SequenceNumber"] = str(self.next_number)
        change["SizeBytes"] = size
        change["StreamViewType"] = view
        return StreamRecord(self.next_number, self._now(), self._body(old, new, change))

    def _body(
        self, old: LeanItem | None, new: LeanItem | None, change: dict[str, Any]
    ) -> bytes:
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        identity = f"{self.arn}/{self.next_number}".encode()
        record = {
            "eventID": hashlib.md5(identity, usedforsecurity=False).hexdigest(),
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.table.region_name,
            "dynamodb": change,
            "eventSourceARN": self.arn,
        }
        # A delete by a caller has no userIdentity at all (DynamoDB: Working
        # with expired items and time to live, "Differentiating").
        if self._service and name == "REMOVE":
            record["userIdentity"] = SERVICE
        # A copy: orjson returns bytes whose memory is that of its whole buffer.
        return bytes(memoryview(orjson.dumps(record)))


def _api_record(body: bytes) -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads(body)
    del record["eventSourceARN"]
    change = record["dynamodb"]
    at = change["ApproximateCreationDateTime"]
    change["ApproximateCreationDateTime"] = datetime.fromtimestamp(at, tz=UTC)
    for image in ("Keys", "OldImage", "NewImage"):
        if image in change:
            change[image] = {n: _api_value(v) for n, v in change[image].items()}
    if "userIdentity" in record:
        # The Streams API spells what Lambda spells in lower case.
        record["userIdentity"] = {
            "PrincipalId": record["userIdentity"]["principalId"],
            "Type": record["userIdentity"]["type"],
        }
    return record


def _api_value(value: dict[str, Any]) -> dict[str, Any]:
    ((tag, inner),) = value.items()
    if tag == "B":
        return {"B": base64.b64decode(inner)}
    if tag == "BS":
        return {"BS": [base64.b64decode(element) for element in inner]}
    if tag == "L":
        return {"L": [_api_value(element) for element in inner]}
    if tag == "M":
        return {"M": {name: _api_value(element) for name, element in inner.items()}}
    return value

"""
Delivery streams that write to S3.

Rule 1: a record that was taken is written, once, in order, joined to its
neighbours with nothing between them.
Rule 2: the limits are those of PutRecordBatch; a record beyond its own limit
is refused alone, each time it is offered.
Rule 3: no object is written before the buffer is full or its time is over.
"""

import gzip
import random
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from moto.firehose.exceptions import InvalidArgumentException
from moto.firehose.models import FirehoseBackend

from local_aws.events import ObjectLanded, RecordsPut
from local_aws.firehose_key import object_key
from local_aws.scene import Scene, backend

# API_PutRecordBatch.
BATCH_RECORDS_MAX = 500
BATCH_BYTES_MAX = 4 * 1024 * 1024
RECORD_BYTES_MAX = 1000 * 1024

# API_BufferingHints: what holds where the stream says nothing.
SIZE_DEFAULT_MIB = 5
INTERVAL_DEFAULT_SECONDS = 300


@dataclass(slots=True)
class _Buffer:
    first_at: int
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class DeliveryStreams:
    """
    All delivery streams and what they hold back.
    """

    scene: Scene
    _buffers: dict[str, _Buffer] = field(default_factory=dict)
    _refusals: random.Random = field(init=False)
    _names: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """
        Seed the draws of refusals and of object names.
        """
        self._refusals = self.scene.random_for("refuse")
        self._names = self.scene.random_for("firehose names")

    @contextmanager
    def installed(self) -> Generator[None]:
        """
        Take the place of moto's delivery, which writes each call at once.
        """

        def put_record_batch(
            _backend: FirehoseBackend,
            delivery_stream_name: str,
            records: Sequence[Mapping[str, bytes]],
        ) -> dict[str, Any]:
            return self.put(delivery_stream_name, records)

        with patch.object(FirehoseBackend, "put_record_batch", put_record_batch):
            yield

    def next_at(self) -> int | None:
        """
        When the next buffer is written.
        """
        times = [self._due_at(name) for name in self._buffers]
        return min(times, default=None)

    def act(self) -> None:
        """
        Write the buffers that are due.
        """
        now = self.scene.clock.now()
        for name in [name for name in self._buffers if self._due_at(name) <= now]:
            self._write(name, self._buffers.pop(name))

    def put(self, name: str, records: Sequence[Mapping[str, bytes]]) -> dict[str, Any]:
        """
        Take records, as PutRecordBatch does.
        """
        # Raises what moto raises where there is no such stream.
        backend("firehose").describe_delivery_stream(name)
        if not 0 < len(records) <= BATCH_RECORDS_MAX:
            msg = f"{len(records)} records: 1 to {BATCH_RECORDS_MAX} are taken"
            raise InvalidArgumentException(msg)
        size = sum(len(record["Data"]) for record in records)
        if size > BATCH_BYTES_MAX:
            msg = f"Records size exceeds 4 MB limit: {size}"
            raise InvalidArgumentException(msg)

        answers = [self._take(name, record["Data"]) for record in records]
        refused = sum("ErrorCode" in answer for answer in answers)
        self.scene.tell(
            RecordsPut(
                at=self.scene.clock.now(),
                stream=name,
                records=len(records),
                refused=refused,
                size=size,
            )
        )
        return {
            "FailedPutCount": refused,
            "Encrypted": False,
            "RequestResponses": answers,
        }

    def _take(self, name: str, data: bytes) -> dict[str, str]:
        if len(data) > RECORD_BYTES_MAX:
            return {
                "ErrorCode": "InvalidArgumentException",
                "ErrorMessage": "Record size exceeds 1000 KiB",
            }
        if self._refusals.random() < self.scene.injector.faults.refuse:
            return {
                "ErrorCode": "ServiceUnavailableException",
                "ErrorMessage": "Slow down.",
            }
        now = self.scene.clock.now()
        buffer = self._buffers.setdefault(name, _Buffer(first_at=now))
        buffer.chunks.append(data)
        buffer.size += len(data)
        return {"RecordId": self._uuid()}

    def _due_at(self, name: str) -> int:
        hints = _destination(self._description(name)).get("BufferingHints", {})
        buffer = self._buffers[name]
        size = hints.get("SizeInMBs", SIZE_DEFAULT_MIB) * 1024 * 1024
        if buffer.size >= size:
            return self.scene.clock.now()
        interval = hints.get("IntervalInSeconds", INTERVAL_DEFAULT_SECONDS)
        return int(buffer.first_at + interval)

    def _write(self, name: str, buffer: _Buffer) -> None:
        description = self._description(name)
        destination = _destination(description)
        body = b"".join(buffer.chunks)
        compression = destination.get("CompressionFormat", "UNCOMPRESSED")
        if compression == "GZIP":
            body = gzip.compress(body, mtime=0)
        elif compression != "UNCOMPRESSED":
            msg = f"{name}: compression {compression} is not emulated"
            raise ValueError(msg)
        key = object_key(description, buffer.first_at, self._names)
        bucket = destination["BucketARN"].rsplit(":", 1)[1]
        backend("s3").put_object(bucket, key, body)
        self.scene.activity.change("s3")
        role, arn = destination["RoleARN"], destination["BucketARN"]
        self.scene.acting.by_role(role, f"{arn}/{key}", "s3:PutObject")
        self.scene.tell(
            ObjectLanded(
                at=self.scene.clock.now(),
                bucket=bucket,
                key=key,
                records=len(buffer.chunks),
                size=len(body),
            )
        )

    def _description(self, name: str) -> Mapping[str, Any]:
        return self.scene.control.delivery_stream(name)

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._names.getrandbits(128), version=4))


def _destination(description: Mapping[str, Any]) -> Mapping[str, Any]:
    (destination,) = description["Destinations"]
    found: Mapping[str, Any] = destination["ExtendedS3DestinationDescription"]
    return found

"""
Table streams that feed a function.

Rule 1: a batch passes only by success or by being discarded in the open;
nothing behind it moves before.
Rule 2: a filter drops records without a trace, as it does in AWS.

Lambda: Process DynamoDB records with Lambda; Configuring partial batch
response with DynamoDB and Lambda; Control which events Lambda sends.
"""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from local_aws.batch_answer import Answer, judge
from local_aws.events import BatchDiscarded, Invoked, Polled, RecordsLost
from local_aws.filter_pattern import Filters
from local_aws.on_failure import Discarded, save
from local_aws.scene import Scene, backend
from local_aws.shard import RECORD_SECONDS, Shard, StreamRecord
from local_aws.sqs_poller import PAYLOAD_BYTES_MAX

BATCH_DEFAULT = 100

_STREAM_READS = ("DescribeStream", "GetShardIterator", "GetRecords")

# What a mapping says for "until the records expire".
UNLIMITED = -1

# AWS backs off exponentially and does not say how far.
BACKOFF_SECONDS_MAX = 60


@dataclass(slots=True)
class _Batch:
    records: list[StreamRecord]
    attempts: int = 0
    function_failed: bool = False
    doubled: bool = False


@dataclass(slots=True)
class _Mapping:
    shard: Shard
    read_to: int
    configuration: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=lambda: Filters([]))
    buffer: deque[StreamRecord] = field(default_factory=deque)
    opened_at: int = 0
    filtered: int = 0
    backlog: deque[_Batch] = field(default_factory=deque)
    retry_at: int = 0

    def setting(self, name: str, default: int) -> int:
        return int(self.configuration.get(name, default))

    @property
    def reports_failures(self) -> bool:
        types = self.configuration.get("FunctionResponseTypes", [])
        return "ReportBatchItemFailures" in types


@dataclass(slots=True)
class StreamPollers:
    """
    All event source mappings from table streams.
    """

    scene: Scene
    _revision: int = -1
    _mappings: dict[str, _Mapping] = field(default_factory=dict)
    _known: dict[str, _Mapping] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """
        Seed the draws of redeliveries.
        """
        self._random = self.scene.random_for("redeliver")

    def next_at(self) -> int | None:
        """
        When the next batch is full, its window over, or its retry due.
        """
        self._refresh()
        times = [self._due_at(mapping) for mapping in self._mappings.values()]
        return min((at for at in times if at is not None), default=None)

    def act(self) -> None:
        """
        Deliver one batch of each mapping that is due.
        """
        now = self.scene.clock.now()
        for mapping in self._mappings.values():
            due = self._due_at(mapping)
            if due is None or due > now:
                continue
            if not mapping.backlog:
                self._form(mapping)
            self._deliver(mapping)

    def _refresh(self) -> None:
        control = self.scene.control
        if control.revision == self._revision:
            return
        self._mappings = {}
        for configuration in control.mappings("dynamodb"):
            identity = configuration["UUID"]
            mapping = self._known.get(identity)
            if mapping is None:
                table = configuration["EventSourceArn"].split("/")[1]
                shard = backend("dynamodb").get_table(table).stream_shard
                mapping = _Mapping(shard=shard, read_to=_start(configuration, shard))
                # Disabling and enabling a mapping does not move its position.
                self._known[identity] = mapping
            filters = configuration.get("FilterCriteria", {}).get("Filters", [])
            mapping.configuration = configuration
            mapping.filters = Filters([it["Pattern"] for it in filters])
            self._mappings[identity] = mapping
        self._revision = control.revision

    def _due_at(self, mapping: _Mapping) -> int | None:
        now = self.scene.clock.now()
        if mapping.backlog:
            return max(mapping.retry_at, now)
        if mapping.shard.next_number > mapping.read_to:
            self._read(mapping)
        if not mapping.buffer:
            return None
        size = mapping.setting("BatchSize", BATCH_DEFAULT)
        if len(mapping.buffer) >= size:
            return now
        window = mapping.setting("MaximumBatchingWindowInSeconds", 0)
        return max(mapping.opened_at + window, now)

    def _read(self, mapping: _Mapping) -> None:
        shard = mapping.shard
        acting = self.scene.acting
        acting.on_source(mapping.configuration, *_STREAM_READS)
        shard.trim()
        first = shard.records[0].number if shard.records else shard.next_number
        if first > mapping.read_to:
            self._lost(mapping, first - mapping.read_to)
        for record in shard.since(mapping.read_to):
            if not mapping.filters.match(orjson.loads(record.body)):
                mapping.filtered += 1
                continue
            if not mapping.buffer:
                mapping.opened_at = record.at
            mapping.buffer.append(record)
        mapping.read_to = shard.next_number

    def _form(self, mapping: _Mapping) -> None:
        """
        Take the next batch: by count, and by what an invocation can carry.
        """
        size = mapping.setting("BatchSize", BATCH_DEFAULT)
        batch = _Batch([])
        payload = 0
        while mapping.buffer and len(batch.records) < size:
            payload += len(mapping.buffer[0].body) + 1
            if payload > PAYLOAD_BYTES_MAX and batch.records:
                break
            batch.records.append(mapping.buffer.popleft())
        if mapping.buffer:
            mapping.opened_at = mapping.buffer[0].at
        mapping.backlog.append(batch)
        polled = Polled(
            at=self.scene.clock.now(),
            source=mapping.shard.table.name,
            records=len(batch.records) + mapping.filtered,
            filtered=mapping.filtered,
        )
        mapping.filtered = 0
        self.scene.tell(polled)

    def _deliver(self, mapping: _Mapping) -> None:
        batch = mapping.backlog[0]
        self._drop_old(mapping, batch)
        if not batch.records:
            mapping.backlog.popleft()
            return
        answer = self._invoke(mapping, batch)
        batch.function_failed = answer.error is not None
        if answer.passed == len(batch.records):
            # The first success may be one whose checkpoint is lost: then the
            # same records come once more.
            redeliver = self.scene.injector.faults.redeliver
            if not batch.doubled and self._random.random() < redeliver:
                batch.doubled = True
            else:
                mapping.backlog.popleft()
            return
        del batch.records[: answer.passed]
        self._failed(mapping, batch, answer)

    def _failed(self, mapping: _Mapping, batch: _Batch, answer: Answer) -> None:
        bisects = mapping.configuration.get("BisectBatchOnFunctionError", False)
        if bisects and answer.error is not None and len(batch.records) > 1:
            # "Splitting a batch does not count towards the retry quota."
            half = len(batch.records) // 2
            rest = _Batch(batch.records[half:], batch.attempts, doubled=batch.doubled)
            del batch.records[half:]
            mapping.backlog.insert(1, rest)
        else:
            batch.attempts += 1
        retries = mapping.setting("MaximumRetryAttempts", UNLIMITED)
        if UNLIMITED < retries < batch.attempts:
            self._discard(mapping, batch, len(batch.records), "RetryAttemptsExhausted")
            mapping.backlog.popleft()
            return
        wait = min(2 ** min(batch.attempts, 16), BACKOFF_SECONDS_MAX)
        mapping.retry_at = self.scene.clock.now() + wait

    def _drop_old(self, mapping: _Mapping, batch: _Batch) -> None:
        now = self.scene.clock.now()
        limit = mapping.setting("MaximumRecordAgeInSeconds", UNLIMITED)
        if limit != UNLIMITED:
            old = sum(1 for record in batch.records if now - record.at > limit)
            if old:
                self._discard(mapping, batch, old, "RecordAgeExceeded")
        gone = sum(1 for it in batch.records if now - it.at > RECORD_SECONDS)
        if gone:
            # They have left the stream while the function failed.
            self._lost(mapping, gone)
            del batch.records[:gone]

    def _discard(
        self, mapping: _Mapping, batch: _Batch, count: int, condition: str
    ) -> None:
        on_failure = mapping.configuration.get("DestinationConfig", {}).get(
            "OnFailure", {}
        )
        discarded = Discarded(
            mapping_id=mapping.configuration["UUID"],
            function_arn=mapping.configuration["FunctionArn"],
            stream_arn=mapping.configuration["EventSourceArn"],
            shard_id=mapping.shard.id,
            condition=condition,
            attempts=batch.attempts,
            function_failed=batch.function_failed,
            records=batch.records[:count],
        )
        key = None
        if on_failure.get("Destination"):
            key = save(discarded, on_failure["Destination"], self.scene)
        del batch.records[:count]
        told = BatchDiscarded(
            at=self.scene.clock.now(),
            source=mapping.shard.table.name,
            records=count,
            condition=condition,
            key=key,
        )
        self.scene.tell(told)

    def _lost(self, mapping: _Mapping, records: int) -> None:
        self.scene.tell(
            RecordsLost(
                at=self.scene.clock.now(),
                source=mapping.shard.table.name,
                records=records,
            )
        )

    def _invoke(self, mapping: _Mapping, batch: _Batch) -> Answer:
        functions = self.scene.functions
        function = mapping.configuration["FunctionArn"].rsplit(":", 1)[1]
        event = b",".join(record.body for record in batch.records)
        outcome, log = functions.invoke(function, b'{"Records":[' + event + b"]}")
        answer = judge(outcome, _numbers(batch.records), mapping.reports_failures)
        functions.done(
            Invoked(
                at=self.scene.clock.now(),
                function=function,
                source=mapping.shard.table.name,
                records=len(batch.records),
                error=outcome.error,
                retry=answer.passed < len(batch.records),
                log=log,
            )
        )
        return answer


def _start(configuration: Mapping[str, Any], shard: Shard) -> int:
    if configuration.get("StartingPosition") == "LATEST":
        return shard.next_number
    shard.trim()
    return shard.records[0].number if shard.records else shard.next_number


def _numbers(records: Sequence[StreamRecord]) -> list[str]:
    return [str(record.number) for record in records]

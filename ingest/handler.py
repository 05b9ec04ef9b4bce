"""
SQS in, DynamoDB out.

Rule 1: this is the only file that knows what Lambda passes and expects back.
Rule 2: the clock and the environment are read here and nowhere else in ingest.
Rule 3: a message is reported as failed unless it was stored or dropped on
purpose: SQS deletes what is not reported.

What is logged and measured, and under which names, stands in counts.py. Why
Powertools' BatchProcessor reports the failures and does not do the writes:
docs/decisions/0001-sqs-batch.md.
"""

import functools
import os
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

from archive.errors import ArchiveError, PoisonError
from ingest.counts import METRICS, METRICS_NAMESPACE, SERVICE, Counts
from ingest.created_at import Terms
from ingest.item import Item, Yield, items_of
from ingest.message import parse_message
from ingest.rivals import Offer, Settlement, settle
from ingest.settings import Settings, read_settings
from ingest.standard_output import StandardOutput
from ingest.table import CLIENT_CONFIG, Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.exceptions import ExceptionInfo
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

# Ours: a log event has a limit of its own, and `failed` counts them all.
FAILURES_LOGGED_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """
    What an invocation needs and the next one can use again.
    """

    settings: Settings
    table: Table
    processor: BatchProcessor
    logger: Logger
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    A message that could be read, and its items: None is dropped on purpose.
    """

    record: "SQSRecord"
    gave: Yield | None

    @property
    def items(self) -> tuple[Item, ...]:
        """
        The items to put for it, of a dropped message none.
        """
        return self.gave.items if self.gave else ()


@functools.cache
def cold_start() -> Ingest:
    """
    Read the settings and make the clients, once for each execution environment.
    """
    settings = read_settings(os.environ)
    client = boto3.client("dynamodb", config=CLIENT_CONFIG)
    return Ingest(
        settings=settings,
        table=Table(client=client, name=settings.device_data),
        # Not raising when all messages fail: the report says the same, and the
        # alarms are on MessagesFailed and the dead-letter queue.
        processor=BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False),
        logger=Logger(service=SERVICE, logger_handler=StandardOutput()),
        metrics=Metrics(namespace=METRICS_NAMESPACE, service=SERVICE),
    )


def handler(
    event: dict[str, Any], context: "LambdaContext"
) -> "PartialItemFailureResponse":
    """
    Read the messages, put their items, and report the messages that failed.
    """
    ingest = cold_start()
    terms = Terms(int(time.time()), ingest.settings.retention_days)
    read = functools.partial(_read, app_env=ingest.settings.app_env, terms=terms)
    put = functools.partial(
        ingest.table.put, milliseconds_left=context.get_remaining_time_in_millis
    )
    # What raises in `read` fails its own message: the processor sees to that.
    with ingest.processor(records=event["Records"], handler=read):
        receipts = list(_receipts(ingest.processor))
        settlement = settle(_offers(receipts), put)
        faults = _faults(receipts, settlement)
        for position, fault in faults.items():
            raised = (type(fault), fault, None)
            ingest.processor.failure_handler(receipts[position].record, raised)

    counts = _count(receipts, settlement, faults, len(event["Records"]))
    _report(ingest, counts, context)
    return ingest.processor.response()


def _read(record: "SQSRecord", app_env: str, terms: Terms) -> Receipt:
    message = parse_message(record.body)
    mine = message.belongs_to(app_env)
    return Receipt(record, items_of(message, terms) if mine else None)


def _receipts(batch: BatchProcessor) -> Iterator[Receipt]:
    # The third of the three is not of use: for a success it is the bare dict,
    # which failure_handler does not take.
    for status, result, _ in batch.process():
        if status == "success":
            yield result


def _offers(receipts: Sequence[Receipt]) -> Iterator[Offer]:
    for position, receipt in enumerate(receipts):
        for item in receipt.items:
            yield Offer(position, item)


def _faults(
    receipts: Sequence[Receipt], settlement: Settlement
) -> dict[int, ArchiveError]:
    """
    The positions of the messages to fail, each with one reason.
    """
    own = {
        position: PoisonError(
            f"{len(receipt.gave.faults)} bad: {receipt.gave.faults[0]}"
        )
        for position, receipt in enumerate(receipts)
        if receipt.gave and receipt.gave.faults
    }
    return settlement.faults | own


def _count(
    receipts: Sequence[Receipt],
    settlement: Settlement,
    faults: Mapping[int, ArchiveError],
    messages: int,
) -> Counts:
    dropped = sum(receipt.gave is None for receipt in receipts)
    stored = [
        receipt.gave
        for position, receipt in enumerate(receipts)
        if receipt.gave and position not in faults
    ]
    return Counts(
        messages=messages,
        stored=len(stored),
        dropped_by_app_env=dropped,
        failed=messages - len(receipts) + len(faults),
        skipped_nulls=sum(gave.skipped_nulls for gave in stored),
        items=settlement.items,
        overwritten_in_batch=settlement.overwritten,
    )


def _report(ingest: Ingest, counts: Counts, context: "LambdaContext") -> None:
    values = asdict(counts)
    for name, metric in METRICS.items():
        ingest.metrics.add_metric(metric, MetricUnit.Count, values[name])
    ingest.metrics.add_dimension("function_name", context.function_name)
    ingest.metrics.flush_metrics()

    failed = zip(
        ingest.processor.fail_messages, ingest.processor.exceptions, strict=True
    )
    failures = [
        {"message_id": cast("SQSRecord", record).message_id, "reason": _reason(raised)}
        for record, raised in islice(failed, FAILURES_LOGGED_MAX)
    ]
    ingest.logger.info(
        "batch done",
        function_request_id=context.aws_request_id,
        failures=failures,
        **values,
    )


def _reason(raised: "ExceptionInfo") -> str:
    _, error, trace = raised
    # Ours say nothing of a body. The text of any other might quote it.
    if isinstance(error, ArchiveError):
        return str(error)
    place = traceback.extract_tb(trace)[-1]
    return f"unforeseen {type(error).__name__} in {place.name}, line {place.lineno}"

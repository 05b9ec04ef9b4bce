"""
The transform's Lambda function: woken hourly, it closes a batch a day.

Rule 1: this is the only file that knows what Lambda passes, the environment
and the clock.
Rule 2: the event says nothing that is needed. A run that is invoked twice,
late or not at all changes nothing but when things are done.
"""

import functools
import importlib.metadata
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pyarrow as pa
from botocore.config import Config

from archive.errors import MisconfiguredError
from transforms.catalog import GlueCatalog
from transforms.cloudwatch import CloudWatch
from transforms.compact import compact
from transforms.convert import convert
from transforms.decisions import ClosingRule
from transforms.head import Head
from transforms.look import CompactionRule, Look
from transforms.outcome import Sources
from transforms.parallel import REQUESTS_MAX, together
from transforms.report import Report
from transforms.router_mapping import LambdaRouterMapping
from transforms.run import Run, Transform
from transforms.s3 import S3ArchiveBucket
from transforms.s3_landing import S3LandingBucket
from transforms.scratch import clear_scratch
from transforms.settings import Settings
from transforms.source_table import DynamoDBSourceTable
from transforms.turn import Turn
from transforms.watch import Watch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# A request may not outlive the minute that a takeover waits.
CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=REQUESTS_MAX,
)

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """
    What lives from the cold start on.
    """

    transform: Transform
    watch: Watch
    cloudwatch: CloudWatch


@functools.cache
def cold_start() -> Function:
    """
    The transform of this environment, made at the first invocation.
    """
    settings = Settings.of(os.environ)
    clear_scratch(settings.scratch)
    return Function(
        transform=_transform(settings),
        watch=_watch(settings),
        cloudwatch=CloudWatch(),
    )


def handler(_event: object, context: "LambdaContext") -> dict[str, object]:
    """
    Do what is due, within the time of this invocation, and report it.
    """
    function = cold_start()
    now = time.time()
    turn = Turn(
        # Its own even where Lambda delivers one event twice.
        holder=f"{context.aws_request_id}/{secrets.token_hex(8)}",
        begun_at=now,
        deadline_at=now + context.get_remaining_time_in_millis() / 1000,
        now=time.time,
    )
    report = Report()
    try:
        Run(transform=function.transform, turn=turn, report=report).work()
    finally:
        done = function.cloudwatch.publish(report, context)
        # Last, so that a look that fails or hangs costs no item and no number;
        # and whatever became of the run, for what is looked for cannot wait.
        found = function.cloudwatch.watched(function.watch.look(), context)
    return {**done, **found}


def writer() -> Mapping[str, str]:
    """
    What the bytes of a file depend on beside its rows, as entries name it.
    """
    try:
        version = importlib.metadata.version("firn")
    except importlib.metadata.PackageNotFoundError as error:
        msg = "firn: packaged without its metadata, which names the version"
        raise MisconfiguredError(msg) from error
    return {"firn": version, "pyarrow": pa.__version__}


def _transform(settings: Settings) -> Transform:
    s3 = boto3.client("s3", config=CONFIG)
    archive = S3ArchiveBucket(s3, settings.archive_bucket)
    landing = S3LandingBucket(s3, settings.landing_bucket)
    glue = boto3.client("glue", config=CONFIG)
    return Transform(
        archive=archive,
        landing=landing,
        catalog=GlueCatalog(glue, settings.glue_database, settings.archive_bucket),
        sources=Sources(
            archive=archive,
            landing=landing,
            convert=convert,
            compact=compact,
            each=together,
        ),
        closing=ClosingRule(
            age_seconds=settings.batch_hours * HOUR_SECONDS,
            bytes_max=settings.batch_bytes_max,
        ),
        look=Look(
            CompactionRule(
                age_days=settings.compact_after_days,
                cold_days=settings.archive_after_days,
                bytes_max=settings.batch_bytes_max,
            ),
            together,
        ),
        head=Head(),
        writer=writer(),
        scratch=settings.scratch,
        each=together,
    )


def _watch(settings: Settings) -> Watch:
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    functions = boto3.client("lambda", config=CONFIG)
    return Watch(
        table=DynamoDBSourceTable(dynamodb, settings.source_table),
        mapping=LambdaRouterMapping(functions, settings.router_mapping),
        ttl_attribute=settings.source_ttl_attribute,
    )

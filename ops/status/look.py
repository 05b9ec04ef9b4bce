"""
Everything looked at, part by part.

Rule 1: reading only, and with no more than infra/operator.tf allows.
"""

from functools import partial

from ops.connection import Connection
from ops.objects import BucketObjects
from ops.status.alarms import look_at_alarms
from ops.status.archive import ArchiveLook, look_at_archive
from ops.status.part import part
from ops.status.pipeline import (
    look_at_failures,
    look_at_landing,
    look_at_metrics,
    look_at_queues,
    look_at_schedule,
    look_at_source,
)
from ops.status.seen import Part, Queues, Seen
from ops.terminal import Terminal
from ops.verified import read_verified


def look(connection: Connection, terminal: Terminal, *, lists_items: bool) -> Seen:
    """
    What there is to see of a deployment now.
    """
    facts = connection.deployment
    now = connection.clock.now()
    archive = ArchiveLook(
        bucket=BucketObjects(connection.client("s3"), facts.archive_bucket),
        terminal=terminal,
        now=now,
        lists_items=lists_items,
    )
    return Seen(
        at=now,
        deployment=facts,
        alarms=part(partial(look_at_alarms, connection)),
        queues=_queues(connection),
        metrics=part(partial(look_at_metrics, connection, now)),
        source=part(partial(look_at_source, connection)),
        failures=part(partial(look_at_failures, connection)),
        landing=part(partial(look_at_landing, connection)),
        archive=look_at_archive(archive),
        verified=part(partial(read_verified, connection.client("ssm"), facts.name)),
        schedule=part(partial(look_at_schedule, connection)),
    )


def _queues(connection: Connection) -> Part[Queues] | None:
    queue = connection.deployment.queue_url
    dead_letters = connection.deployment.dead_letter_url
    if queue is None or dead_letters is None:
        return None
    return part(partial(look_at_queues, connection, queue, dead_letters))

"""
What one invocation did, in numbers that add up.

Rule 1: this is the only file that knows the names under which ingest is
counted, in its log line and as metrics. Dashboards, alarms and the emulator
read these names, so they do not change.

The log line, one a batch, is JSON with the fields of Counts: messages, stored,
dropped_by_app_env, failed, skipped_nulls, items, overwritten_in_batch; beside
them `function_request_id` and `failures`, a list of {"message_id", "reason"}.
The metrics are those of METRICS, in the namespace METRICS_NAMESPACE, with the
dimensions `service` (SERVICE) and `function_name`. No item's body is in either.
"""

from dataclasses import dataclass

from archive.errors import DamagedError

SERVICE = "ingest"
METRICS_NAMESPACE = "Firn"

# A field of Counts, and the metric that shows it. All of them are counts.
METRICS = {
    "messages": "MessagesReceived",
    "dropped_by_app_env": "MessagesDroppedByAppEnv",
    "failed": "MessagesFailed",
    "skipped_nulls": "NullsSkipped",
    "items": "ItemsPut",
    "overwritten_in_batch": "ItemsOverwrittenInBatch",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    One batch: every message is stored, dropped or failed, and none is two.

    `skipped_nulls` are those of stored messages. `items` are those that the
    table took, of failed messages too; `overwritten_in_batch` were not sent,
    because a later item of the batch with the same key was stored.
    """

    messages: int
    stored: int
    dropped_by_app_env: int
    failed: int
    skipped_nulls: int
    items: int
    overwritten_in_batch: int

    def __post_init__(self) -> None:
        """
        Refuse counts that lose or invent a message.
        """
        told = self.stored + self.dropped_by_app_env + self.failed
        if self.messages != told or min(self.stored, self.failed) < 0:
            msg = f"{self.messages} messages came and {told} are accounted for"
            raise DamagedError(msg)

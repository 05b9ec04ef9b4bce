"""
What a user of the Terraform module would set, and the names of what it made.

Rule 1: values only; deploy.py makes them real.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.contract import Contract

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import TransitionStorageClassType


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """
    What a user of the Terraform module would set.
    """

    name: str = "firn"
    retention_days: int = 365
    app_env: str = "Production"
    contract: Contract = field(default_factory=Contract)
    batch_hours: int = 24
    compact_after_days: int = 35
    archive_after_days: int = 45
    storage_class: "TransitionStorageClassType" = "GLACIER"
    scratch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """
    The names of what was made.
    """

    queue_url: str
    dead_letter_queue_url: str
    table: str
    landing_bucket: str
    archive_bucket: str
    failures_bucket: str
    delivery_stream: str
    glue_database: str
    ingest: str
    router: str
    transform: str
    schedule: str
    athena_results: str
    athena_workgroup: str
    parameter: str

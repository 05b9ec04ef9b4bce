"""
The deployment that Terraform would make, made through the same API calls.

Rule 1: `deploy` is the only reader of a Deployment. Whatever acts later asks
the control plane what was deployed.
"""

from dataclasses import dataclass, field

from archive.contract import Contract


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
    storage_class: str = "GLACIER"
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


def deploy(deployment: Deployment) -> Deployed:
    """
    Make all of it in the account that is entered, at its time.
    """
    raise NotImplementedError(deployment)

"""
The queries that the module saves in the workgroup.

Rule 1: their SQL is infra/queries/'s own, rendered from the same files; what stands
here is what infra/athena.tf puts into them. A test compares the two.
"""

from collections.abc import Iterator
from pathlib import Path

import boto3

from archive.contract import Granularity
from local_aws.deploy_views import READABLE
from local_aws.deployment import Deployed, Deployment
from local_aws.view_template import render

# Within a package that was built they lie beside this file (pyproject.toml).
_FOLDERS = (Path(__file__).parent, Path(__file__).parents[1] / "infra")

_DATE_IS = {
    Granularity.DAY: "Here date is a day.",
    Granularity.MONTH: "Here date is the first day of a month.",
}


def deploy_queries(deployed: Deployed, deployment: Deployment) -> None:
    """
    Save them all.
    """
    client = boto3.client("athena")
    days = deployment.archive_after_days
    for path in _files():
        client.create_named_query(
            Name=path.stem,
            Database=deployed.glue_database,
            WorkGroup=deployed.athena_workgroup,
            QueryString=render(
                path.read_text("utf-8"),
                {
                    "database": deployed.glue_database,
                    "readable": READABLE,
                    "date_is": _DATE_IS[deployment.contract.granularity],
                    "archive_after_days": days,
                    "certain_after_days": days + deployment.compact_after_days + 8,
                },
            ),
        )


def _files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from sorted((folder / "queries").glob("*.sql"))

"""
The queries that the module saves in the workgroup.

Rule 1: their SQL is infra/queries/'s own, rendered from the same files; what stands
here is what infra/athena.tf puts into them. A test compares the two.
"""

import boto3

from archive.contract import Granularity
from local_aws.deploy_views import READABLE
from local_aws.deployment import Deployed, Deployment
from local_aws.sql_template import render, templates

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
    for name, template in templates("queries").items():
        client.create_named_query(
            Name=name,
            Database=deployed.glue_database,
            WorkGroup=deployed.athena_workgroup,
            QueryString=render(
                template,
                {
                    "database": deployed.glue_database,
                    "readable": READABLE,
                    "date_is": _DATE_IS[deployment.contract.granularity],
                    "archive_after_days": days,
                    "certain_after_days": days + deployment.compact_after_days + 8,
                },
            ),
        )

"""
The queries that are saved in a deployment on one machine are the module's.

The two are written by different hands: Terraform's and local_aws/deploy_queries.py.
"""

import pytest

from archive.contract import Contract, Granularity
from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployment
from tests.infra.described_reading import queries
from tests.infra.planned import plan_of
from tests.infra.terraform import Terraform


@pytest.mark.parametrize("granularity", list(Granularity))
def test_a_saved_query_is_the_same_text_as_the_module_s(
    own_module: Terraform, granularity: Granularity
) -> None:
    """
    With the days of this deployment in it, and what `date` is here.
    """
    deployment = Deployment(
        archive_after_days=60, contract=Contract(granularity=granularity)
    )
    with Account(start_at=1_731_600_000):
        local = queries(deploy(deployment))
    planned = plan_of(
        own_module, f'granularity = "{granularity.value}"\narchive_after_days = 60'
    )
    module = planned.of("aws_athena_named_query").values()
    assert local == {values["name"]: values["query"] for values in module}
    assert len(local) == 12

"""
`firn local` deploys what the module deploys.

What is rehearsed on one machine would otherwise be another system than the one
that is deployed, and a green rehearsal would mean nothing.
"""

import fnmatch

import pytest

from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployment
from tests.infra.described import Described, describe
from tests.infra.end_to_end import CONTRACT, RETENTION_DAYS, EndToEnd
from tests.infra.sendings import START_AT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

# What may differ, as a pattern of paths, and why.
REASONS = {
    "function/transform/Environment/SCRATCH": (
        "a run on this machine has a scratch folder of its own; Lambda has /tmp"
    ),
    "bucket/*/Policy": "nothing but this process reaches the emulated buckets",
    "bucket/*/PublicAccess/*": "nothing but this process reaches them",
    "bucket/*/Ownership/*": "nothing but this process writes to them",
    "bucket/*/Lifecycle/noncurrent/AbortIncompleteMultipartUpload/*": (
        "the emulator ends no uploads, and nothing of ours is uploaded in parts"
    ),
    "bucket/results/*": "the results of queries on this machine end with it",
    "queue/*/Policy": "nothing but this process reaches the emulated queues",
    "queue/*/MaximumMessageSize": (
        "the provider knows SQS's former limit of 256 KiB only; IoT Core sends 128"
    ),
    "table/PointInTimeRecovery": "a run on this machine is its own recovery",
    "table/DeletionProtection": "a run on this machine leaves nothing to protect",
    "delivery/Encryption*": "nothing is encrypted in memory",
    "delivery/CloudWatchLoggingOptions/*": "the emulator tells what it delivers",
    "parameter/deployment/artifacts_bucket": "no packages are uploaded to nowhere",
    "parameter/deployment/alarm_topic_arn": "nobody is woken on this machine",
    "parameter/deployment/dashboard": "nothing is drawn on this machine",
    "parameter/deployment/log_retention_days": "the emulator's logs end with it",
    "workgroup/ResultsEncryption*": "nothing is encrypted in memory",
    "workgroup/ResultsOwner": "there is no other account to write to",
}


def test_firn_local_deploys_what_the_module_deploys(end_to_end: EndToEnd) -> None:
    """
    Setting by setting; a difference has a reason, a reason has a difference.
    """
    with Account(START_AT):
        local = describe(
            deploy(Deployment(retention_days=RETENTION_DAYS, contract=CONTRACT))
        )

    different = _differences(local, end_to_end.described)
    unreasoned = {
        path: values
        for path, values in different.items()
        if not any(fnmatch.fnmatchcase(path, pattern) for pattern in REASONS)
    }
    assert unreasoned == {}
    assert [
        pattern for pattern in REASONS if not fnmatch.filter(different, pattern)
    ] == [], "reasons that are no longer needed"


def _differences(
    local: Described, module: Described
) -> dict[str, tuple[str | None, str | None]]:
    return {
        path: (local.get(path), module.get(path))
        for path in sorted({*local, *module})
        if local.get(path) != module.get(path)
    }

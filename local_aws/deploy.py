"""
The deployment that Terraform would make, made through the same API calls.

Rule 1: `deploy` is the only reader of a Deployment. Whatever acts later asks
the control plane what was deployed.
Rule 2: the numbers are those of the Terraform module; a test compares the two.
"""

import json

import boto3

from local_aws.deploy_functions import (
    INGEST_TIMEOUT_SECONDS,
    INGEST_WINDOW_SECONDS,
    deploy_functions,
    queue_arn,
)
from local_aws.deploy_queries import deploy_queries
from local_aws.deploy_reading import deploy_reading
from local_aws.deploy_storage import deploy_storage
from local_aws.deployment import Deployed, Deployment

__all__ = ["Deployed", "Deployment", "deploy"]

# A queue's visibility is at least six times its function's timeout and the
# window (Lambda: Using Lambda with Amazon SQS).
VISIBILITY_SECONDS = 6 * INGEST_TIMEOUT_SECONDS + INGEST_WINDOW_SECONDS
RECEIVES_MAX = 5
DEAD_LETTER_SECONDS = 14 * 86_400


def deploy(deployment: Deployment) -> Deployed:
    """
    Make all of it in the account that is entered, at its time.
    """
    name = deployment.name
    deployed = Deployed(
        queue_url=_queues(name),
        dead_letter_queue_url=_queue_url(f"{name}-dead-letters"),
        table=f"{name}-items",
        landing_bucket=f"{name}-landing",
        archive_bucket=f"{name}-archive",
        failures_bucket=f"{name}-failures",
        delivery_stream=f"{name}-expiries",
        glue_database=f"{name}".replace("-", "_"),
        ingest=f"{name}-ingest",
        router=f"{name}-router",
        transform=f"{name}-transform",
        schedule=f"{name}-transform",
        athena_results=f"{name}-athena-results",
        athena_workgroup=name,
        parameter=f"/firn/{name}",
    )
    role = _role(name)
    deploy_storage(deployed, deployment, role)
    deploy_functions(deployed, deployment, role)
    deploy_reading(deployed, deployment)
    deploy_queries(deployed, deployment)
    return deployed


def _queues(name: str) -> str:
    client = boto3.client("sqs")
    dead = client.create_queue(
        QueueName=f"{name}-dead-letters",
        Attributes={"MessageRetentionPeriod": str(DEAD_LETTER_SECONDS)},
    )
    redrive = {
        "deadLetterTargetArn": queue_arn(dead["QueueUrl"]),
        "maxReceiveCount": RECEIVES_MAX,
    }
    queue = client.create_queue(
        QueueName=f"{name}-messages",
        Attributes={
            "VisibilityTimeout": str(VISIBILITY_SECONDS),
            "MessageRetentionPeriod": str(DEAD_LETTER_SECONDS),
            "RedrivePolicy": json.dumps(redrive),
        },
    )
    return queue["QueueUrl"]


def _queue_url(name: str) -> str:
    return boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


def _role(name: str) -> str:
    created = boto3.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"})
    )
    arn: str = created["Role"]["Arn"]
    return arn

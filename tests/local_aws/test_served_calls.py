"""
Which permissions a call asks for, operation by operation.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served
from tests.local_aws.over_http import client_of
from tests.local_aws.permissions.arns import ACCOUNT
from tests.local_aws.permissions.others import CLOUDWATCH, LAMBDA, LOGS_CALLS, OTHERS
from tests.local_aws.permissions.stores import DYNAMODB, GLUE_CALLS, S3, SQS

CALLS = [
    *(("s3", *it) for it in S3),
    *(("dynamodb", *it) for it in DYNAMODB),
    *(("sqs", *it) for it in SQS),
    *(("glue", *it) for it in GLUE_CALLS),
    *(("lambda", *it) for it in LAMBDA),
    *(("logs", *it) for it in LOGS_CALLS),
    *(("cloudwatch", *it) for it in CLOUDWATCH),
    *OTHERS,
]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """
    An account with a bucket and a queue, served.
    """
    with Account(start_at=1_704_067_200) as account, Served(account) as served:
        boto3.client("s3").create_bucket(Bucket="archive")
        # There before any case asks for it: cases run in any order.
        boto3.client("s3").put_object(
            Bucket="archive", Key="items/a b.parquet", Body=b"x"
        )
        boto3.client("sqs").create_queue(QueueName="dead")
        redrive = f'{{"deadLetterTargetArn":"arn:aws:sqs:{ACCOUNT}:dead"'
        boto3.client("sqs").create_queue(
            QueueName="q",
            Attributes={"RedrivePolicy": f'{redrive},"maxReceiveCount":5}}'},
        )
        yield served


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "needed"),
    CALLS,
    ids=[
        f"{service}-{operation}-{n}" for n, (service, operation, *_) in enumerate(CALLS)
    ],
)
def test_a_call_asks_for_the_permissions_that_aws_would_check(
    served: Served,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    needed: list[tuple[str, str]],
) -> None:
    """
    Whether or not the call succeeds: IAM is asked before.
    """
    client = client_of(served, service)
    del served.calls[:]
    try:
        getattr(client, operation)(**parameters)
    except client.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert 400 <= status < 500
    assert [(call.action, call.resource) for call in served.calls] == needed
    assert {call.principal for call in served.calls} == {"SOMEBODY"}


def test_a_query_is_asked_for_in_its_workgroup(served: Served) -> None:
    """
    The call names the query alone.
    """
    client = client_of(served, "athena")
    configuration = {"ResultConfiguration": {"OutputLocation": "s3://archive/"}}
    client.create_work_group(Name="w", Configuration=configuration)
    query = client.create_named_query(
        Name="n", Database="d", QueryString="SELECT 1", WorkGroup="w"
    )["NamedQueryId"]
    started = client.start_query_execution(QueryString="SELECT 1", WorkGroup="w")[
        "QueryExecutionId"
    ]
    del served.calls[:], served.failures[:]
    client.get_named_query(NamedQueryId=query)
    client.get_query_execution(QueryExecutionId=started)
    client.get_query_results(QueryExecutionId=started)
    assert {call.resource for call in served.calls} == {
        f"arn:aws:athena:{ACCOUNT}:workgroup/w"
    }
    assert served.failures == []

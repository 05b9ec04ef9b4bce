"""
Who needs a key of the user's, as AWS's services would ask KMS.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served
from tests.local_aws.over_http import client_of

ACCOUNT = "us-east-1:123456789012"
KEY = f"arn:aws:kms:{ACCOUNT}:key/k"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """
    A bucket, a queue and a table under one key, and a bucket under none.
    """
    with Account(start_at=1_704_067_200) as account, Served(account) as served:
        client = boto3.client("s3")
        for bucket in ("secret", "plain"):
            client.create_bucket(Bucket=bucket)
        client.put_bucket_encryption(
            Bucket="secret",
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": KEY,
                        }
                    }
                ]
            },
        )
        # There before any case asks for it: cases run in any order.
        client.put_object(Bucket="secret", Key="a", Body=b"x")
        boto3.client("sqs").create_queue(
            QueueName="q", Attributes={"KmsMasterKeyId": "k"}
        )
        boto3.client("dynamodb").create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
        )
        yield served


QUEUE = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT[-12:]}/q"
SECRET = {"Bucket": "secret", "Key": "a"}
CASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("s3", "put_object", {**SECRET, "Body": b"x"}, ["kms:GenerateDataKey"]),
    ("s3", "get_object", SECRET, ["kms:Decrypt"]),
    ("s3", "head_object", SECRET, []),
    ("s3", "list_objects_v2", {"Bucket": "secret"}, []),
    ("s3", "get_object", {"Bucket": "secret", "Key": "none"}, []),
    (
        "s3",
        "create_multipart_upload",
        SECRET,
        ["kms:GenerateDataKey", "kms:Decrypt"],
    ),
    (
        "s3",
        "copy_object",
        {"Bucket": "plain", "Key": "b", "CopySource": SECRET},
        ["kms:Decrypt"],
    ),
    ("s3", "put_object", {"Bucket": "plain", "Key": "a", "Body": b"x"}, []),
    (
        "sqs",
        "send_message",
        {"QueueUrl": QUEUE, "MessageBody": "x"},
        ["kms:GenerateDataKey", "kms:Decrypt"],
    ),
    ("sqs", "receive_message", {"QueueUrl": QUEUE}, ["kms:Decrypt"]),
    ("sqs", "get_queue_url", {"QueueName": "q"}, []),
    (
        "dynamodb",
        "batch_write_item",
        {"RequestItems": {"t": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}]}},
        ["kms:Decrypt"],
    ),
    ("dynamodb", "describe_table", {"TableName": "t"}, []),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "needed"),
    CASES,
    ids=[f"{operation}-{number}" for number, (_, operation, *_) in enumerate(CASES)],
)
def test_a_call_takes_of_the_key_what_its_resource_lies_under(
    served: Served,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    needed: list[str],
) -> None:
    """
    By way of the service, and only where the key is the user's.
    """
    client = client_of(served, service)
    del served.calls[:]
    try:
        getattr(client, operation)(**parameters)
    except client.exceptions.ClientError:
        assert needed == []
    asked = [call for call in served.calls if call.service == "kms"]
    assert [call.action for call in asked] == needed
    assert {call.resource for call in asked} <= {KEY}
    via = f"{service}.us-east-1.amazonaws.com"
    assert all(call.context == {"kms:ViaService": via} for call in asked)
    assert served.failures == []

"""
Which permissions a call asks for, operation by operation.
"""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from local_aws.account import Account
from local_aws.served import Served

Client = Callable[[str], Any]

ACCOUNT = "us-east-1:123456789012"
QUEUE = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT[-12:]}/q"
TABLE = f"arn:aws:dynamodb:{ACCOUNT}:table/t"
GLUE = f"arn:aws:glue:{ACCOUNT}"
BUCKET = "arn:aws:s3:::archive"
KEY = {"Bucket": "archive", "Key": "items/a b.parquet"}
ITEM = {"id": {"S": "a"}}
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:f"
MAPPING = "6a4c0d0e-9a2a-4d6c-8d39-0d9e3f0d7a11"
LOGS = f"arn:aws:logs:{ACCOUNT}:log-group"
KMS = f"arn:aws:kms:{ACCOUNT}:key/k"

# Service, operation, what it is asked with, and what IAM is asked.
S3 = [
    ("list_buckets", {}, [("s3:ListAllMyBuckets", "*")]),
    ("head_bucket", {"Bucket": "archive"}, [("s3:ListBucket", BUCKET)]),
    ("list_objects_v2", {"Bucket": "archive"}, [("s3:ListBucket", BUCKET)]),
    ("list_objects", {"Bucket": "archive"}, [("s3:ListBucket", BUCKET)]),
    (
        "list_object_versions",
        {"Bucket": "archive"},
        [("s3:ListBucketVersions", BUCKET)],
    ),
    (
        "list_multipart_uploads",
        {"Bucket": "archive"},
        [("s3:ListBucketMultipartUploads", BUCKET)],
    ),
    ("get_bucket_location", {"Bucket": "archive"}, [("s3:GetBucketLocation", BUCKET)]),
    (
        "get_bucket_lifecycle_configuration",
        {"Bucket": "archive"},
        [("s3:GetLifecycleConfiguration", BUCKET)],
    ),
    (
        "get_public_access_block",
        {"Bucket": "archive"},
        [("s3:GetBucketPublicAccessBlock", BUCKET)],
    ),
    (
        "put_object",
        {**KEY, "Body": b"x"},
        [("s3:PutObject", f"{BUCKET}/items/a b.parquet")],
    ),
    (
        "put_object",
        {**KEY, "Body": b"x", "Tagging": "a=b"},
        [
            ("s3:PutObject", f"{BUCKET}/items/a b.parquet"),
            ("s3:PutObjectTagging", f"{BUCKET}/items/a b.parquet"),
        ],
    ),
    ("get_object", KEY, [("s3:GetObject", f"{BUCKET}/items/a b.parquet")]),
    ("head_object", KEY, [("s3:GetObject", f"{BUCKET}/items/a b.parquet")]),
    (
        "get_object",
        {"Bucket": "archive", "Key": "none"},
        [("s3:GetObject", f"{BUCKET}/none"), ("s3:ListBucket", BUCKET)],
    ),
    (
        "get_object",
        {"Bucket": "archive", "Key": "none", "VersionId": "null"},
        [("s3:GetObjectVersion", f"{BUCKET}/none"), ("s3:ListBucket", BUCKET)],
    ),
    (
        "copy_object",
        {
            "Bucket": "archive",
            "Key": "b",
            "CopySource": {"Bucket": "archive", "Key": "items/a b.parquet"},
        },
        [
            ("s3:GetObject", f"{BUCKET}/items/a b.parquet"),
            ("s3:PutObject", f"{BUCKET}/b"),
        ],
    ),
    (
        "create_multipart_upload",
        {"Bucket": "archive", "Key": "big"},
        [("s3:PutObject", f"{BUCKET}/big")],
    ),
    (
        "restore_object",
        {**KEY, "RestoreRequest": {"Days": 1}},
        [("s3:RestoreObject", f"{BUCKET}/items/a b.parquet")],
    ),
    (
        "get_object_tagging",
        KEY,
        [("s3:GetObjectTagging", f"{BUCKET}/items/a b.parquet")],
    ),
    (
        "delete_object",
        {"Bucket": "archive", "Key": "b"},
        [("s3:DeleteObject", f"{BUCKET}/b")],
    ),
    (
        "delete_object",
        {"Bucket": "archive", "Key": "b", "VersionId": "null"},
        [("s3:DeleteObjectVersion", f"{BUCKET}/b")],
    ),
    (
        "delete_objects",
        {
            "Bucket": "archive",
            "Delete": {"Objects": [{"Key": "c"}, {"Key": "d", "VersionId": "null"}]},
        },
        [
            ("s3:DeleteObject", f"{BUCKET}/c"),
            ("s3:DeleteObjectVersion", f"{BUCKET}/d"),
        ],
    ),
]
DYNAMODB = [
    ("describe_table", {"TableName": "t"}, [("dynamodb:DescribeTable", TABLE)]),
    (
        "describe_time_to_live",
        {"TableName": TABLE},
        [("dynamodb:DescribeTimeToLive", TABLE)],
    ),
    ("list_tables", {}, [("dynamodb:ListTables", "*")]),
    (
        "put_item",
        {"TableName": "t", "Item": ITEM},
        [("dynamodb:PutItem", TABLE)],
    ),
    (
        "batch_write_item",
        {"RequestItems": {"t": [{"PutRequest": {"Item": ITEM}}]}},
        [("dynamodb:BatchWriteItem", TABLE)],
    ),
    (
        "batch_get_item",
        {"RequestItems": {"t": {"Keys": [ITEM]}}},
        [("dynamodb:BatchGetItem", TABLE)],
    ),
    (
        "transact_write_items",
        {
            "TransactItems": [
                {"Put": {"TableName": "t", "Item": ITEM}},
                {
                    "Delete": {"TableName": "t", "Key": {"id": {"S": "b"}}},
                },
            ]
        },
        [("dynamodb:PutItem", TABLE), ("dynamodb:DeleteItem", TABLE)],
    ),
    (
        "query",
        {
            "TableName": "t",
            "IndexName": "by-id",
            "KeyConditionExpression": "id = :a",
            "ExpressionAttributeValues": {":a": {"S": "a"}},
        },
        [("dynamodb:Query", f"{TABLE}/index/by-id")],
    ),
]
SQS = [
    (
        "send_message",
        {"QueueUrl": QUEUE, "MessageBody": "x"},
        [("sqs:SendMessage", f"arn:aws:sqs:{ACCOUNT}:q")],
    ),
    (
        "send_message_batch",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "a", "MessageBody": "x"}]},
        [("sqs:SendMessage", f"arn:aws:sqs:{ACCOUNT}:q")],
    ),
    (
        "receive_message",
        {"QueueUrl": QUEUE},
        [("sqs:ReceiveMessage", f"arn:aws:sqs:{ACCOUNT}:q")],
    ),
    (
        "get_queue_url",
        {"QueueName": "q"},
        [("sqs:GetQueueUrl", f"arn:aws:sqs:{ACCOUNT}:q")],
    ),
    (
        "delete_message_batch",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "a", "ReceiptHandle": "x"}]},
        [("sqs:DeleteMessage", f"arn:aws:sqs:{ACCOUNT}:q")],
    ),
    (
        "start_message_move_task",
        {"SourceArn": f"arn:aws:sqs:{ACCOUNT}:dead"},
        [
            ("sqs:StartMessageMoveTask", f"arn:aws:sqs:{ACCOUNT}:dead"),
            ("sqs:ReceiveMessage", f"arn:aws:sqs:{ACCOUNT}:dead"),
            ("sqs:DeleteMessage", f"arn:aws:sqs:{ACCOUNT}:dead"),
            ("sqs:GetQueueAttributes", f"arn:aws:sqs:{ACCOUNT}:dead"),
            ("sqs:SendMessage", f"arn:aws:sqs:{ACCOUNT}:q"),
        ],
    ),
]
GLUE_CALLS = [
    (
        "get_partitions",
        {"DatabaseName": "d", "TableName": "t"},
        [
            ("glue:GetPartitions", f"{GLUE}:catalog"),
            ("glue:GetPartitions", f"{GLUE}:database/d"),
            ("glue:GetPartitions", f"{GLUE}:table/d/t"),
        ],
    ),
    (
        "get_table",
        {"DatabaseName": "d", "Name": "t"},
        [
            ("glue:GetTable", f"{GLUE}:catalog"),
            ("glue:GetTable", f"{GLUE}:database/d"),
            ("glue:GetTable", f"{GLUE}:table/d/t"),
        ],
    ),
    (
        "update_table",
        {"DatabaseName": "d", "TableInput": {"Name": "t"}},
        [
            ("glue:UpdateTable", f"{GLUE}:catalog"),
            ("glue:UpdateTable", f"{GLUE}:database/d"),
            ("glue:UpdateTable", f"{GLUE}:table/d/t"),
        ],
    ),
    (
        "get_database",
        {"Name": "d"},
        [
            ("glue:GetDatabase", f"{GLUE}:catalog"),
            ("glue:GetDatabase", f"{GLUE}:database/d"),
        ],
    ),
    (
        "batch_create_partition",
        {"DatabaseName": "d", "TableName": "t", "PartitionInputList": []},
        [
            ("glue:BatchCreatePartition", f"{GLUE}:catalog"),
            ("glue:BatchCreatePartition", f"{GLUE}:database/d"),
            ("glue:BatchCreatePartition", f"{GLUE}:table/d/t"),
        ],
    ),
]
LAMBDA = [
    ("get_function", {"FunctionName": "f"}, [("lambda:GetFunction", FUNCTION)]),
    (
        "get_function_configuration",
        {"FunctionName": FUNCTION},
        [("lambda:GetFunctionConfiguration", FUNCTION)],
    ),
    (
        "invoke",
        {"FunctionName": f"{FUNCTION}:$LATEST", "Payload": b"{}"},
        [("lambda:InvokeFunction", FUNCTION)],
    ),
    (
        "get_event_source_mapping",
        {"UUID": MAPPING},
        [
            (
                "lambda:GetEventSourceMapping",
                f"arn:aws:lambda:{ACCOUNT}:event-source-mapping:{MAPPING}",
            )
        ],
    ),
    (
        "list_event_source_mappings",
        {"FunctionName": "f"},
        [("lambda:ListEventSourceMappings", "*")],
    ),
]
LOGS_CALLS = [
    (
        "filter_log_events",
        {"logGroupName": "/aws/lambda/f"},
        [("logs:FilterLogEvents", f"{LOGS}:/aws/lambda/f:*")],
    ),
    (
        "put_log_events",
        {
            "logGroupName": "g",
            "logStreamName": "s",
            "logEvents": [{"timestamp": 0, "message": "x"}],
        },
        [("logs:PutLogEvents", f"{LOGS}:g:log-stream:s")],
    ),
    (
        "start_query",
        {
            "logGroupNames": ["g", "h"],
            "startTime": 0,
            "endTime": 1,
            "queryString": "fields @message",
        },
        [("logs:StartQuery", f"{LOGS}:g:*"), ("logs:StartQuery", f"{LOGS}:h:*")],
    ),
]
CLOUDWATCH = [
    (
        "put_metric_data",
        {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 1}]},
        [("cloudwatch:PutMetricData", "*")],
    ),
    (
        "describe_alarms",
        {},
        [("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{ACCOUNT}:alarm:*")],
    ),
    (
        "describe_alarms",
        {"AlarmNames": ["a"]},
        [("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{ACCOUNT}:alarm:a")],
    ),
    (
        "get_dashboard",
        {"DashboardName": "d"},
        [("cloudwatch:GetDashboard", "arn:aws:cloudwatch::123456789012:dashboard/d")],
    ),
]
OTHERS = [
    (
        "ssm",
        "get_parameter",
        {"Name": "/firn/x"},
        [("ssm:GetParameter", f"arn:aws:ssm:{ACCOUNT}:parameter/firn/x")],
    ),
    (
        "ssm",
        "get_parameters_by_path",
        {"Path": "/firn"},
        [("ssm:GetParametersByPath", f"arn:aws:ssm:{ACCOUNT}:parameter/firn")],
    ),
    (
        "firehose",
        "put_record_batch",
        {"DeliveryStreamName": "e", "Records": [{"Data": b"x"}]},
        [
            (
                "firehose:PutRecordBatch",
                f"arn:aws:firehose:{ACCOUNT}:deliverystream/e",
            )
        ],
    ),
    (
        "athena",
        "start_query_execution",
        {"QueryString": "SELECT 1", "WorkGroup": "w"},
        [("athena:StartQueryExecution", f"arn:aws:athena:{ACCOUNT}:workgroup/w")],
    ),
    (
        "athena",
        "create_work_group",
        {"Name": "new"},
        [("athena:CreateWorkGroup", f"arn:aws:athena:{ACCOUNT}:workgroup/new")],
    ),
    (
        "athena",
        "create_named_query",
        {"Name": "n", "Database": "d", "QueryString": "SELECT 1"},
        [("athena:CreateNamedQuery", f"arn:aws:athena:{ACCOUNT}:workgroup/primary")],
    ),
    (
        "athena",
        "list_work_groups",
        {},
        [("athena:ListWorkGroups", "*")],
    ),
    (
        "athena",
        "get_work_group",
        {"WorkGroup": "w"},
        [("athena:GetWorkGroup", f"arn:aws:athena:{ACCOUNT}:workgroup/w")],
    ),
    (
        "athena",
        "get_data_catalog",
        {"Name": "AwsDataCatalog"},
        [
            (
                "athena:GetDataCatalog",
                f"arn:aws:athena:{ACCOUNT}:datacatalog/AwsDataCatalog",
            )
        ],
    ),
    ("kms", "decrypt", {"KeyId": KMS, "CiphertextBlob": b"x"}, [("kms:Decrypt", KMS)]),
    ("kms", "describe_key", {"KeyId": "k"}, [("kms:DescribeKey", KMS)]),
    (
        "dynamodbstreams",
        "describe_stream",
        {"StreamArn": f"{TABLE}/stream/2024-01-01T00:00:00.000"},
        [("dynamodb:DescribeStream", f"{TABLE}/stream/2024-01-01T00:00:00.000")],
    ),
    (
        "dynamodbstreams",
        "get_records",
        {"ShardIterator": f"{TABLE}/stream/2024-01-01T00:00:00.000|1|shard"},
        [("dynamodb:GetRecords", f"{TABLE}/stream/2024-01-01T00:00:00.000")],
    ),
]
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
    client = boto3.client(
        service,
        endpoint_url=served.endpoint,
        aws_access_key_id="SOMEBODY",
        aws_secret_access_key="x",  # noqa: S106 - the emulator checks none
    )
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
    make: Callable[..., Any] = boto3.client
    client = make(
        "athena",
        endpoint_url=served.endpoint,
        aws_access_key_id="SOMEBODY",
        aws_secret_access_key="x",  # noqa: S106 - the emulator checks none
    )
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

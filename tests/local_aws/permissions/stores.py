"""
Calls to what holds something, and what each has IAM asked: S3, DynamoDB, SQS, Glue.

Operation, what it is asked with, and the actions with their resources.
"""

from tests.local_aws.permissions.arns import (
    ACCOUNT,
    BUCKET,
    GLUE,
    ITEM,
    KEY,
    QUEUE,
    TABLE,
)

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

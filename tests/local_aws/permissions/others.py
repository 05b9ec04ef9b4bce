"""
Calls to what runs, watches, delivers or asks, and what each has IAM asked.

Operation (in OTHERS: service and operation), what it is asked with, and the actions
with their resources.
"""

from tests.local_aws.permissions.arns import (
    ACCOUNT,
    FUNCTION,
    KMS,
    LOGS,
    MAPPING,
    TABLE,
)

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

"""
Everything that stands in the account, by service and name.

Rule 1: it asks AWS, never Terraform: what a state has forgotten shows here.
"""

from collections.abc import Iterator

import boto3

# There without anybody's doing.
_ALWAYS = frozenset({"athena/workgroup/primary", "scheduler/group/default"})


def inventory() -> frozenset[str]:
    """
    The names of all that a deployment could have made.
    """
    kinds = (_storage, _messages, _functions, _permissions, _queries, _watching)
    return frozenset(name for kind in kinds for name in kind()) - _ALWAYS


def _storage() -> Iterator[str]:
    for bucket in boto3.client("s3").list_buckets()["Buckets"]:
        yield f"s3/{bucket['Name']}"
    for table in boto3.client("dynamodb").list_tables()["TableNames"]:
        yield f"dynamodb/{table}"
    streams = boto3.client("firehose").list_delivery_streams()
    for stream in streams["DeliveryStreamNames"]:
        yield f"firehose/{stream}"


def _messages() -> Iterator[str]:
    for url in boto3.client("sqs").list_queues().get("QueueUrls", []):
        yield f"sqs/{url.rsplit('/', 1)[1]}"
    for rule in boto3.client("iot").list_topic_rules()["rules"]:
        yield f"iot/{rule['ruleName']}"


def _functions() -> Iterator[str]:
    client = boto3.client("lambda")
    for function in client.list_functions()["Functions"]:
        yield f"lambda/{function['FunctionName']}"
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        yield f"lambda/mapping/{mapping['UUID']}"
    scheduler = boto3.client("scheduler")
    for schedule in scheduler.list_schedules()["Schedules"]:
        yield f"scheduler/{schedule['Name']}"
    for group in scheduler.list_schedule_groups()["ScheduleGroups"]:
        yield f"scheduler/group/{group['Name']}"


def _permissions() -> Iterator[str]:
    client = boto3.client("iam")
    for role in client.list_roles()["Roles"]:
        yield f"iam/role/{role['RoleName']}"
    for policy in client.list_policies(Scope="Local")["Policies"]:
        yield f"iam/policy/{policy['PolicyName']}"


def _queries() -> Iterator[str]:
    glue = boto3.client("glue")
    for database in glue.get_databases()["DatabaseList"]:
        yield f"glue/{database['Name']}"
        for table in glue.get_tables(DatabaseName=database["Name"])["TableList"]:
            yield f"glue/{database['Name']}/{table['Name']}"
    athena = boto3.client("athena")
    for group in athena.list_work_groups()["WorkGroups"]:
        yield f"athena/workgroup/{group['Name']}"
    for query in athena.list_named_queries()["NamedQueryIds"]:
        yield f"athena/query/{query}"


def _watching() -> Iterator[str]:
    for group in boto3.client("logs").describe_log_groups()["logGroups"]:
        yield f"logs/{group['logGroupName']}"
    for topic in boto3.client("sns").list_topics()["Topics"]:
        yield f"sns/{topic['TopicArn'].rsplit(':', 1)[1]}"
    cloudwatch = boto3.client("cloudwatch")
    for alarm in cloudwatch.describe_alarms()["MetricAlarms"]:
        yield f"cloudwatch/alarm/{alarm['AlarmName']}"
    for dashboard in cloudwatch.list_dashboards()["DashboardEntries"]:
        yield f"cloudwatch/dashboard/{dashboard['DashboardName']}"
    for parameter in boto3.client("ssm").describe_parameters()["Parameters"]:
        yield f"ssm/{parameter['Name']}"

"""
What IAM would be asked about a call: actions and the resources they act upon.

Rule 1: named as the Service Authorization Reference names them, where an
operation's name is not its action's.
Rule 2: a call that needs several permissions gives all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from local_aws.scene import backend
from local_aws.served_request import Asked
from local_aws.served_s3_actions import s3_actions

Needed = tuple[str, str]

_SQS_BATCHES = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}
_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def asked_of(asked: Asked, status: int) -> Iterator[Needed]:
    """
    Each action that the call takes, with the ARN that it takes it on.

    `status` is the answer's: what S3 says of a missing object needs more.
    """
    if asked.operation is None:
        return iter(())
    if asked.service == "s3":
        return s3_actions(asked, status)
    return _BY_SERVICE.get(asked.service, _others)(asked, asked.parameters)


def _dynamodb(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    operation = asked.operation
    if "TransactItems" in parameters:
        for item in parameters["TransactItems"]:
            for kind, what in item.items():
                table = _table(asked, what["TableName"])
                yield f"dynamodb:{_TRANSACTIONS[kind]}", table
    elif "RequestItems" in parameters:
        for name in parameters["RequestItems"]:
            yield f"dynamodb:{operation}", _table(asked, name)
    elif "TableName" in parameters:
        table = _table(asked, parameters["TableName"])
        index = parameters.get("IndexName")
        yield f"dynamodb:{operation}", f"{table}/index/{index}" if index else table
    else:
        arns = ("ResourceArn", "TableArn", "ExportArn", "BackupArn")
        yield f"dynamodb:{operation}", _first(parameters, *arns)


def _table(asked: Asked, name: str) -> str:
    return name if name.startswith("arn:") else _arn(asked, "dynamodb", f"table/{name}")


def _streams(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    resource = "*"
    if "StreamArn" in parameters:
        resource = parameters["StreamArn"]
    elif "ShardIterator" in parameters:
        # moto's iterators: the stream's ARN, a bar, a shard's iterator.
        resource = parameters["ShardIterator"].partition("|")[0]
    elif "TableName" in parameters:
        resource = f"{_table(asked, parameters['TableName'])}/stream/*"
    yield f"dynamodb:{asked.operation}", resource


def _sqs(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    operation = str(asked.operation)
    action = f"sqs:{_SQS_BATCHES.get(operation, operation)}"
    if "QueueUrl" in parameters:
        name = parameters["QueueUrl"].rsplit("/", 1)[-1]
        yield action, _arn(asked, "sqs", name)
    elif "QueueName" in parameters:
        yield action, _arn(asked, "sqs", parameters["QueueName"])
    elif "SourceArn" in parameters:
        # API_StartMessageMoveTask moves by these permissions of its caller.
        source = parameters["SourceArn"]
        yield action, source
        if operation == "StartMessageMoveTask":
            for needed in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
                yield f"sqs:{needed}", source
            for queue in _destinations(parameters):
                yield "sqs:SendMessage", queue
    else:
        yield action, _arn(asked, "sqs", "*")


def _destinations(parameters: Mapping[str, Any]) -> list[str]:
    """
    The queue that is named, or those whose dead letters lie in the source.
    """
    if "DestinationArn" in parameters:
        return [parameters["DestinationArn"]]
    return [
        queue.queue_arn
        for queue in backend("sqs").queues.values()
        if (queue.redrive_policy or {}).get("deadLetterTargetArn")
        == parameters["SourceArn"]
    ]


def _firehose(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    name = parameters.get("DeliveryStreamName")
    resource = _arn(asked, "firehose", f"deliverystream/{name}") if name else "*"
    yield f"firehose:{asked.operation}", resource


def _glue(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    """
    The catalogue, and what of it is named: Glue wants all of them allowed.

    Glue: Specifying AWS Glue resource ARNs, "Catalog ARNs".
    """
    action = f"glue:{asked.operation}"
    operation = str(asked.operation)
    yield action, _arn(asked, "glue", "catalog")
    named = parameters.get("Name")
    database = parameters.get("DatabaseName")
    table = parameters.get("TableName") or _name_in(parameters, "TableInput")
    if "Database" in operation:
        database = named or _name_in(parameters, "DatabaseInput") or "*"
    elif operation in ("GetTable", "DeleteTable"):
        table = named
    elif operation == "GetTables":
        table = "*"
    if database:
        yield action, _arn(asked, "glue", f"database/{database}")
    if database and table:
        yield action, _arn(asked, "glue", f"table/{database}/{table}")


def _name_in(parameters: Mapping[str, Any], member: str) -> str | None:
    name: str | None = parameters.get(member, {}).get("Name")
    return name


def _lambda(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    operation = str(asked.operation)
    action = "InvokeFunction" if operation.startswith("Invoke") else operation
    resource = parameters.get("Resource", "*")
    if operation in ("CreateEventSourceMapping", "ListEventSourceMappings"):
        # These are allowed for all or for none; a condition names the function.
        resource = "*"
    elif "UUID" in parameters:
        uuid = parameters["UUID"]
        resource = _arn(asked, "lambda", f"event-source-mapping:{uuid}")
    elif "FunctionName" in parameters:
        name = parameters["FunctionName"].rpartition("function:")[2].partition(":")[0]
        resource = _arn(asked, "lambda", f"function:{name}")
    yield f"lambda:{action}", resource


def _logs(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    action = f"logs:{asked.operation}"
    names = [
        parameters.get("logGroupName"),
        parameters.get("logGroupIdentifier"),
        *parameters.get("logGroupNames", ()),
        *parameters.get("logGroupIdentifiers", ()),
    ]
    stream = parameters.get("logStreamName")
    for name in filter(None, names):
        group = name.rpartition("log-group:")[2].removesuffix(":*")
        rest = f"log-stream:{stream}" if stream else "*"
        yield action, _arn(asked, "logs", f"log-group:{group}:{rest}")
    if not any(names):
        default = "*"
        if asked.operation == "DescribeLogGroups":
            prefix = parameters.get("logGroupNamePrefix", "")
            default = _arn(asked, "logs", f"log-group:{prefix}*")
        yield action, parameters.get("resourceArn", default)


def _athena(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    action = f"athena:{asked.operation}"
    if asked.operation in ("ListWorkGroups", "ListDataCatalogs"):
        yield action, "*"
    elif "CatalogName" in parameters or "DataCatalog" in str(asked.operation):
        catalog = parameters.get("CatalogName") or parameters["Name"]
        yield action, _arn(asked, "athena", f"datacatalog/{catalog}")
    elif "ResourceARN" in parameters:
        yield action, parameters["ResourceARN"]
    else:
        for group in _workgroups(parameters, asked.operation == "CreateWorkGroup"):
            yield action, _arn(asked, "athena", f"workgroup/{group}")


def _workgroups(parameters: Mapping[str, Any], creates: bool) -> list[str]:  # noqa: FBT001 - one caller, one line above
    """
    The workgroup that is asked for, or those in which the queries lie.
    """
    held: dict[str, Any] = {**backend("athena").executions}
    held |= backend("athena").named_queries
    lists = ("QueryExecutionIds", "NamedQueryIds")
    identities = [it for name in lists for it in parameters.get(name, ())]
    for name in ("QueryExecutionId", "NamedQueryId"):
        identities += [parameters[name]] if name in parameters else []
    groups = [held[it].workgroup for it in identities if it in held]
    if groups:
        return list(dict.fromkeys(str(getattr(it, "name", it)) for it in groups))
    return [parameters["Name"] if creates else parameters.get("WorkGroup", "primary")]


def _ssm(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    names = [
        *parameters.get("Names", ()),
        *(
            parameters[key]
            for key in ("Name", "Path", "ResourceId")
            if key in parameters
        ),
    ]
    for name in names:
        path = name.removeprefix("/")
        yield f"ssm:{asked.operation}", _arn(asked, "ssm", f"parameter/{path}")
    if not names:
        yield f"ssm:{asked.operation}", "*"


def _cloudwatch(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    action = f"cloudwatch:{asked.operation}"
    alarms = [*parameters.get("AlarmNames", ()), parameters.get("AlarmName")]
    boards = [*parameters.get("DashboardNames", ()), parameters.get("DashboardName")]
    for name in filter(None, alarms):
        yield action, _arn(asked, "cloudwatch", f"alarm:{name}")
    for name in filter(None, boards):
        account = DEFAULT_ACCOUNT_ID
        yield action, f"arn:aws:cloudwatch::{account}:dashboard/{name}"
    if not any((*alarms, *boards)):
        default = "*"
        if "Alarm" in str(asked.operation):
            default = _arn(asked, "cloudwatch", "alarm:*")
        yield action, parameters.get("ResourceARN", default)


def _kms(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    key = parameters.get("KeyId") or parameters.get("TargetKeyId") or "*"
    known = key.startswith(("arn:", "*"))
    arn = key if known else _arn(asked, "kms", f"key/{key}")
    yield f"kms:{asked.operation}", arn


def _scheduler(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    name = parameters.get("Name")
    group = parameters.get("GroupName", "default")
    resource = _arn(asked, "scheduler", f"schedule/{group}/{name}") if name else "*"
    yield f"scheduler:{asked.operation}", resource


def _iam(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    resource = parameters.get("PolicyArn", "*")
    if "RoleName" in parameters:
        resource = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/{parameters['RoleName']}"
    yield f"iam:{asked.operation}", resource


def _others(asked: Asked, parameters: Mapping[str, Any]) -> Iterator[Needed]:
    arns = ("TopicArn", "RoleArn", "ResourceArn", "resourceArn", "SubscriptionArn")
    yield f"{asked.service}:{asked.operation}", _first(parameters, *arns)


def _first(parameters: Mapping[str, Any], *names: str) -> str:
    return next((str(parameters[it]) for it in names if it in parameters), "*")


def _arn(asked: Asked, service: str, rest: str) -> str:
    return f"arn:aws:{service}:{asked.region}:{DEFAULT_ACCOUNT_ID}:{rest}"


_BY_SERVICE: Mapping[str, Callable[[Asked, Mapping[str, Any]], Iterator[Needed]]] = {
    "athena": _athena,
    "cloudwatch": _cloudwatch,
    "dynamodb": _dynamodb,
    "dynamodbstreams": _streams,
    "firehose": _firehose,
    "glue": _glue,
    "iam": _iam,
    "kms": _kms,
    "lambda": _lambda,
    "logs": _logs,
    "scheduler": _scheduler,
    "sqs": _sqs,
    "ssm": _ssm,
}

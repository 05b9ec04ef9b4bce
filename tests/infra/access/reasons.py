"""
Permissions that the end-to-end run does not use, and who needs them then.

Rule 1: a reason is about a day that the run does not have, or about what AWS
does itself and no emulator shows. Pages of AWS are named by their titles.
Rule 2: one that the run begins to use is taken out: the proof fails on it.
"""

from tests.infra.access.principals import PEOPLE
from tests.infra.access.proof import Unseen

HOPS = ("ingest", "router", "transform")

LOGS = [
    Unseen(
        who=hop,
        action=action,
        why="Lambda writes what a function prints in its role's name (Lambda: "
        "Defining permissions with an execution role); the emulator keeps logs "
        "by itself.",
    )
    for hop in HOPS
    for action in ("logs:CreateLogStream", "logs:PutLogEvents")
]

ROUTER = [
    Unseen(
        who="router",
        action="dynamodb:ListStreams",
        why="Lambda wants it of a role that is to read a stream (Lambda: Process "
        "DynamoDB records, execution role).",
    ),
    Unseen(
        who="router",
        action="s3:PutObject",
        resource="*failures*/aws/lambda/*",
        why="Only when the mapping gives up on records, which no good day has.",
    ),
    Unseen(
        who="router",
        action="s3:ListBucket",
        resource="*failures*",
        why="As the one before (Lambda: Retain discarded records).",
    ),
]

TRANSFORM = [
    Unseen(
        who="transform",
        action="s3:PutObject",
        resource="*failures*/aws/lambda/async/*",
        why="Only when a run fails, to save its event.",
    ),
    Unseen(
        who="transform",
        action="s3:ListBucket",
        resource="*failures*",
        why="As the one before (Lambda: Retain records of asynchronous invocations).",
    ),
    *(
        Unseen(
            who="transform",
            action=action,
            resource="*/quarantine/*",
            why="A line that can never be a row, a damaged range, and what a run that "
            "died left of them (transforms/draft.py, transforms/finish.py).",
        )
        for action in (
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:PutObject",
        )
    ),
    Unseen(
        who="transform",
        action="s3:GetObjectVersion",
        resource="*/ledger/files/*",
        why="A file list that another run wrote over is put back from its versions "
        "(transforms/put_back.py).",
    ),
    Unseen(
        who="transform",
        action="glue:BatchUpdatePartition",
        why="Once a column was declared: partitions that stand already take it over "
        "(transforms/catalog.py).",
    ),
]

DELIVERY = [
    Unseen(
        who="delivery",
        action=action,
        resource=resource,
        why="Firehose asks for it, for uploads in parts (Firehose: Grant Firehose "
        "access to an Amazon S3 destination); the emulator's stores in one call.",
    )
    for action, resource in (
        ("s3:AbortMultipartUpload", "*"),
        ("s3:GetObject", "*"),
        ("s3:GetBucketLocation", "*"),
        ("s3:ListBucket", "*"),
        ("s3:ListBucketMultipartUploads", "*"),
    )
] + [
    Unseen(
        who="delivery",
        action="s3:PutObject",
        resource="*/errors/*",
        why="Where Firehose puts what it cannot deliver.",
    ),
    Unseen(
        who="delivery",
        action="logs:PutLogEvents",
        why="Firehose tells there why S3 refused; on a good day nothing.",
    ),
]

OPERATOR = [
    *(
        Unseen(
            who="operator",
            action=f"sqs:{action}",
            why="Redriving dead letters (RUNBOOK, Dead letters), which moto cannot.",
        )
        for action in (
            "CancelMessageMoveTask",
            "DeleteMessage",
            "ListMessageMoveTasks",
            "SendMessage",
            "StartMessageMoveTask",
        )
    ),
    Unseen(
        who="operator",
        action="cloudwatch:DescribeAlarmHistory",
        why="When an alarm rang and stopped; moto keeps no history.",
    ),
]

QUERY = [
    Unseen(
        who=who,
        action=action,
        why=why,
    )
    for who in PEOPLE[:2]
    for action, why in (
        (
            "athena:BatchGetNamedQuery",
            "Athena's console reads its list so; firn reads one after the other.",
        ),
        (
            "athena:GetDataCatalog",
            "Athena asks for it where a query names its catalogue; no emulator does.",
        ),
        (
            "glue:GetDatabases",
            "Athena asks for it where databases are shown; no emulator does.",
        ),
        (
            "glue:GetPartition",
            "Athena asks for it where a query names one partition.",
        ),
    )
]

REASONS = [*LOGS, *ROUTER, *TRANSFORM, *DELIVERY, *OPERATOR, *QUERY]

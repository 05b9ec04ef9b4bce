"""
What nobody, or nobody but one, may do.
"""

from collections.abc import Mapping

import pytest

from tests.infra.access.may import ACCOUNT, May
from tests.infra.access.principals import PEOPLE, ROLES, Principal, of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

EVERYBODY = (*ROLES, *PEOPLE)

ITEM = "archive/items/device=a/date=2026-01-01/00000001.parquet"
ENTRY = "archive/ledger/entries/00000001.json"
FILES = "archive/ledger/files/00000001.parquet"
INTENT = "archive/open/00000002.json"
QUARANTINED = "archive/quarantine/00000001.jsonl.gz"
ARCHIVED = (ITEM, ENTRY, FILES, INTENT, QUARANTINED, "archive/elsewhere")
LANDED = "landing/landing/2026/01/01/00/a.jsonl.gz"
FAILED = "failures/aws/lambda/a/b/2026/01/01/c"

IF_MATCH = {"s3:if-match": '"etag"'}
IF_NONE_MATCH = {"s3:if-none-match": "*"}


@pytest.fixture(scope="session")
def may(
    principals: Mapping[str, Principal], state: Mapping[str, object]
) -> dict[str, May]:
    """
    Everybody of the deployment, ready to be asked.
    """
    buckets = {
        # firn-athena-results-ACCOUNT-REGION is athena-results.
        values["bucket"].partition("-")[2].partition(f"-{ACCOUNT}")[0]: values["bucket"]
        for _, values in of(state, "aws_s3_bucket")
    }
    return {name: May(principals[name], buckets) for name in EVERYBODY}


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_transform_writes_to_the_archive(
    may: dict[str, May], who: str
) -> None:
    """
    Whatever the condition: the ledger explains every change, because one role makes it.
    """
    for key in ARCHIVED:
        for action in ("s3:PutObject", "s3:DeleteObject"):
            for context in ({}, IF_MATCH, IF_NONE_MATCH):
                if who != "transform":
                    assert not may[who](action, key, context), (action, key)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(
    "action",
    [
        "s3:DeleteObjectVersion",
        "s3:PutLifecycleConfiguration",
        "s3:PutBucketVersioning",
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutEncryptionConfiguration",
        "s3:DeleteBucket",
        "s3:PutObjectAcl",
        "s3:PutReplicationConfiguration",
    ],
)
def test_nobody_destroys_a_version_or_changes_a_bucket(
    may: dict[str, May], who: str, action: str
) -> None:
    """
    What a delete or an overwrite hid can be taken back, by whoever did it too.
    """
    for where in ("archive", "landing", "failures", "artifacts", *ARCHIVED, LANDED):
        assert not may[who](action, where)


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_changes_what_is_deployed(
    principals: Mapping[str, Principal], who: str
) -> None:
    """
    A mapping can be switched by the operator, and a verify recorded by the auditor.
    """
    changing = {
        "Add", "Associate", "Attach", "Create", "Delete", "Detach", "Disable",
        "Enable", "Pass", "Put", "Remove", "Set", "Tag", "Untag", "Update",
    }  # fmt: skip
    written = {
        "s3:PutObject",
        "s3:DeleteObject",
        "dynamodb:BatchWriteItem",
        "firehose:PutRecordBatch",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:DeleteMessage",
        "lambda:UpdateEventSourceMapping",
        "ssm:PutParameter",
    }
    changes = {
        grant.action
        for grant in principals[who].policy.grants
        if any(grant.action.partition(":")[2].startswith(verb) for verb in changing)
    }
    assert changes <= written
    assert ("lambda:UpdateEventSourceMapping" in changes) == (who == "operator")
    assert ("ssm:PutParameter" in changes) == (who == "auditor")


def test_an_entry_is_written_once(may: dict[str, May]) -> None:
    """
    Even the transform cannot write one a second time, nor delete anything of the ledger.
    """
    transform = may["transform"]
    assert transform("s3:PutObject", ENTRY, IF_NONE_MATCH)
    assert not transform("s3:PutObject", ENTRY)
    assert not transform("s3:PutObject", ENTRY, IF_MATCH)
    for key in (ENTRY, FILES):
        assert not transform("s3:DeleteObject", key, IF_MATCH)


def test_the_transform_deletes_only_the_bytes_that_it_names(
    may: dict[str, May],
) -> None:
    """
    A delete by key alone could hide what came since.
    """
    transform = may["transform"]
    for key in (ITEM, INTENT, QUARANTINED, LANDED):
        assert transform("s3:DeleteObject", key, IF_MATCH)
        assert not transform("s3:DeleteObject", key)


def test_the_transform_keeps_to_its_prefixes(may: dict[str, May]) -> None:
    """
    Nothing beside the prefixes of the archive, nothing into the landing bucket.
    """
    transform = may["transform"]
    assert not transform("s3:PutObject", "archive/elsewhere", IF_NONE_MATCH)
    assert not transform("s3:PutObject", LANDED, IF_NONE_MATCH)
    assert not transform("s3:GetObject", FAILED)
    assert not transform("s3:PutObject", FAILED)
    assert not transform("s3:GetObject", "athena-results/results/a.csv")
    assert not transform("s3:GetObject", "artifacts/transform.zip")


def test_the_router_sees_the_stream_and_no_bucket(may: dict[str, May]) -> None:
    """
    It cannot read the archive, what landed, or the table; it saves failures and no more.
    """
    router = may["router"]
    for key in (*ARCHIVED, LANDED, FAILED):
        assert not router("s3:GetObject", key)
    assert router("s3:PutObject", FAILED)
    assert not router("s3:PutObject", "failures/elsewhere")
    assert not router("s3:DeleteObject", FAILED)
    table = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/firn-items"
    for action in ("GetItem", "Query", "Scan", "PutItem", "BatchWriteItem"):
        assert not router(f"dynamodb:{action}", table)


def test_ingest_writes_its_table_and_nothing_else(may: dict[str, May]) -> None:
    """
    No other table, no read, no delete, and no message of its own.
    """
    ingest = may["ingest"]
    table = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/firn-items"
    assert ingest("dynamodb:BatchWriteItem", table)
    assert not ingest("dynamodb:BatchWriteItem", f"{table}-other")
    for action in ("GetItem", "Query", "Scan", "DeleteItem", "UpdateItem", "PutItem"):
        assert not ingest(f"dynamodb:{action}", table)
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:firn-messages"
    assert ingest("sqs:DeleteMessage", queue)
    assert not ingest("sqs:SendMessage", queue)
    assert not ingest("sqs:DeleteMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:another")
    for key in (*ARCHIVED, LANDED):
        assert not ingest("s3:GetObject", key)


def test_the_delivery_writes_landed_objects_only(may: dict[str, May]) -> None:
    """
    Under landing/, and errors/ where Firehose puts what it cannot deliver.
    """
    delivery = may["delivery"]
    assert delivery("s3:PutObject", LANDED)
    assert delivery("s3:PutObject", "landing/errors/a")
    for key in ("landing/elsewhere", FAILED, *ARCHIVED):
        assert not delivery("s3:PutObject", key)
    assert not delivery("s3:DeleteObject", LANDED)


def test_the_schedule_wakes_the_transform_and_nothing_else(
    may: dict[str, May],
) -> None:
    """
    Neither another function, nor one of its versions.
    """
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:firn"
    assert may["schedule"]("lambda:InvokeFunction", f"{function}-transform")
    for name in ("-router", "-ingest", "-transform:1", "-transform-other"):
        assert not may["schedule"]("lambda:InvokeFunction", f"{function}{name}")


def test_an_analyst_reads_and_restores_items(may: dict[str, May]) -> None:
    """
    Not what is under way or in quarantine, not what landed, and nobody else's results.
    """
    analyst = may["analyst"]
    assert analyst("s3:RestoreObject", ITEM)
    assert not analyst("s3:RestoreObject", ENTRY)
    for key in (INTENT, QUARANTINED, LANDED, FAILED):
        assert not analyst("s3:GetObject", key)
    assert analyst("s3:ListBucket", "archive", {"s3:prefix": "items/device=a/"})
    assert not analyst("s3:ListBucket", "archive", {"s3:prefix": "open/"})
    assert not analyst("s3:ListBucket", "archive")
    assert not analyst("s3:DeleteObject", "athena-results/results/a.csv")
    other = f"arn:aws:athena:us-east-1:{ACCOUNT}:workgroup/primary"
    assert not analyst("athena:StartQueryExecution", other)


def test_an_auditor_spends_and_changes_nothing(may: dict[str, May]) -> None:
    """
    A restore costs money, and is an analyst's to ask for.
    """
    auditor = may["auditor"]
    for key in (ITEM, ENTRY, FILES, INTENT, QUARANTINED):
        assert auditor("s3:GetObject", key)
        assert auditor("s3:GetObjectVersion", key)
        assert not auditor("s3:RestoreObject", key)
    for key in (LANDED, FAILED):
        assert not auditor("s3:GetObject", key)


def test_what_was_verified_is_an_auditor_s_to_write(may: dict[str, May]) -> None:
    """
    Who writes or repairs the ledger cannot also write what it is compared with.
    """
    deployment = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/firn/firn"
    for who in EVERYBODY:
        allowed = may[who]("ssm:PutParameter", f"{deployment}/verified")
        assert allowed == (who == "auditor")
        assert not may[who]("ssm:PutParameter", deployment)
    for who in ("analyst", "auditor", "operator"):
        assert may[who]("ssm:GetParameter", f"{deployment}/verified")


def test_an_operator_does_not_read_the_archived_items(may: dict[str, May]) -> None:
    """
    What is on its way, and the ledger: who is on call need not read years of readings.
    """
    operator = may["operator"]
    assert not operator("s3:GetObject", ITEM)
    assert not operator("s3:RestoreObject", ITEM)
    for key in (ENTRY, FILES, INTENT, QUARANTINED, LANDED, FAILED):
        assert operator("s3:GetObject", key)
        assert not operator("s3:DeleteObject", key, IF_MATCH)


def test_an_operator_runs_the_transform_and_no_other_function(
    may: dict[str, May],
) -> None:
    """
    Whoever invokes the router by hand can tell the archive of deletes that never were.
    """
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:firn"
    assert may["operator"]("lambda:InvokeFunction", f"{function}-transform")
    for name in ("-router", "-ingest"):
        assert not may["operator"]("lambda:InvokeFunction", f"{function}{name}")


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reaches_another_deployment(may: dict[str, May], who: str) -> None:
    """
    Names that begin with this deployment's are another's.
    """
    arns = f"us-east-1:{ACCOUNT}"
    for action, resource in (
        ("s3:GetObject", f"arn:aws:s3:::firn2-archive-{ACCOUNT}-us-east-1/items/a"),
        ("s3:PutObject", f"arn:aws:s3:::firn2-landing-{ACCOUNT}-us-east-1/landing/a"),
        ("dynamodb:BatchWriteItem", f"arn:aws:dynamodb:{arns}:table/firn2-items"),
        ("firehose:PutRecordBatch", f"arn:aws:firehose:{arns}:deliverystream/firn2-x"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{arns}:function:firn2-transform"),
        ("sqs:SendMessage", f"arn:aws:sqs:{arns}:firn2-messages"),
        ("glue:GetTable", f"arn:aws:glue:{arns}:table/firn2/archive"),
        ("ssm:GetParameter", f"arn:aws:ssm:{arns}:parameter/firn/firn2"),
        ("ssm:PutParameter", f"arn:aws:ssm:{arns}:parameter/firn/firn2/verified"),
        ("logs:FilterLogEvents", f"arn:aws:logs:{arns}:log-group:/aws/lambda/firn2-a:"),
        ("athena:StartQueryExecution", f"arn:aws:athena:{arns}:workgroup/firn2"),
        ("cloudwatch:GetDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/firn2"),
    ):
        assert not may[who](action, resource)

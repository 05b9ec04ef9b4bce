"""
Athena as it is emulated, with an engine that only writes down what it is asked.

Amazon Athena: API_StartQueryExecution, API_GetQueryExecution, API_GetQueryResults.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.account import Account
from local_aws.athena_engine import Answer, AnswerColumn, Query, QueryFailedError
from local_aws.deploy import deploy
from local_aws.deployment import Deployed, Deployment

START_AT = 1_731_600_000
PARTITION = ("a/b", "2024-11-14")
PREFIX = "items/device=a%2Fb/date=2024-11-14/"
ROWS = [("a", "1"), ("", None), ('q"u', "2")]


class Engine:
    """
    Answers every query alike, or fails where the query says so.
    """

    def __init__(self) -> None:
        self.queries: list[Query] = []
        self.bytes_scanned = 100
        self.rows: list[tuple[str | None, ...]] = [*ROWS]

    def __call__(self, query: Query) -> Answer:
        self.queries.append(query)
        if "fail" in query.sql:
            msg = "SYNTAX_ERROR: line 1:8: no such column"
            raise QueryFailedError(msg)
        return Answer(
            columns=[AnswerColumn(name="x", type="varchar"), _bigint("n")],
            rows=self.rows,
            bytes_scanned=self.bytes_scanned,
        )


@pytest.fixture
def engine() -> Engine:
    """
    The engine of the account.
    """
    return Engine()


@pytest.fixture
def account(engine: Engine) -> Iterator[Account]:
    """
    An account that has an engine.
    """
    with Account(START_AT, athena=engine) as account:
        yield account


@pytest.fixture
def deployed(account: Account) -> Deployed:  # noqa: ARG001 - it is entered
    """
    A deployment in it.
    """
    return deploy(Deployment())


def test_a_query_is_queued_runs_and_succeeds(deployed: Deployed) -> None:
    """
    In this order, for who asks again and again.
    """
    identity = _start(deployed, "SELECT 1")
    states = [_told(identity)["Status"]["State"] for _ in range(4)]
    assert states == ["QUEUED", "RUNNING", "SUCCEEDED", "SUCCEEDED"]


def test_a_query_ends_as_time_passes(account: Account, deployed: Deployed) -> None:
    """
    Whether anybody asks or not.
    """
    identity = _start(deployed, "SELECT 1")
    account.clock.advance(60)
    told = _told(identity)
    assert told["Status"]["State"] == "SUCCEEDED"
    assert told["Statistics"]["DataScannedInBytes"] == 100
    assert told["EngineVersion"]["EffectiveEngineVersion"].endswith("version 3")


def test_the_engine_is_asked_as_the_caller_asked(
    deployed: Deployed, engine: Engine
) -> None:
    """
    The SQL as it stands, parameters as literals, the database of the context.
    """
    identity = _start(
        deployed,
        "SELECT ?",
        ExecutionParameters=["'it''s'", "5"],
        ClientRequestToken=_A,
    )
    _end(identity)
    (query,) = engine.queries
    assert (query.sql, list(query.parameters)) == ("SELECT ?", ["'it''s'", "5"])
    assert query.database == "firn"
    assert {table["Name"] for table in query.tables} >= {"archive", "items_distinct"}


def test_a_token_makes_one_query_of_two_calls(
    deployed: Deployed, engine: Engine
) -> None:
    """
    The answer was lost and the call repeated: it is not billed twice.
    """
    first = _start(deployed, "SELECT 1", ClientRequestToken=_A)
    again = _start(deployed, "SELECT 1", ClientRequestToken=_A)
    assert first == again
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        _start(deployed, "SELECT 2", ClientRequestToken=_A)
    _end(first)
    assert len(engine.queries) == 1


def test_results_are_pages_whose_first_row_has_the_names(
    deployed: Deployed, engine: Engine
) -> None:
    """
    At most a thousand rows a page, the row of names among them.
    """
    engine.rows = [(str(n), None) for n in range(2_000)]
    identity = _start(deployed, "SELECT 1")
    _end(identity)
    client = boto3.client("athena")
    pages = [
        page["ResultSet"]
        for page in client.get_paginator("get_query_results").paginate(
            QueryExecutionId=identity
        )
    ]
    sizes = [len(page["Rows"]) for page in pages]
    assert sizes == [1000, 1000, 1]
    assert pages[0]["Rows"][0]["Data"] == [{"VarCharValue": "x"}, {"VarCharValue": "n"}]
    assert pages[0]["Rows"][1]["Data"] == [{"VarCharValue": "0"}, {}]
    types = [each["Type"] for each in pages[0]["ResultSetMetadata"]["ColumnInfo"]]
    assert types == ["varchar", "bigint"]


def test_results_lie_in_the_workgroup_s_bucket(deployed: Deployed) -> None:
    """
    Whatever the caller names: the workgroup enforces its own.

    NULL is nothing between two commas, an empty text two quotes.
    """
    identity = _start(
        deployed,
        "SELECT 1",
        ResultConfiguration={"OutputLocation": "s3://elsewhere/"},
    )
    location = _end(identity)["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://{deployed.athena_results}/results/{identity}.csv"
    stored = boto3.client("s3").get_object(
        Bucket=deployed.athena_results, Key=f"results/{identity}.csv"
    )
    assert stored["Body"].read() == b'"x","n"\n"a","1"\n"",\n"q""u","2"\n'


def test_a_query_that_cannot_be_run_fails_with_its_reason(deployed: Deployed) -> None:
    """
    In the status, and to who asks for results.
    """
    identity = _start(deployed, "SELECT fail")
    told = _end(identity)
    assert told["Status"]["State"] == "FAILED"
    assert told["Status"]["StateChangeReason"].startswith("SYNTAX_ERROR")
    assert told["Status"]["AthenaError"]["ErrorCategory"] == 2
    with pytest.raises(ClientError, match="Final query state: FAILED"):
        boto3.client("athena").get_query_results(QueryExecutionId=identity)


def test_a_query_beyond_the_limit_of_the_workgroup_is_cancelled(
    deployed: Deployed, engine: Engine
) -> None:
    """
    100 GiB, as the module sets it.
    """
    engine.bytes_scanned = 101 * 1024**3
    told = _end(_start(deployed, "SELECT 1"))
    assert told["Status"]["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in told["Status"]["StateChangeReason"]


def test_a_query_that_was_stopped_never_runs(
    deployed: Deployed, engine: Engine
) -> None:
    """
    Ctrl-C while it waits; stopping it again changes nothing.
    """
    identity = _start(deployed, "SELECT 1")
    client = boto3.client("athena")
    for _ in range(2):
        client.stop_query_execution(QueryExecutionId=identity)
    assert _told(identity)["Status"]["State"] == "CANCELLED"
    assert engine.queries == []


def test_results_are_not_there_before_the_end(deployed: Deployed) -> None:
    """
    Nor is a query that nobody started.
    """
    identity = _start(deployed, "SELECT 1")
    client = boto3.client("athena")
    with pytest.raises(ClientError, match="not yet finished"):
        client.get_query_results(QueryExecutionId=identity)
    with pytest.raises(ClientError, match="was not found"):
        client.get_query_execution(QueryExecutionId="no")
    with pytest.raises(ClientError, match="WorkGroup no is not found"):
        client.start_query_execution(QueryString="SELECT 1", WorkGroup="no")
    with pytest.raises(ClientError, match="No output location"):
        client.start_query_execution(QueryString="SELECT 1", WorkGroup="primary")


def test_what_is_registered_is_read_and_nothing_else(
    deployed: Deployed, engine: Engine
) -> None:
    """
    Every object at a partition's location, whatever the ledger says.

    None that lies beside one.
    """
    _register(deployed)
    _put(deployed, f"{PREFIX}1.parquet", f"{PREFIX}extra", f"{PREFIX}_hidden")
    _put(deployed, "items/device=c/date=2024-11-14/1", "ledger/files/1.parquet")
    _end(_start(deployed, "SELECT 1"))
    (query,) = engine.queries
    assert sorted((file.table, file.partition, file.key) for file in query.files) == [
        ("archive", PARTITION, f"{PREFIX}1.parquet"),
        ("archive", PARTITION, f"{PREFIX}extra"),
        ("archive_files", (), "ledger/files/1.parquet"),
    ]


def test_an_archived_object_is_passed_over_until_its_copy_is_there(
    account: Account, deployed: Deployed, engine: Engine
) -> None:
    """
    Without a word.

    For ever, where the table does not say that restored objects are to be read.
    """
    _register(deployed)
    _put(deployed, f"{PREFIX}1.parquet", storage_class="GLACIER")
    seen = [_keys(deployed, engine)]
    boto3.client("s3").restore_object(
        Bucket=deployed.archive_bucket,
        Key=f"{PREFIX}1.parquet",
        RestoreRequest={"Days": 2, "GlacierJobParameters": {"Tier": "Expedited"}},
    )
    seen.append(_keys(deployed, engine))
    account.clock.advance(3_600)
    seen.append(_keys(deployed, engine))
    _forget_restored(deployed)
    seen.append(_keys(deployed, engine))
    assert seen == [[], [], [f"{PREFIX}1.parquet"], []]


def test_several_queries_are_told_and_listed(deployed: Deployed) -> None:
    """
    The latest first; one that nobody started is named apart.
    """
    first, second = (_start(deployed, f"SELECT {n}") for n in (1, 2))
    client = boto3.client("athena")
    listed = client.list_query_executions(WorkGroup=deployed.athena_workgroup)
    assert listed["QueryExecutionIds"] == [second, first]
    told = client.batch_get_query_execution(QueryExecutionIds=[first, "no"])
    assert [each["Query"] for each in told["QueryExecutions"]] == ["SELECT 1"]
    (unknown,) = told["UnprocessedQueryExecutionIds"]
    assert unknown["QueryExecutionId"] == "no"


_A = "a-token-that-is-long-enough-for-athena"


def _bigint(name: str) -> AnswerColumn:
    return AnswerColumn(name=name, type="bigint", precision=19)


def _start(deployed: Deployed, sql: str, **more: Any) -> str:  # noqa: ANN401 - the call's own arguments
    started = boto3.client("athena").start_query_execution(
        QueryString=sql,
        WorkGroup=deployed.athena_workgroup,
        QueryExecutionContext={"Database": deployed.glue_database},
        **more,
    )
    return started["QueryExecutionId"]


def _told(identity: str) -> Mapping[str, Any]:
    client = boto3.client("athena")
    return client.get_query_execution(QueryExecutionId=identity)["QueryExecution"]


def _end(identity: str) -> Mapping[str, Any]:
    return [_told(identity) for _ in range(3)][-1]


def _register(deployed: Deployed) -> None:
    location = f"s3://{deployed.archive_bucket}/{PREFIX}"
    boto3.client("glue").create_partition(
        DatabaseName=deployed.glue_database,
        TableName="archive",
        PartitionInput={
            "Values": [*PARTITION],
            "StorageDescriptor": {"Location": location},
        },
    )


def _put(deployed: Deployed, *keys: str, storage_class: Any = "STANDARD") -> None:  # noqa: ANN401 - one of its literals
    for key in keys:
        boto3.client("s3").put_object(
            Bucket=deployed.archive_bucket,
            Key=key,
            Body=key.encode(),
            StorageClass=storage_class,
        )


def _keys(deployed: Deployed, engine: Engine) -> list[str]:
    _end(_start(deployed, "SELECT 1"))
    return [file.key for file in engine.queries[-1].files]


def _forget_restored(deployed: Deployed) -> None:
    client = boto3.client("glue")
    names = {"DatabaseName": deployed.glue_database, "Name": "archive"}
    table: Any = client.get_table(**names)["Table"]
    del table["Parameters"]["read_restored_glacier_objects"]
    kept = ("Name", "Parameters", "PartitionKeys", "StorageDescriptor", "TableType")
    client.update_table(
        DatabaseName=deployed.glue_database,
        TableInput={name: table[name] for name in kept},  # type: ignore[typeddict-item] - as Glue told it
    )

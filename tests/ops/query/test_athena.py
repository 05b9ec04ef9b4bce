# ruff: noqa: S608 - SQL made of our own words, for a test
"""
`firn query` with Athena: what it asks, what it does not believe, how it fails.
"""

import json
from typing import TYPE_CHECKING, cast

import boto3
import pytest

from local_aws.athena_engine import QueryFailedError
from local_aws.scene import backend
from ops.connection import connect
from ops.output import Output
from ops.place import Place
from ops.query.look import Look
from ops.query.statement import parse_statement
from ops.query.touched import touched
from tests.ops.conftest import START, Commands, Processes
from tests.ops.front import Front, Refused
from tests.ops.query.conftest import COUNT, DAY, READINGS, ROWS_OF_A, Desk

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import TableInputTypeDef


def test_an_object_that_no_entry_names_is_told(desk: Desk) -> None:
    """
    Athena would read it: rows that nobody archived. DuckDB does not.
    """
    store, bucket = backend("s3"), desk.deployed.archive_bucket
    key = desk.keys("a")[0]
    body = store.get_object(bucket, key).value
    # Neither of these is read by Athena.
    store.put_object(bucket, f"{key.rpartition('/')[0]}/_SUCCESS", b"x")
    store.put_object(bucket, f"{key.rpartition('/')[0]}/empty", b"")
    assert desk.query(COUNT, "--json").document["rows"] == ROWS_OF_A

    store.put_object(bucket, f"{key}.copy", body)
    ran = desk.query(COUNT)
    assert (ran.exit_code, ran.stdout) == (4, "")
    assert f"{key}.copy: named by no entry" in ran.stderr
    assert "--engine duckdb" in ran.stderr
    rows = desk.query(COUNT, "--engine", "duckdb", "--json").document["rows"]
    assert rows == ROWS_OF_A
    partial = desk.query(COUNT, "--allow-partial", "--json")
    assert partial.document["strangers"] == [f"{key}.copy"]
    assert partial.document["rows"] != ROWS_OF_A


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_partition_that_athena_does_not_know_is_told(
    desk: Desk,
    elsewhere: bool,
) -> None:
    """
    Not registered, or registered at another place: Athena would leave it out.
    """
    glue, database = boto3.client("glue"), desk.deployed.glue_database
    names = {"DatabaseName": database, "TableName": "archive"}
    values = ["a", "2025-01-02"]
    found = glue.get_partition(**names, PartitionValues=values)["Partition"]
    glue.delete_partition(**names, PartitionValues=values)
    if elsewhere:
        storage = {**found["StorageDescriptor"], "Location": "s3://other/place/"}
        glue.create_partition(
            **names, PartitionInput={"Values": values, "StorageDescriptor": storage}
        )
    ran = desk.query(COUNT)

    assert (ran.exit_code, ran.stdout) == (4, "")
    assert "items/device=a/date=2025-01-02/: not registered in Glue" in ran.stderr
    assert "--engine duckdb" in ran.stderr
    other = desk.query(f"{COUNT} AND date = '2025-01-01'", "--json")
    assert other.document["rows"] == [{"n": len(READINGS)}]


def test_a_table_that_leaves_restored_objects_out_is_told(desk: Desk) -> None:
    """
    Athena would skip what was paid for, without a word.
    """
    desk.account.run_until(START + 70 * DAY)
    words = ("--device", "a", "--days", "2", "--yes")
    assert desk.firn("restore", *words).exit_code == 0
    desk.account.run_until(START + 71 * DAY)
    table = backend("glue").databases[desk.deployed.glue_database].tables["archive"]
    parameters = list(table.versions.values())[-1]["Parameters"]
    parameters["read_restored_glacier_objects"] = "false"
    ran = desk.query(COUNT)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "read_restored_glacier_objects" in ran.stderr

    parameters["read_restored_glacier_objects"] = "true"
    assert desk.query(COUNT, "--json").document["rows"] == ROWS_OF_A
    # Within the hour the copies are gone: too late for Athena to begin, and not
    # for DuckDB, which fetches them at once.
    desk.account.run_until(START + 73 * DAY - 1800)
    ran = desk.query(COUNT)
    assert ran.exit_code == 3
    assert "lukewarm); restore them: firn restore --device=a" in ran.stderr
    ran = desk.query(COUNT, "--engine", "duckdb", "--json")
    assert ran.document["rows"] == ROWS_OF_A


def test_what_changes_while_a_query_runs_is_no_answer(desk: Desk) -> None:
    """
    An object that became cold, or is gone, before Athena came to it.
    """
    key = desk.keys("a")[0]
    desk.meanwhile = lambda: desk.freeze(key)
    ran = desk.query(COUNT)

    assert (ran.exit_code, ran.stdout) == (4, "")
    assert "while it ran" in ran.stderr


def test_an_entry_that_came_while_a_query_ran_is_noticed(desk: Desk) -> None:
    """
    Where it changed what is touched, and only there.
    """
    connection = connect(Place(deployment="firn"))
    look = Look(
        connection=connection, terminal=Output(json=True).terminal, with_glue=True
    )
    found = {
        device: touched(
            parse_statement(f"SELECT * FROM items WHERE device = '{device}'"), "firn"
        )
        for device in ("a", "b")
    }
    before = {device: look.at(it) for device, it in found.items()}
    for device, it in found.items():
        look.again(before[device], it)

    message = {"topic": "a/x", "timestamp": START + 5 * 3600, "data": {"Temp": 1}}
    desk.account.send(desk.deployed.queue_url, json.dumps(message))
    desk.account.run_until(START + 14 * DAY)
    look.again(before["b"], found["b"])
    with pytest.raises(Exception, match="changed what the query touches"):
        look.again(before["a"], found["a"])


def test_ctrl_c_stops_the_query(desk: Desk) -> None:
    """
    Athena would run on, and be billed.
    """

    def interrupt() -> None:
        raise KeyboardInterrupt

    desk.meanwhile = interrupt
    ran = desk.query(COUNT)
    desk.meanwhile = lambda: None

    assert (ran.exit_code, ran.stdout) == (130, "")
    assert "Athena was told to stop" in ran.stderr
    assert desk.executions()[0]["Status"]["State"] == "CANCELLED"


def test_a_query_that_fails_is_told_in_athenas_words(desk: Desk) -> None:
    """
    What the SQL did wrong is for who wrote it: exit 2.
    """

    def fail() -> None:
        msg = "COLUMN_NOT_FOUND: line 1:8: Column 'wind' cannot be resolved"
        raise QueryFailedError(msg)

    desk.meanwhile = fail
    ran = desk.query("SELECT wind FROM items WHERE device = 'a'")

    assert (ran.exit_code, ran.stdout) == (2, "")
    told = "Athena: the query failed: COLUMN_NOT_FOUND: line 1:8: Column 'wind' cannot"
    assert told in ran.stderr


def test_the_limit_of_what_a_query_may_scan_is_named(desk: Desk) -> None:
    """
    With the module's own name for it.
    """
    group = backend("athena").work_groups[desk.deployed.athena_workgroup]
    group.configuration["BytesScannedCutoffPerQuery"] = 1
    ran = desk.query(COUNT)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "athena_scan_max_gib" in ran.stderr


def test_a_saved_query_is_run_by_its_name(desk: Desk) -> None:
    """
    With its parameters; a name that is not there tells those that are.
    """
    boto3.client("athena").create_named_query(
        Name="of_a_device",
        Database=desk.deployed.glue_database,
        WorkGroup=desk.deployed.athena_workgroup,
        QueryString="SELECT count(*) AS n FROM items WHERE device = ?;",
    )
    ran = desk.query("--named", "of_a_device", "--param", "a", "--json")
    assert ran.document["rows"] == ROWS_OF_A

    ran = desk.query("--named", "of_nobody")
    assert ran.exit_code == 2
    assert "of_a_device" in ran.stderr


@pytest.mark.parametrize(
    ("kind", "location", "refused"),
    [
        ("EXTERNAL_TABLE", "s3://elsewhere/sites/", False),
        ("EXTERNAL_TABLE", "s3://firn-archive/items/", True),
        ("EXTERNAL_TABLE", "s3://sites-0123456789-s3alias/sites/", True),
        ("EXTERNAL_TABLE", "s3://arn:aws:s3:eu-west-1:1:accesspoint/sites", True),
        ("VIRTUAL_VIEW", "", True),
    ],
)
def test_what_another_table_reads_is_looked_up(
    desk: Desk, kind: str, location: str, refused: bool
) -> None:
    """
    A table elsewhere reads no archive object; a view may read them all.
    """
    boto3.client("glue").create_table(
        DatabaseName=desk.deployed.glue_database,
        TableInput={
            "Name": "sites",
            "TableType": kind,
            "StorageDescriptor": {"Location": location, "Columns": []},
        },
    )
    desk.freeze(desk.keys("b")[0])
    ran = desk.query("SELECT 1 FROM items, sites WHERE items.device = 'a'")

    assert (ran.exit_code == 3) is refused
    assert ("sites: not a table of this archive" in ran.stderr) is refused


@pytest.mark.parametrize(
    "more",
    [
        {"PartitionKeys": [{"Name": "year", "Type": "string"}]},
        {
            "StorageDescriptor": {
                "Location": "s3://elsewhere/sites/",
                "InputFormat": "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
            }
        },
    ],
)
def test_a_table_that_may_name_objects_of_any_bucket_is_not_elsewhere(
    desk: Desk, more: dict[str, object]
) -> None:
    """
    Its own location is another bucket; that of a partition, or a manifest, is not.
    """
    table = {
        "Name": "sites",
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {"Location": "s3://elsewhere/sites/"},
        **more,
    }
    boto3.client("glue").create_table(
        DatabaseName=desk.deployed.glue_database,
        TableInput=cast("TableInputTypeDef", table),
    )
    desk.freeze(desk.keys("b")[0])
    ran = desk.query("SELECT 1 FROM items, sites WHERE items.device = 'a'")

    assert ran.exit_code == 3


@pytest.mark.parametrize(
    ("operation", "code", "told"),
    [
        (
            "StartQueryExecution",
            "AccessDeniedException",
            "athena:StartQueryExecution: these credentials may not",
        ),
        (
            "GetPartitions",
            "AccessDeniedException",
            "glue:GetPartitions: these credentials may not",
        ),
        ("GetQueryExecution", "ExpiredTokenException", "have expired"),
    ],
)
def test_what_a_person_may_not_is_told(
    front: Front, firn_process: Processes, operation: str, code: str, told: str
) -> None:
    """
    The missing permission by its name, and what to do about it.
    """
    front.refuse(operation, Refused(code, 400, "no"))
    ran = firn_process("query", "SELECT count(*) FROM items")

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert ran.stderr.splitlines()[-1].startswith("firn: ")


def test_a_busy_athena_is_asked_again_and_then_told(
    front: Front, firn_over_http: Commands
) -> None:
    """
    Several times, with longer and longer waits; the same command goes on.
    """
    front.refuse("StartQueryExecution", Refused("TooManyRequestsException"))
    ran = firn_over_http("query", "SELECT count(*) FROM items")

    assert (ran.exit_code, ran.stdout) == (4, "")
    assert "athena:StartQueryExecution: AWS was too busy" in ran.stderr
    assert front.asked["StartQueryExecution"] > 3

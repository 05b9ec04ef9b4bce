"""
Trino and DuckDB give the same answers.

The SQL is Athena's; Trino runs it as it stands, DuckDB by way of ops/sql. Both see
one Glue catalogue and one bucket, as Terraform and the transform made them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest

from local_aws.athena_files import files_of, tables_of
from ops.sql.emulated import tables_of_query
from ops.sql.engine import run
from tests.infra.engine.asked import FLEET, QUERIES
from tests.infra.engine.fleet import fill
from tests.infra.engine.rows import in_any_order, spelled, told
from tests.infra.engine.scene import VIEWS, Scene, scene
from tests.infra.engine.trino import UnavailableError
from tests.infra.terraform import UnavailableError as NoTerraformError
from tests.ops.sql.measured import MEASURED

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("engine")]

# The shipped queries name a device and days that nobody has.
DAYS = {"2026-01-01": "2021-01-01", "2026-01-31": "2026-12-31", "device-1": "fleet-1"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """
    A fleet, odd places, odd values and, where there are any, real readings.
    """
    try:
        with scene(tmp_path_factory.mktemp("engine")) as made:
            fill(made)
            yield made
    except (UnavailableError, NoTerraformError) as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("asked", QUERIES)
def test_a_query_has_the_same_rows(archive: Scene, asked: str) -> None:
    """
    Value by value, each of the same type, and columns of the same names.
    """
    _agree(archive, QUERIES[asked].replace("{fleet}", FLEET))


def test_expressions_are_what_was_measured(archive: Scene) -> None:
    """
    What tests/ops/sql/ expects of DuckDB is what Trino answers.
    """
    sql = ", ".join(f"{expression} AS c{n}" for n, expression in enumerate(MEASURED))
    (row,) = archive.query(f"SELECT {sql}")
    assert list(row.values()) == list(MEASURED.values())


@pytest.mark.parametrize("table", [*VIEWS, "archive", "archive_files"])
def test_a_table_or_view_has_the_same_rows(archive: Scene, table: str) -> None:
    """
    All columns of all rows, whatever their attributes are called or hold.
    """
    _agree(archive, f"SELECT * FROM {{{table}}}")  # noqa: S608 - our own names


def test_every_shipped_query_has_the_same_rows(archive: Scene) -> None:
    """
    What the module puts into the console, on days that there are.
    """
    queries = _shipped(archive)
    assert len(queries) > 5
    for sql in queries:
        _agree(archive, sql)


def test_an_archived_file_is_in_no_answer_until_it_is_restored(archive: Scene) -> None:
    """
    Both pass over it without a word, and both read it once the copy is there.
    """
    client, bucket = boto3.client("s3"), archive.bucket
    counting = "SELECT count(*) AS n FROM {archive} WHERE device = 'fleet-2'"
    (whole,) = _agree(archive, counting)
    listed = client.list_objects_v2(Bucket=bucket, Prefix="items/device=fleet-2/")
    key = listed["Contents"][0]["Key"]
    body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    client.put_object(Bucket=bucket, Key=key, Body=body, StorageClass="GLACIER")

    (short,) = _agree(archive, counting)
    request = {"Days": 2, "GlacierJobParameters": {"Tier": "Expedited"}}
    client.restore_object(Bucket=bucket, Key=key, RestoreRequest=request)
    (warming,) = _agree(archive, counting)
    archive.clock.advance(3600)
    (restored,) = _agree(archive, counting)

    assert whole > short
    assert (warming, restored) == (short, whole)


def _agree(archive: Scene, sql: str) -> list[str]:
    """
    Ask both; give the rows, which are the same.
    """
    rows = archive.query(sql)
    plain = re.sub(r"\{(\w+)\}", r"awsdatacatalog.firn.\1", sql)
    # Trino's time is the machine's, not the account's.
    (told_at,) = archive.query("SELECT to_unixtime(now()) AS at")
    tables = tables_of_query("firn", tables_of("firn"), list(files_of("firn")))
    table = run(plain, (), replace(tables, now=told_at["at"]))
    assert in_any_order(spelled(table)) == in_any_order(told(rows)), sql
    if rows:
        assert table.column_names == list(rows[0]), sql
    return in_any_order(told(rows))


def _shipped(archive: Scene) -> list[str]:
    terraform = archive.terraform
    target = "-target=aws_athena_named_query.this"
    terraform.run("plan", "-input=false", "-out=queries.plan", target)
    planned = json.loads(terraform.run("show", "-json", "queries.plan"))
    queries = []
    for each in planned["resource_changes"]:
        if each["type"] == "aws_athena_named_query":
            sql = each["change"]["after"]["query"].rstrip().removesuffix(";")
            for name in (*VIEWS, "archive", "archive_files"):
                sql = sql.replace(f'"firn"."{name}"', f"{{{name}}}")
            for was, there in DAYS.items():
                sql = sql.replace(was, there)
            queries.append(sql)
    return queries

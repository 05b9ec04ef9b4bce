"""
Queries of one's own that are saved in the workgroup.
"""

import boto3

from tests.ops.query.conftest import Desk


def saved(desk: Desk, name: str, sql: str, description: str = "") -> None:
    """
    Save a query in the workgroup.
    """
    boto3.client("athena").create_named_query(
        Name=name,
        Description=description,
        Database=desk.deployed.glue_database,
        WorkGroup=desk.deployed.athena_workgroup,
        QueryString=sql,
    )


def test_several_devices_and_parameters_of_its_own(
    desk: Desk, engine: tuple[str, str]
) -> None:
    """
    Bound in the order of the question marks, an apostrophe in an id too.
    """
    sql = (
        "-- what? 'this'\n"
        "SELECT count(*) AS n, ? AS said FROM items WHERE ('x' = device) AND ok = ? "
        "AND \"date\" >= '2026-01-01' AND \"date\" < '2026-02-01' AND name <> ?;"
    )
    saved(desk, "own", sql, "How many are ok.")
    ran = desk.query(
        *("--named", "own", "--device", "it's", "--device", "b"),
        *("--from", "2025-01-02", "--to", "2025-01-03", "--json"),
        *("--param", "hello", "--param", "boolean:true", "--param", "south"),
        *engine,
    )
    assert ran.exit_code == 0, ran.stderr
    assert ran.document["rows"] == [{"n": 4, "said": "hello"}]
    assert "it's" not in ran.document["sql"]


def test_the_saved_queries_are_listed_by_what_they_answer(desk: Desk) -> None:
    """
    Without a name; by its description, or the comment that it begins with.
    """
    saved(desk, "own", "SELECT 1", "Nothing but one.")
    for words in (("--named",), ("--named", "--engine", "duckdb")):
        ran = desk.query(*words)
        assert ran.exit_code == 0, ran.stderr
        assert "own\n  Nothing but one.\n" in ran.stdout
        assert "gaps\n  Where a device was silent for more than three" in ran.stdout
        assert max(map(len, ran.stdout.splitlines())) <= 80

    ran = desk.query("--named", "gabs")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "own\n  Nothing but one.\n" in ran.stderr
    assert ran.stderr.splitlines()[-1].startswith("firn: --named gabs: not saved in")

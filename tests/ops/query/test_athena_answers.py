"""
What `firn query` asks Athena, and what it makes of the answer.
"""

import json

import pytest
from moto.athena.responses import AthenaResponse

from tests.ops.query.conftest import COUNT, DAYS, ROWS_OF_A, Desk


def test_a_query_uses_no_earlier_result_and_pastes_nothing(still: Desk) -> None:
    """
    Result reuse is off, parameters are literals of their own, the SQL is as given.
    """
    sql = "SELECT count(*) AS n FROM items WHERE device = ? AND name <> ? AND temp < ?"
    words = ("--param", "a", "--param", "it's", "--param", "number:-0.5", "--json")
    ran = still.query(sql, *words)
    asked = still.executions()[0]

    assert ran.document["rows"] == [{"n": DAYS}]
    assert ran.document["query_execution_id"] == asked["QueryExecutionId"]
    assert asked["Query"] == sql
    assert asked["ExecutionParameters"] == ["'a'", "'it''s'", "-0.5"]
    reuse = asked["ResultReuseConfiguration"]["ResultReuseByAgeConfiguration"]
    assert reuse == {"Enabled": False}
    assert asked["WorkGroup"] == still.deployed.athena_workgroup
    assert asked["QueryExecutionContext"]["Database"] == still.deployed.glue_database


def test_what_was_read_and_its_price_are_shown(still: Desk) -> None:
    """
    Ten megabytes at least, at the list price of a terabyte.
    """
    ran = still.query(COUNT, "--json")

    assert ran.document["rows"] == ROWS_OF_A
    assert ran.document["bytes_scanned"] > 0
    assert ran.document["usd"] == "0.000048"
    assert "0.000048 USD (list price of us-east-1" in ran.stderr


@pytest.mark.parametrize(("category", "code"), [(1, 4), (2, 2), (3, 1)])
def test_whose_fault_a_failure_is_decides_the_exit_code(
    still: Desk, monkeypatch: pytest.MonkeyPatch, category: int, code: int
) -> None:
    """
    AthenaError: 1 is Athena's own, 2 the caller's, 3 somebody else's.
    """
    status = {
        "State": "FAILED",
        "StateChangeReason": "it did not go well",
        "AthenaError": {"ErrorCategory": category},
    }
    monkeypatch.setattr(
        AthenaResponse,
        "get_query_execution",
        lambda _: json.dumps({"QueryExecution": {"Status": status}}),
    )
    ran = still.query(COUNT)

    assert (ran.exit_code, ran.stdout) == (code, "")
    assert "Athena: the query failed: it did not go well" in ran.stderr


def test_what_the_catalogue_says_comes_in_pages(
    still: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Athena writes no CSV for it; and it touches no object, whatever is cold.
    """
    described = {"ColumnInfo": [{"Name": "partition", "Type": "string"}]}

    def page(response: AthenaResponse) -> str:
        token = json.loads(response.body).get("NextToken")
        text, more = ("device=b", {}) if token else ("device=a", {"NextToken": "2"})
        rows = [{"Data": [{"VarCharValue": text}]}]
        return json.dumps(
            {"ResultSet": {"Rows": rows, "ResultSetMetadata": described}, **more}
        )

    execution = {
        "Status": {"State": "SUCCEEDED"},
        "ResultConfiguration": {"OutputLocation": "s3://x/results/1.txt"},
    }
    monkeypatch.setattr(
        AthenaResponse,
        "get_query_execution",
        lambda _: json.dumps({"QueryExecution": execution}),
    )
    monkeypatch.setattr(AthenaResponse, "get_query_results", page)
    ran = still.query("SHOW PARTITIONS archive", "--json")

    assert ran.document["rows"] == [
        {"partition": "device=a"},
        {"partition": "device=b"},
    ]
    assert ran.document["usd"] == "0.000000"

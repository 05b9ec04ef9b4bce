# ruff: noqa: S608 - SQL made of our own words, for a test
"""
What `firn query` answers, in which form, and what it does not take.
"""

import json
import os
import re
from pathlib import Path

import boto3
import pyarrow.parquet as pq
import pytest

from tests.ops.conftest import Commands
from tests.ops.query.conftest import DAYS, DEVICES, READINGS, Desk, sent

DUCKDB = ("--engine", "duckdb")
DATES = ("2025-01-01", "2025-01-02", "2025-01-03")
COLUMNS = "device_id,created_at,temp,big,name,ok,ratio,n"


def test_rows_are_what_was_put_in(still: Desk, engine: tuple[str, str]) -> None:
    """
    For a device and a day, for all, with SQL and without: every value exactly.
    """
    for device in DEVICES:
        words = ("--device", device, "--from", DATES[1], "--to", DATES[1])
        ran = still.query(*words, "--columns", COLUMNS, "--json", *engine)
        assert ran.exit_code == 0, ran.stderr
        assert ran.document["rows"] == sent(device, 1)
        assert ran.document["complete"] is True

    sql = f"SELECT {COLUMNS} FROM items ORDER BY device, created_at"
    ran = still.query(sql, "--json", *engine)
    everything = [
        row for device in DEVICES for day in range(DAYS) for row in sent(device, day)
    ]
    assert sorted(ran.document["rows"], key=str) == sorted(everything, key=str)
    assert "items: touches everything" in ran.stderr


def test_every_format_has_every_row(
    still: Desk, tmp_path: Path, engine: tuple[str, str]
) -> None:
    """
    Exactly: NULL and an empty text, 38 digits, quotes and line ends.
    """
    words = ("--device", "a", "--from", DATES[0], "--to", DATES[0], *engine)
    listed = ("--columns", "big,name", "--columns", "temp")
    rows = [[it["big"], it["name"], it["temp"]] for it in sent("a", 0)]

    csv = still.query(*words, *listed, "--format", "csv").stdout
    assert csv == (
        '"big","name","temp"\n'
        '"12345678901234567890123456789012345678","north","20.50"\n'
        ',"","-1.00"\n'
        ',"a ""b"",\n☃ 温度",\n'
    )
    shown = json.loads(still.query(*words, *listed, "--format", "json").stdout)
    assert [list(row.values()) for row in shown] == rows
    for name in ("x.parquet", "x.csv", "x.json"):
        ran = still.query(*words, *listed, "--output", str(tmp_path / name))
        assert (ran.exit_code, ran.stdout) == (0, "")
    assert (tmp_path / "x.csv").read_text() == csv
    assert json.loads((tmp_path / "x.json").read_text()) == shown
    table = pq.read_table(tmp_path / "x.parquet")
    assert [str(field.type) for field in table.schema] == [
        "decimal128(38, 0)",
        "string",
        "decimal128(9, 2)",
    ]
    assert str(table.column("big")[0].as_py()) == rows[0][0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "x.csv",
        "x.json",
        "x.parquet",
    ]


def test_a_table_fits_the_terminal(still: Desk) -> None:
    """
    Rows below one another where they fit in 80 columns, else values.
    """
    narrow = still.query(
        "SELECT name, temp FROM items WHERE device = 'a'", *DUCKDB
    ).stdout
    wide = still.query("--device", "a", *DUCKDB).stdout

    assert narrow.splitlines()[0].split() == ["name", "temp"]
    assert 'a "b",\\n☃ 温度' in narrow
    assert "-- row 9 -" in wide
    for text in (narrow, wide):
        assert max(map(len, text.splitlines())) <= 80


def test_parameters_are_bound(still: Desk, engine: tuple[str, str]) -> None:
    """
    In the order of the text; none of them is SQL.
    """
    sql = "SELECT count(*) AS n FROM items WHERE device = ? AND temp < ? LIMIT ?"
    words = ("--param", "a", "--param", "number:0.5", "--param", "number:1", "--json")
    assert still.query(sql, *words, *engine).document["rows"] == [{"n": DAYS}]

    ran = still.query(
        "SELECT count(*) AS n FROM items WHERE device = ?",
        "--param",
        "a' OR device <> 'a",
        *engine,
    )
    # Such an id lies under its hash, as every one with an apostrophe.
    assert ran.exit_code == 2
    assert "sha256-" in ran.stderr


def test_sql_comes_from_a_file_too(still: Desk, tmp_path: Path) -> None:
    """
    With comments and a semicolon at its end.
    """
    path = tmp_path / "report.sql"
    path.write_text(
        "-- a report\nSELECT count(*) AS n\nFROM items\nWHERE device = ?;\n"
    )
    ran = still.query("--file", str(path), "--param", "b", "--json", *DUCKDB)

    assert ran.document["rows"] == [{"n": DAYS * len(READINGS)}]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nothing is asked"),
        (("SELECT 1", "--device", "a"), "one thing at a time"),
        (("SELECT 1", "--file", "x.sql"), "one thing at a time"),
        (("--file", "missing.sql"), "--file missing.sql: cannot be read"),
        (("DROP TABLE archive",), "DROP: firn query only reads"),
        (("SELECT 1", "--param", "x"), "0 question marks"),
        (("SELECT ?",), "1 question mark, and --param is given 0 times; give"),
        (("SELECT * FROM itemz",), "itemz: no such table; there are archive, archive_"),
        (("SELECT * FROM",), "expected table name in line 1, column 13, at 'FROM'"),
        (("SELECT ?", "--param", "number:x"), "--param number:x: not a number"),
        (("--device", "a", "--columns", "temp,wind"), "--columns wind: items_distinct"),
        (("--device", "a", "--from", "soon"), "--from soon: not a date"),
        (("SELECT 1", "--format", "parquet"), "--format parquet: name the file"),
        (("SELECT 1", "--output", "x.txt"), "--output x.txt: name its format"),
        (("SELECT 1", "--output", "no/such/x.csv"), "not a file in a folder"),
        (("SELECT 1", "--output", "/proc/x.csv"), "--output /proc/x.csv: "),
        (("SELECT 1", "--json", "--format", "csv"), "--json and --format csv"),
        (("SELECT wind FROM items WHERE device = 'a'", *DUCKDB), "wind"),
        (("SHOW TABLES", *DUCKDB), "--engine duckdb: runs a SELECT"),
        (("SELECT 1", "--engine", "spark"), "--engine"),
        (("SELECT * FROM items WHERE date = '2025-1-1'", *DUCKDB), "'2025-01-01'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    still: Desk, words: tuple[str, ...], told: str
) -> None:
    """
    Exit 2, nothing on standard output, no traceback.
    """
    ran = still.query(*words)

    assert (ran.exit_code, ran.stdout) == (2, "")
    last = ran.stderr.splitlines()[-1]
    assert last.startswith("firn: ")
    assert told in last


def test_every_key_of_the_json_is_documented(still: Desk, tmp_path: Path) -> None:
    """
    And nothing that is not there.
    """
    page = (Path(__file__).parents[3] / "docs" / "QUERYING.md").read_text()
    table = re.search(r"\| key \| value \|\n.*?\n\n", page, re.DOTALL)
    assert table is not None
    names = " ".join(re.findall(r"^\| (`[^|]+) \|", table[0], re.MULTILINE))
    shown = still.query("SELECT 1 AS n", "--json", *DUCKDB)
    words = ("--json", "--output", str(tmp_path / "x.csv"))
    written = still.query("SELECT 1 AS n", *words, *DUCKDB)
    made = {*shown.document, *written.document}

    assert set(re.findall(r"`(\w+)`", names)) == made


def test_a_misspelt_device_is_told_beside_its_empty_answer(
    still: Desk, engine: tuple[str, str]
) -> None:
    """
    No rows may be right for a device to come, and looks like a loss otherwise.
    """
    ran = still.query("--device", "its", "--device", "a", "--json", *engine)

    assert (ran.exit_code, ran.document["complete"]) == (0, True)
    assert "device 'its': not in the archive; " in ran.stderr
    assert "device 'a': not in the archive" not in ran.stderr


def test_a_folder_that_takes_no_file_is_told_before_athena_is_asked(
    still: Desk,
) -> None:
    """
    Not even root may write there; a query that ran is a query that is paid for.
    """
    ran = still.query("SELECT 1", "--output", "/proc/x.csv")

    assert (ran.exit_code, ran.stderr.count("\n")) == (2, 1)


def test_a_device_takes_the_answer_and_stays_what_it_is(
    still: Desk, tmp_path: Path
) -> None:
    """
    A file put in the place of /dev/null would be a catastrophe for the machine.
    """
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    # Opened for both, so that nobody waits for the other end.
    end = os.open(pipe, os.O_RDWR)
    ran = still.query("SELECT 7 AS n", "--output", str(pipe))

    assert (ran.exit_code, os.read(end, 100)) == (0, b'"n"\n"7"\n')
    os.close(end)
    assert pipe.is_fifo()


def test_where_a_link_leads_is_replaced_and_not_the_link(
    still: Desk, tmp_path: Path
) -> None:
    """
    As with any other program that writes to it.
    """
    link, file = tmp_path / "link.csv", tmp_path / "file.csv"
    link.symlink_to(file)
    ran = still.query("SELECT 7 AS n", "--output", str(link))

    assert (ran.exit_code, link.is_symlink()) == (0, True)
    assert file.read_text() == '"n"\n"7"\n'


@pytest.mark.slow
def test_the_saved_queries_run_and_touch_a_part(still: Desk) -> None:
    """
    Those that the module ships: none of them asks for the whole archive to be restored.
    """
    client = boto3.client("athena")
    group = still.deployed.athena_workgroup
    ids = client.list_named_queries(WorkGroup=group)["NamedQueryIds"]
    names = [
        client.get_named_query(NamedQueryId=id_)["NamedQuery"]["Name"] for id_ in ids
    ]
    assert len(names) > 5
    for name in names:
        ran = still.query("--named", name, "--json", "--engine", "duckdb")
        assert ran.exit_code == 0, (name, ran.stderr)
        touches = ran.document["touches"]
        assert not any(touch["everything"] for touch in touches), (name, touches)


def test_a_name_that_comes_twice_gets_a_number(
    still: Desk, engine: tuple[str, str]
) -> None:
    """
    Or an object of JSON would hold one of the two.
    """
    sql = (
        "SELECT p.device, q.device FROM items p JOIN items q ON p.n = q.n "
        "WHERE p.device = 'a' AND q.device = 'b' LIMIT 1"
    )
    ran = still.query(sql, "--json", *engine)

    assert ran.document["rows"] == [{"device": "a", "device_2": "b"}]


def test_help_fits_the_terminal_and_shows_examples() -> None:
    """
    Every option, in 80 columns.
    """
    ran = Commands()("query", "--help")

    assert ran.exit_code == 0
    for option in (
        *("--file", "--named", "--param", "--device", "--from", "--to", "--columns"),
        *("--view", "--engine", "--allow-partial", "--yes", "--format", "--output"),
        *("--deployment", "--profile", "--region", "--json", "firn query --device"),
    ):
        assert option in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80

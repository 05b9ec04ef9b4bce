"""
`firn query` on an archive, with DuckDB.
"""

import json
import shlex
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from local_aws.scene import backend
from tests.ops.conftest import START
from tests.ops.query.conftest import DAY, DAYS, DEVICES, READINGS, Desk, sent

DUCKDB = ("--engine", "duckdb")
DATES = ("2025-01-01", "2025-01-02", "2025-01-03")
COLUMNS = "device_id,created_at,temp,big,name,ok,ratio,n"


def test_rows_are_what_was_put_in(desk: Desk) -> None:
    """
    For a device and a day, for all, with SQL and without: every value exactly.
    """
    for device in DEVICES:
        words = ("--device", device, "--from", DATES[1], "--to", DATES[1])
        ran = desk.query(*words, "--columns", COLUMNS, "--json", *DUCKDB)
        assert ran.exit_code == 0, ran.stderr
        assert ran.document["rows"] == sent(device, 1)
        assert ran.document["complete"] is True

    sql = f"SELECT {COLUMNS} FROM items ORDER BY device, created_at"
    ran = desk.query(sql, "--json", *DUCKDB)
    everything = [
        row for device in DEVICES for day in range(DAYS) for row in sent(device, day)
    ]
    assert sorted(ran.document["rows"], key=str) == sorted(everything, key=str)
    assert "items: touches everything" in ran.stderr


def test_one_cold_object_of_many_refuses_the_query(desk: Desk) -> None:
    """
    Named, with its state and the command that restores it; others go on.
    """
    cold = desk.keys("a")[0]
    desk.freeze(cold)

    ran = desk.query("SELECT count(*) FROM items WHERE device IN ('a', 'b')", *DUCKDB)
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert f"  {cold}  cold\n" in ran.stderr
    # The region is told where somebody named it, in the environment too.
    last = ran.stderr.splitlines()[-1].replace(" --region us-east-1", "")
    assert last == (
        f"firn: 1 of {len(desk.keys('a') + desk.keys('b'))} objects that the query "
        "touches cannot be read (1 cold); restore them: firn restore --device=a --from "
        "2025-01-01 --to 2025-01-01 (see docs/RUNBOOK.md#cold)"
    )
    untouched = (
        "SELECT count(*) AS n FROM items WHERE device = 'a' AND date > '2025-01-01'"
    )
    ran = desk.query(untouched, "--json", *DUCKDB)
    assert ran.document["rows"] == [{"n": (DAYS - 1) * len(READINGS)}]


def test_the_command_that_is_told_makes_the_query_run(desk: Desk) -> None:
    """
    Refused, restored by the very words, warming, then complete.
    """
    desk.account.run_until(START + 70 * DAY)
    words = (
        "--device",
        "it's",
        "--from",
        DATES[0],
        "--to",
        DATES[2],
        "--json",
        *DUCKDB,
    )
    refused = desk.query(*words)
    assert refused.exit_code == 3
    assert refused.document["rows"] is None
    assert set(refused.document["unreadable"].values()) == {"cold"}

    command = refused.stderr.split("restore them: firn ")[1].split(" (see")[0]
    restored = desk.firn(*shlex.split(command), "--yes")
    assert restored.exit_code == 0, restored.stderr
    warming = desk.query(*words)
    assert warming.exit_code == 3
    assert "warming); wait for them: firn restore" in warming.stderr
    assert "--wait" in warming.stderr

    desk.account.run_until(START + 71 * DAY)
    ran = desk.query(*words, "--columns", COLUMNS)
    assert ran.exit_code == 0, ran.stderr
    assert ran.document["rows"] == [
        row for day in range(DAYS) for row in sent("it's", day)
    ]


def test_a_partial_answer_says_what_is_missing(desk: Desk) -> None:
    """
    Only when it was asked for, and in the JSON too.
    """
    cold = desk.keys("a")[0]
    desk.freeze(cold)
    sql = "SELECT DISTINCT date FROM items WHERE device = 'a' ORDER BY date"
    ran = desk.query(sql, "--allow-partial", "--json", *DUCKDB)

    assert ran.exit_code == 0
    assert ran.document["rows"] == [{"date": date} for date in DATES[1:]]
    assert ran.document["complete"] is False
    assert ran.document["unreadable"] == {cold: "cold"}
    assert cold in ran.stderr


def test_what_is_not_as_the_ledger_says_is_damage(desk: Desk) -> None:
    """
    An object that is gone, one of another size, and one of other bytes.
    """
    store, bucket = backend("s3"), desk.deployed.archive_bucket
    key = desk.keys("a")[0]
    body = store.get_object(bucket, key).value
    other = bytes([*body[:-1], body[-1] ^ 1])
    sql = "SELECT count(*) FROM archive WHERE device = 'a'"
    for damage in (other, body[:-1], None):
        if damage is None:
            store.delete_object(bucket, key)
        else:
            store.put_object(bucket, key, damage)
        ran = desk.query(sql, *DUCKDB)
        assert (ran.exit_code, ran.stdout) == (1, "")
        assert ran.stderr.splitlines()[-1].startswith(f"firn: {key}: ")


def test_a_stranger_is_not_read(desk: Desk) -> None:
    """
    DuckDB reads what the ledger names, and nothing that lies beside it.
    """
    store, bucket = backend("s3"), desk.deployed.archive_bucket
    key = desk.keys("a")[0]
    store.put_object(bucket, f"{key}.copy", store.get_object(bucket, key).value)
    ran = desk.query(
        "SELECT count(*) AS n FROM archive WHERE device = 'a'", "--json", *DUCKDB
    )

    assert ran.document["rows"] == [{"n": DAYS * len(READINGS)}]


def test_an_archive_of_months_finds_days(desk_of_months: Desk) -> None:
    """
    By the day of each row; and a day that no partition has is refused.
    """
    words = ("--device", "a", "--from", DATES[1], "--to", DATES[1])
    ran = desk_of_months.query(*words, "--columns", COLUMNS, "--json", *DUCKDB)
    assert ran.document["rows"] == sent("a", 1)

    ran = desk_of_months.query("SELECT 1 FROM items WHERE date = '2025-01-02'", *DUCKDB)
    assert ran.exit_code == 2
    used = ran.stderr.splitlines()[-1].split("; use ")[1]
    ran = desk_of_months.query(
        f"SELECT {COLUMNS} FROM items WHERE device = 'a' AND {used} ORDER BY 2",
        "--json",
        *DUCKDB,
    )
    assert ran.document["rows"] == sent("a", 1)


def test_every_format_has_every_row(desk: Desk, tmp_path: Path) -> None:
    """
    Exactly: NULL and an empty text, 38 digits, quotes and line ends.
    """
    words = ("--device", "a", "--from", DATES[0], "--to", DATES[0], *DUCKDB)
    listed = ("--columns", "big,name", "--columns", "temp")
    rows = [[it["big"], it["name"], it["temp"]] for it in sent("a", 0)]

    csv = desk.query(*words, *listed, "--format", "csv").stdout
    assert csv == (
        '"big","name","temp"\n'
        '"12345678901234567890123456789012345678","north","20.50"\n'
        ',"","-1.00"\n'
        ',"a ""b"",\n☃ 温度",\n'
    )
    shown = json.loads(desk.query(*words, *listed, "--format", "json").stdout)
    assert [list(row.values()) for row in shown] == rows
    for name in ("x.parquet", "x.csv", "x.json"):
        ran = desk.query(*words, *listed, "--output", str(tmp_path / name))
        assert (ran.exit_code, ran.stdout) == (0, "")
    assert (tmp_path / "x.csv").read_text() == csv
    assert json.loads((tmp_path / "x.json").read_text()) == shown
    table = pq.read_table(tmp_path / "x.parquet")
    assert [str(field.type) for field in table.schema] == [
        "decimal128(38, 0)",
        "string",
        "decimal128(9, 2)",
    ]
    assert [str(value) for value in table.column("big").to_pylist()][0] == rows[0][0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "x.csv",
        "x.json",
        "x.parquet",
    ]


def test_a_table_fits_the_terminal(desk: Desk) -> None:
    """
    Rows below one another where they fit in 80 columns, else values.
    """
    narrow = desk.query(
        "SELECT name, temp FROM items WHERE device = 'a'", *DUCKDB
    ).stdout
    wide = desk.query("--device", "a", *DUCKDB).stdout

    assert narrow.splitlines()[0].split() == ["name", "temp"]
    assert 'a "b",\\n☃ 温度' in narrow
    assert "-- row 9 -" in wide
    for text in (narrow, wide):
        assert max(map(len, text.splitlines())) <= 80


def test_parameters_are_bound(desk: Desk) -> None:
    """
    In the order of the text; none of them is SQL.
    """
    sql = "SELECT count(*) AS n FROM items WHERE device = ? AND temp < ? LIMIT ?"
    words = ("--param", "a", "--param", "number:0.5", "--param", "number:1", "--json")
    assert desk.query(sql, *words, *DUCKDB).document["rows"] == [{"n": DAYS}]

    ran = desk.query(
        "SELECT count(*) AS n FROM items WHERE device = ?",
        "--param",
        "a' OR device <> 'a",
        *DUCKDB,
    )
    # Such an id lies under its hash, as every one with an apostrophe.
    assert ran.exit_code == 2
    assert "sha256-" in ran.stderr


def test_sql_comes_from_a_file_too(desk: Desk, tmp_path: Path) -> None:
    """
    With comments and a semicolon at its end.
    """
    path = tmp_path / "report.sql"
    path.write_text(
        "-- a report\nSELECT count(*) AS n\nFROM items\nWHERE device = ?;\n"
    )
    ran = desk.query("--file", str(path), "--param", "b", "--json", *DUCKDB)

    assert ran.document["rows"] == [{"n": DAYS * len(READINGS)}]


def test_the_file_lists_are_the_ledgers(desk: Desk) -> None:
    """
    Readable whatever is in Glacier.
    """
    for key in desk.keys():
        desk.freeze(key)
    ran = desk.query("SELECT key FROM archive_files ORDER BY key", "--json", *DUCKDB)

    assert [row["key"] for row in ran.document["rows"]] == desk.keys()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nothing is asked"),
        (("SELECT 1", "--device", "a"), "one thing at a time"),
        (("SELECT 1", "--file", "x.sql"), "one thing at a time"),
        (("--file", "missing.sql"), "--file missing.sql: cannot be read"),
        (("DROP TABLE archive",), "DROP: firn query only reads"),
        (("SELECT 1", "--param", "x"), "0 question marks"),
        (("SELECT ?", "--param", "number:x"), "--param number:x: not a number"),
        (("--device", "a", "--columns", "temp,wind"), "--columns wind: items_distinct"),
        (("--device", "a", "--from", "soon"), "--from soon: not a date"),
        (("SELECT 1", "--format", "parquet"), "--format parquet: name the file"),
        (("SELECT 1", "--output", "x.txt"), "--output x.txt: name its format"),
        (("SELECT 1", "--output", "no/such/x.csv"), "not a file in a folder"),
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

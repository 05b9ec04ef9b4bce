# ruff: noqa: S608 - SQL made of our own words, for a test
"""
`firn query` on an archive, with both engines and with DuckDB alone.
"""

import shlex

from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployment
from local_aws.scene import backend
from ops.sql.emulated import engine as emulated
from tests.ops.conftest import START, Commands
from tests.ops.query.conftest import DAY, DAYS, READINGS, Desk, sent

DUCKDB = ("--engine", "duckdb")
DATES = ("2025-01-01", "2025-01-02", "2025-01-03")
COLUMNS = "device_id,created_at,temp,big,name,ok,ratio,n"


def test_one_cold_object_of_many_refuses_the_query(
    desk: Desk, engine: tuple[str, str]
) -> None:
    """
    Named, with its state and the command that restores it; others go on.
    """
    cold = desk.keys("a")[0]
    desk.freeze(cold)

    ran = desk.query("SELECT count(*) FROM items WHERE device IN ('a', 'b')", *engine)
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
    ran = desk.query(untouched, "--json", *engine)
    assert ran.document["rows"] == [{"n": (DAYS - 1) * len(READINGS)}]


def test_a_slip_is_told_before_anything_is_restored_for_it(
    desk: Desk, engine: tuple[str, str]
) -> None:
    """
    DuckDB refuses it; of Athena, which knows more, it is a warning.
    """
    desk.freeze(desk.keys("a")[0])

    ran = desk.query("SELECT tempp FROM items WHERE device = 'a'", *engine)

    assert '"tempp"' in ran.stderr
    if engine == DUCKDB:
        assert (ran.exit_code, "firn restore" in ran.stderr) == (2, False)
    else:
        assert (ran.exit_code, "firn restore" in ran.stderr) == (3, True)
        assert "before you restore for it: " in ran.stderr


def test_the_command_that_is_told_makes_the_query_run(
    desk: Desk, engine: tuple[str, str]
) -> None:
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
        *engine,
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


def test_a_partial_answer_says_what_is_missing(
    desk: Desk, engine: tuple[str, str]
) -> None:
    """
    Only when it was asked for, and in the JSON too.
    """
    cold = desk.keys("a")[0]
    desk.freeze(cold)
    sql = "SELECT DISTINCT date FROM items WHERE device = 'a' ORDER BY date"
    ran = desk.query(sql, "--allow-partial", "--json", *engine)

    assert ran.exit_code == 0
    assert ran.document["rows"] == [{"date": date} for date in DATES[1:]]
    assert ran.document["complete"] is False
    assert ran.document["unreadable"] == {cold: "cold"}
    assert cold in ran.stderr


def test_a_partial_answer_lacks_nothing_but_what_was_told(desk: Desk) -> None:
    """
    What becomes cold while Athena runs was not told: there is no answer then.
    """
    first, second, *_ = desk.keys("a")
    desk.freeze(first)
    sql = "SELECT DISTINCT date FROM items WHERE device = 'a'"
    assert desk.query(sql, "--allow-partial").exit_code == 0

    desk.meanwhile = lambda: desk.freeze(second)
    ran = desk.query(sql, "--allow-partial")
    assert (ran.exit_code, ran.stdout) == (4, "")
    assert "while it ran" in ran.stderr

    ran = desk.query(sql, "--allow-partial", "--json")
    assert ran.document["unreadable"] == {first: "cold", second: "cold"}
    assert ran.document["complete"] is False


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


def test_an_archive_of_months_finds_days(
    desk_of_months: Desk, engine: tuple[str, str]
) -> None:
    """
    By the day of each row; and a day that no partition has is refused.
    """
    words = ("--device", "a", "--from", DATES[1], "--to", DATES[1])
    ran = desk_of_months.query(*words, "--columns", COLUMNS, "--json", *engine)
    assert ran.document["rows"] == sent("a", 1)

    ran = desk_of_months.query("SELECT 1 FROM items WHERE date = '2025-01-02'", *engine)
    assert ran.exit_code == 2
    used = ran.stderr.splitlines()[-1].split("; use ")[1]
    ran = desk_of_months.query(
        f"SELECT {COLUMNS} FROM items WHERE device = 'a' AND {used} ORDER BY 2",
        "--json",
        *engine,
    )
    assert ran.document["rows"] == sent("a", 1)


def test_the_file_lists_are_the_ledgers(desk: Desk, engine: tuple[str, str]) -> None:
    """
    Readable whatever is in Glacier.
    """
    for key in desk.keys():  # noqa: SIM118 - of the bucket
        desk.freeze(key)
    ran = desk.query("SELECT key FROM archive_files ORDER BY key", "--json", *engine)

    assert [row["key"] for row in ran.document["rows"]] == desk.keys()


def test_an_archive_without_an_entry_answers_with_nothing(
    engine: tuple[str, str],
) -> None:
    """
    Before the first item was deleted.
    """
    with Account(start_at=START, athena=emulated):
        deploy(Deployment())
        for words in (("SELECT count(*) AS n FROM items",), ("--device", "a")):
            ran = Commands()("query", *words, "--json", *engine)
            assert ran.exit_code == 0, ran.stderr
            assert ran.document["rows"] in ([{"n": 0}], [])
            assert ran.document["head"] == {"n": 0, "sha256": None}
            assert "0 objects, 0 bytes, the archive is empty" in ran.stderr

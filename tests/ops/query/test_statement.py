"""
What is run at all: one statement that reads.
"""

import pytest

from archive.errors import MisconfiguredError
from ops.query.statement import Kind, parse_statement


@pytest.mark.parametrize(
    "word",
    [
        *("INSERT INTO items SELECT 1", "UPDATE items SET k = 1", "DELETE FROM items"),
        *(
            "CREATE TABLE x AS SELECT 1",
            "CREATE VIEW v AS SELECT 1",
            "DROP TABLE items",
        ),
        *("UNLOAD (SELECT 1) TO 's3://x/' WITH (format = 'PARQUET')", "MERGE INTO x"),
        *(
            "ALTER TABLE archive ADD PARTITION (device = 'a')",
            "MSCK REPAIR TABLE archive",
        ),
        *("PREPARE p FROM SELECT 1", "EXECUTE p USING 1", "DEALLOCATE PREPARE p"),
        *("USING EXTERNAL FUNCTION f(x int) RETURNS int LAMBDA 'l' SELECT f(1)",),
        *("COPY items TO 'x'", "ATTACH 'x'", "INSTALL httpfs", "PRAGMA version"),
        *("CALL system.x()", "SET x = 1", "VACUUM items", "OPTIMIZE items"),
        *("EXPLAIN INSERT INTO items SELECT 1", "EXPLAIN ANALYZE DROP TABLE items"),
        *("SUMMARIZE items", "items"),
    ],
)
def test_what_does_not_read_is_refused_by_its_name(word: str) -> None:
    """
    Whatever the credentials might allow.
    """
    with pytest.raises(MisconfiguredError, match="only reads") as refused:
        parse_statement(word)

    name = word.removeprefix("EXPLAIN ").removeprefix("ANALYZE ").split(maxsplit=1)[0]
    assert str(refused.value).startswith(name)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("", "no SQL"),
        (" ;; -- nothing", "no SQL"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SHOW TABLES; DROP TABLE archive", "more than one statement"),
        ("SELECT * FROM", "cannot be read"),
        ("SELECT 'open", "cannot be read"),
        ("SELECT * FROM `items`", "cannot be read"),
        ("SELECT ?", "1 question mark"),
        ("EXPLAIN", "EXPLAIN of nothing"),
        ("(" * 5000 + "SELECT 1" + ")" * 5000, "nested too deep"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_line(sql: str, told: str) -> None:
    """
    Never guessed at: a guess could touch more than it seems.
    """
    with pytest.raises(MisconfiguredError, match=told) as refused:
        parse_statement(sql)

    assert "\n" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_as_many_parameters_as_question_marks() -> None:
    """
    One too many is as wrong as one too few; one in a text or a comment is none.
    """
    sql = "SELECT '?' /* ? */ FROM items WHERE device = ? -- ?"

    assert parse_statement(sql, ["a"]).parameters == ("a",)
    for parameters in ([], ["a", "b"]):
        with pytest.raises(MisconfiguredError, match="1 question mark"):
            parse_statement(sql, parameters)


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", Kind.READS),
        ("with x as (select 1) select * from x", Kind.READS),
        ("(SELECT 1)", Kind.READS),
        ("VALUES 1", Kind.READS),
        ("EXPLAIN SELECT 1", Kind.EXPLAINS),
        ("explain (type io) select 1", Kind.EXPLAINS),
        ("EXPLAIN (SELECT 1)", Kind.EXPLAINS),
        ("EXPLAIN ANALYZE SELECT 1", Kind.READS),
        ("SHOW TABLES", Kind.SHOWS),
        ("DESCRIBE items;", Kind.SHOWS),
        ("-- first\nSELECT 1 ;", Kind.READS),
    ],
)
def test_a_statement_is_known_by_its_first_words(sql: str, kind: Kind) -> None:
    """
    EXPLAIN ANALYZE runs its query, EXPLAIN does not.
    """
    statement = parse_statement(sql)

    assert statement.kind is kind
    assert not statement.sql.endswith(";")

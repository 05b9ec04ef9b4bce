# ruff: noqa: S608 - SQL made of our own words, for a test
"""
What counts, and what only looks so: one trap after the other.
"""

from datetime import date

import pytest

from archive.keys import DEFAULT_PARTITION, Partition
from ops.query.names import Meaning
from ops.query.parameters import Parameter
from ops.query.references import Name
from ops.query.statement import parse_statement
from ops.query.touched import Touched, foreign, touched

A_JAN = Partition("a", "2026-01-01")
A_FEB = Partition("a", "2026-02-01")
B_JAN = Partition("b", "2026-01-01")
B_FEB = Partition("b", "2026-02-01")
A_NEVER = Partition("a", DEFAULT_PARTITION)
ALL = {A_JAN, A_FEB, B_JAN, B_FEB, A_NEVER}
OF_A = {A_JAN, A_FEB, A_NEVER}


def look(sql: str, *parameters: Parameter) -> Touched:
    """
    What a query touches.
    """
    return touched(parse_statement(sql, parameters), "firn")


def taken(sql: str, *parameters: Parameter) -> set[Partition]:
    """
    Those of the five partitions that a query touches.
    """
    found = look(sql, *parameters)
    return {partition for partition in ALL if found.takes(partition)}


@pytest.mark.parametrize(
    ("where", "partitions"),
    [
        ("device = 'a'", OF_A),
        ("'a' = device", OF_A),
        ("((device) = ('a'))", OF_A),
        ("\"DEVICE\" = 'a' AND DATE = '2026-01-01'", {A_JAN}),
        ("device = 'a' AND \"date\" = '2026-01-01'", {A_JAN}),
        ("items.device = 'a' AND ITEMS.date < '2026-01-15'", {A_JAN}),
        ("device IN ('c', 'a') AND (date >= '2026-02-01' AND k = 1)", {A_FEB}),
        ("date BETWEEN '2026-01-01' AND '2026-01-31'", {A_JAN, B_JAN}),
        ("date BETWEEN '2026-01-31' AND '2026-01-01'", set()),
        ("'2026-01-15' < date", {A_FEB, B_FEB}),
        ("date <= '2026-01-01' AND device > 'a'", {B_JAN}),
        ("device = 'a' AND device = 'b'", set()),
        ("device = 'A'", set()),
        ("device = 'a '", set()),
        ("device = 'a' AND (k = 1 OR date = '2026-01-01')", OF_A),
        ("device = 'a' AND NOT date = '2026-01-01'", OF_A),
    ],
)
def test_comparisons_with_literals_count(
    where: str, partitions: set[Partition]
) -> None:
    """
    =, IN, BETWEEN and the four orders, joined by AND, however they are spelled.
    """
    assert taken(f"SELECT * FROM items WHERE {where}") == partitions


@pytest.mark.parametrize(
    "where",
    [
        "device = 'a' OR k = 1",
        "NOT device = 'b'",
        "NOT (device <> 'a')",
        "device <> 'b'",
        "device NOT IN ('b')",
        "device NOT BETWEEN 'b' AND 'c'",
        "device LIKE 'a'",
        "device = device",
        "device = 5",
        "device = NULL",
        "device IN ('a', NULL)",
        "device IN (SELECT 'a')",
        "device = (SELECT 'a')",
        "device = ANY (VALUES 'a')",
        "device = 'a' || ''",
        "device = lower('A')",
        "device = CAST('a' AS varchar)",
        "device = U&'\\0061'",
        "device = X'61'",
        "device IS NOT DISTINCT FROM 'a'",
        "lower(device) = 'a'",
        "concat(device, '') = 'a'",
        "(device = 'a') = (k = 1)",
        "(device = 'a') IS NOT FALSE",
        "if(device = 'a', true, true)",
        "coalesce(device = 'a', true)",
        "(device, date) = ('a', '2026-01-01')",
        "date IS NULL",
        "date BETWEEN SYMMETRIC '2026-02-01' AND '2026-01-01'",
        "date > DATE '2026-01-15'",
        "date(date) > DATE '2026-01-15'",
        "CAST(date AS date) = DATE '2026-01-01'",
        "substr(date, 1, 7) = '2026-01'",
        "\"day\" = DATE '2026-01-01'",
        "device_id = 'a'",
        "other.device = 'a'",
        "EXISTS (SELECT 1 FROM archive_files WHERE device = 'a')",
        "EXISTS (SELECT 1 FROM archive_files f WHERE items.device = 'a')",
        "'a' = 'a'",
    ],
)
def test_everything_else_counts_as_everything(where: str) -> None:
    """
    Also where it could be worked out: what is not recognised never prunes.
    """
    assert taken(f"SELECT * FROM items WHERE {where}") == ALL


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM items GROUP BY device HAVING device = 'a'",
        "SELECT device = 'a' FROM items",
        "SELECT * FROM (SELECT * FROM items) WHERE device = 'a'",
        "WITH w AS (SELECT * FROM items) SELECT * FROM w WHERE device = 'a'",
        "SELECT * FROM items AS t (k, device) WHERE device = 'a'",
        "SELECT * FROM (items AS p CROSS JOIN sites) WHERE p.device = 'a'",
        "SELECT * FROM items TABLESAMPLE BERNOULLI (50) WHERE device = 'a'",
        "SELECT * FROM items FOR VERSION AS OF 1 WHERE device = 'a'",
        "SELECT * FROM items p WHERE items.device = 'a'",
        "SELECT * FROM items p, items P WHERE p.device = 'a'",
        "SELECT * FROM items p, items q WHERE device = 'a'",
        "SELECT * FROM items WHERE device = 'a' UNION SELECT * FROM items",
        "SELECT * FROM items WHERE device = 'a' EXCEPT SELECT * FROM items",
        "SELECT * FROM items WHERE device = 'a' AND k > (SELECT avg(k) FROM items)",
        "SELECT *, (SELECT count(*) FROM items) FROM items WHERE device = 'a'",
        (
            "SELECT * FROM items p WHERE p.device = 'a' AND EXISTS "
            "(SELECT 1 FROM items q WHERE p.device = 'a')"
        ),
        (
            "SELECT * FROM items p CROSS JOIN LATERAL (SELECT * FROM items q "
            "WHERE p.device = 'a') WHERE p.device = 'a'"
        ),
        "SELECT * FROM items p NATURAL JOIN items q WHERE device = 'a'",
        "SELECT * FROM items p FULL JOIN items q USING (device) WHERE device = 'a'",
        (
            "SELECT * FROM items p JOIN (SELECT 'a' AS device) q USING (device) "
            "WHERE device = 'a'"
        ),
        (
            "SELECT * FROM items MATCH_RECOGNIZE (PARTITION BY device ORDER BY k "
            "MEASURES A.k AS m PATTERN (A B+) DEFINE B AS true) WHERE device = 'a'"
        ),
        (
            "WITH RECURSIVE w (n) AS (SELECT 1 UNION ALL SELECT n FROM w, items) "
            "SELECT * FROM w"
        ),
        "WITH items AS (SELECT * FROM items) SELECT * FROM items WHERE device = 'a'",
        "SELECT * FROM unheard_of WHERE device = 'a'",
        "SELECT * FROM other.items WHERE device = 'a'",
        "SELECT * FROM elsewhere.firn.items WHERE device = 'a'",
        "SELECT * FROM TABLE(exclude_columns(input => TABLE(items)))",
        "TABLE items",
        "SELECT 1 WHERE EXISTS (TABLE items)",
        "VALUES ((SELECT count(*) FROM items))",
        "SELECT 1 LIMIT (SELECT count(*) FROM items)",
        "SELECT * FROM UNNEST((SELECT array_agg(k) FROM items))",
        "SELECT 1 ORDER BY (SELECT count(*) FROM items)",
        "SELECT (SELECT device = 'a' FROM items)",
        "SELECT count(*) FILTER (WHERE device = 'a') FROM items",
        "SELECT 1 FROM sites JOIN items ON EXISTS (SELECT 1 FROM items WHERE device = 'a')",
        "EXPLAIN ANALYZE SELECT * FROM items",
        "EXPLAIN ANALYZE VERBOSE SELECT * FROM items",
    ],
)
def test_a_condition_elsewhere_does_not_narrow(sql: str) -> None:
    """
    Only one in the WHERE or ON of the SELECT that has the reference does.
    """
    assert taken(sql) == ALL


@pytest.mark.parametrize(
    ("join", "of_p", "of_q"),
    [
        ("p JOIN items_latest q ON p.device = 'a' AND q.device = 'b'", OF_A, {B_JAN}),
        ("p LEFT JOIN items_latest q ON p.device = 'a'", ALL, ALL),
        ("p LEFT JOIN items_latest q ON q.device = 'b'", ALL, {B_JAN}),
        ("p RIGHT JOIN items_latest q ON p.device = 'a'", OF_A, ALL),
        ("p RIGHT JOIN items_latest q ON q.device = 'b'", ALL, ALL),
        ("p FULL JOIN items_latest q ON p.device = 'a' AND q.device = 'b'", ALL, ALL),
        ("p LEFT JOIN items_latest q ON true WHERE q.device = 'b'", ALL, {B_JAN}),
        ("p FULL JOIN items_latest q ON true WHERE p.device = 'a'", OF_A, ALL),
        ("p, sites JOIN items_latest q ON q.device = 'b'", ALL, ALL),
        ("p, items_latest q WHERE p.device = 'a' AND q.device = 'b'", OF_A, {B_JAN}),
        ("p SEMI JOIN items_latest q ON q.device = 'b'", ALL, ALL),
        ("p ASOF JOIN items_latest q ON q.device = 'b'", ALL, ALL),
        ("p JOIN items_latest q USING (device) WHERE q.device = 'b'", ALL, {B_JAN}),
        (
            "p LEFT JOIN sites ON p.device = 'a' JOIN items_latest q ON p.device = 'a'",
            OF_A,
            ALL,
        ),
        (
            "p LEFT JOIN items_latest q ON true JOIN sites ON q.device = 'b'",
            ALL,
            {B_JAN},
        ),
    ],
)
def test_on_narrows_what_its_join_does_not_keep(
    join: str, of_p: set[Partition], of_q: set[Partition]
) -> None:
    """
    Both sides of an inner join, the right of a left one, the left of a right one.
    """
    sql = f"SELECT 1 FROM items_distinct {join}"
    others = {Name(None, None, "sites"): Meaning.ELSEWHERE}
    found = touched(parse_statement(sql), "firn", others).touches

    assert [touch.reference.alias for touch in found] == ["p", "q"]
    assert {it for it in ALL if found[0].takes(it)} == of_p
    assert {it for it in ALL - {B_FEB} if found[1].takes(it)} == of_q - {B_FEB}


def test_an_unqualified_column_of_another_side_is_not_taken_for_ours() -> None:
    """
    Behind a comma, ON sees its own two sides alone: `device` is one of theirs.
    """
    sql = (
        "SELECT 1 FROM items, (SELECT 1 AS k) s JOIN (SELECT 'a' AS device) t "
        "ON device = 'a'"
    )
    assert taken(sql) == ALL


def test_a_with_hides_the_table_of_its_name() -> None:
    """
    For later parts and the query itself, not for its own definition.
    """
    inner = "WITH items AS (SELECT * FROM items WHERE device = 'a') SELECT * FROM ITEMS"

    assert taken(inner) == OF_A
    assert taken(f"SELECT * FROM ({inner}) AS x") == OF_A
    assert taken(f"{inner} UNION SELECT * FROM items") == OF_A
    assert taken(f"({inner}) UNION SELECT * FROM items") == ALL
    assert taken(f"SELECT * FROM ({inner}) AS x, items") == ALL
    assert taken(inner.replace("FROM ITEMS", "FROM firn.items")) == ALL
    assert taken("WITH p AS (SELECT * FROM items), items AS (SELECT 1) SELECT 1") == ALL


def test_a_parameter_counts_as_its_value() -> None:
    """
    In the order of the text, which is not the order of the parsed query.
    """
    sql = "SELECT ? FROM items WHERE date = ? AND device IN (?) LIMIT ?"

    assert taken(sql, "x", "2026-01-01", "a", 3) == {A_JAN}
    assert taken("SELECT * FROM items WHERE device = ?", 5) == ALL
    assert taken("SELECT * FROM items WHERE date = ?", date(2026, 1, 1)) == ALL
    assert taken("SELECT * FROM items WHERE device = ?", "' OR true --") == set()


def test_a_comment_is_where_trino_sees_one() -> None:
    """
    Trino's comments do not nest, and hints are comments.
    """
    nested = "SELECT * FROM items WHERE device = 'a' /* /* */ OR true -- */"

    assert taken(nested) == ALL
    assert taken("SELECT /*+ ' */ * FROM items WHERE device = 'a' -- '") == OF_A


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "VALUES 1, 2",
        "SELECT * FROM archive_files WHERE device = 'a'",
        "SELECT * FROM firn.archive_files",
        'SELECT * FROM "archive$partitions"',
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM UNNEST(ARRAY[1]) AS t (device)",
        "EXPLAIN SELECT * FROM items",
        "EXPLAIN (TYPE IO, FORMAT JSON) SELECT * FROM items",
        "SHOW PARTITIONS archive",
        "DESCRIBE items",
    ],
)
def test_what_reads_no_object_touches_none(sql: str) -> None:
    """
    The ledger is never in Glacier, and plans and catalogues are no rows.
    """
    assert not look(sql).touches


def test_a_table_that_was_looked_up_is_what_it_was_found_to_be() -> None:
    """
    Unknown until then: it may be a view over the archive.
    """
    sql = "SELECT * FROM items JOIN fleet.sites s ON s.k = items.k WHERE items.device = 'a'"
    statement = parse_statement(sql)
    name = Name(None, "fleet", "sites")

    assert foreign(statement, "firn") == {name}
    assert touched(statement, "firn").takes(B_JAN)
    assert not touched(statement, "firn", {name: Meaning.ELSEWHERE}).takes(B_JAN)


def test_what_counts_as_everything_says_so_and_how_it_would_not() -> None:
    """
    For each reference by itself, with the predicate to add.
    """
    sql = "SELECT * FROM items a, items_latest WHERE a.device LIKE 'x%'"
    first, second = look(sql).touches

    assert first.told() == (
        "items AS a: touches everything (a.device LIKE 'x%' does not count)"
    )
    assert first.advice() == (
        "add to its own WHERE: a.device = '...' AND a.\"date\" >= '2026-01-01'"
    )
    assert second.told() == "items_latest: touches everything"


def test_a_conjunction_may_be_long() -> None:
    """
    Five thousand parts, as a program writes them.
    """
    many = " AND ".join(f"k <> {n}" for n in range(5000))

    assert taken(f"SELECT * FROM items WHERE {many} AND device = 'a'") == OF_A

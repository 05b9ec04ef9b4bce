# ruff: noqa: S608 - SQL made of our own words, for a test
"""
SQL that is made up: the shapes that people write, and those that mislead.

Mostly names that are in scope, or few queries would run; sometimes others.
"""

from collections.abc import Callable  # noqa: TC003 - as elsewhere
from dataclasses import dataclass, field
from random import Random

TABLES = (
    *("archive", "items", "items", "items_distinct", "items_latest"),
    *("ITEMS", '"Items"', "firn.items", '"firn"."ARCHIVE"'),
)
OTHERS = (
    "sites",
    "archive_files",
    "(VALUES ('a', '2026-01-01')) AS {} (device, \"date\")",
    "(SELECT 'a' AS device, 1 AS k) AS {}",
    "unnest(ARRAY['a', 'b']) AS {} (device)",
)
TEXTS = (
    "'a'",
    "'a'",
    "'b'",
    "'B c'",
    "'2026-01-01'",
    "'2026-02-01'",
    "''",
    "'B'",
    "'~'",
)
DATES = ("'2026-01-01'", "'2026-02-01'", "'2026-01-15'", "'2027-01-01'")
LISTS = (
    *("*", "count(*)", "count(*) AS items, sum(v)", "min(v), max(v)"),
    *("'a' AS device, 1 AS k", "(SELECT count(*) FROM items) AS n"),
)
JOINS = (
    "JOIN",
    "INNER JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
    "LEFT OUTER JOIN",
)


@dataclass(slots=True)
class MadeUp:
    """
    A maker of queries, the same for the same seed.
    """

    random: Random
    withs: list[str] = field(default_factory=list)
    depth: int = 0

    def query(self) -> str:
        """
        One query: a SELECT, perhaps in another, or beside another, or with a WITH.
        """
        self.withs, self.depth = [], 0
        match self.random.randrange(12):
            case 8 | 9 | 10 | 11:
                return self.joined()
            case 0:
                operator = self.one("UNION", "UNION ALL", "EXCEPT", "INTERSECT")
                columns = self.one("*", "k, v, device", "count(*)")
                return f"{self.select(columns)} {operator} {self.select(columns)}"
            case 1 | 2:
                return self.with_()
            case 3:
                inner = self.select("*")
                return f"SELECT * FROM ({inner}) AS p WHERE {self.predicate(['p'])}"
            case _:
                return self.select()

    def with_(self) -> str:
        """
        A query with a WITH, whose names may hide the archive's.
        """
        first = self.one("w", "items", "ITEMS", '"archive"', "p")
        inner = self.select("*")
        self.withs.append(first)
        if self.random.random() < 0.3:
            second = self.one("items", "z")
            part = self.select("*")
            self.withs.append(second)
            return f"WITH {first} AS ({inner}), {second} AS ({part}) {self.select()}"
        recursive = "RECURSIVE " if self.random.random() < 0.1 else ""
        return f"WITH {recursive}{first} AS ({inner}) {self.select()}"

    def joined(self) -> str:
        """
        Two or three sources, each with a comparison of its own, in WHERE or in ON.
        """
        names = ["p", "q", "r"][: self.random.choice((2, 2, 3))]
        compared = {
            name: f"{name}.{self.one('device', 'date')} {self.one('=', '<', '>=')} "
            f"{self.one(*TEXTS[:3], *DATES)}"
            for name in names
        }
        where, text = [], f"FROM {self.one('items', 'items_latest')} p"
        for name in names[1:]:
            here = [
                compared.pop(other)
                for other in self.random.sample(names, len(names))
                if other in compared and other <= name and self.random.random() < 0.6
            ]
            same = self.one("p.k = {0}.k", "p.device = {0}.device", "p.v < {0}.v")
            on = " AND ".join([same.format(name), *here])
            source = self.one("items", "archive", "items_distinct")
            chance = self.random.random()
            if chance < 0.15:
                text += f", {source} {name}"
                where += here
            elif chance < 0.3:
                text += f" {self.one(*JOINS)} {source} {name} USING ({self.one('k', 'device')})"
                where += here
            else:
                text += f" {self.one(*JOINS)} {source} {name} ON {on}"
        where += compared.values()
        condition = " AND ".join(where) or "TRUE"
        return f"SELECT {self.one(*LISTS)} {text} WHERE {condition}"

    def select(self, listed: str | None = None) -> str:
        """
        One SELECT with its sources, joins and conditions.
        """
        self.depth += 1
        source, alias = self.source()
        aliases, text = [alias], f"FROM {source}"
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            text += f" {self.join(aliases)}"
        if self.random.random() < 0.9:
            text += f" WHERE {self.conjunction(aliases)}"
        text += self.one(*[""] * 8, " HAVING count(*) > 0", " ORDER BY 1")
        self.depth -= 1
        return f"SELECT {listed or self.one(*LISTS)} {text}"

    def source(self) -> tuple[str, str]:
        """
        Something to read from, and what its columns are qualified with.
        """
        alias = self.one("p", "q", "r", "s", "items", "w")
        chance = self.random.random()
        if chance < 0.08:
            return self.one(*OTHERS).format(alias), alias
        if chance < 0.15 and self.depth < 3:
            return f"({self.select('*')}) AS {alias}", alias
        if chance < 0.18:
            return f"items AS {alias} (device, k, v, x)", alias
        if chance < 0.21:
            return f"(items AS {alias} CROSS JOIN sites)", alias
        name = self.one(*TABLES, *self.withs, *self.withs)
        if self.random.random() < 0.5:
            return name, name.split(".")[-1]
        as_ = self.one("AS ", "")
        return f"{name} {as_}{self.cased(alias)}", alias

    def join(self, aliases: list[str]) -> str:
        """
        A join with one source more.
        """
        source, alias = self.source()
        aliases.append(alias)
        match self.random.randrange(10):
            case 0 | 1:
                return f", {source}"
            case 2:
                return f"CROSS JOIN {source}"
            case 3:
                using = self.one("device", "k", '"date"', "device, date")
                return f"{self.one(*JOINS)} {source} USING ({using})"
            case 4:
                return f"NATURAL {self.one('', 'LEFT', 'FULL')} JOIN {source}"
            case _:
                return f"{self.one(*JOINS)} {source} ON {self.conjunction(aliases)}"

    def conjunction(self, aliases: list[str]) -> str:
        """
        Predicates that all hold, and some that only look so.
        """
        count = self.random.choice((1, 1, 2, 2, 3))
        text = " AND ".join(self.predicate(aliases) for _ in range(count))
        shapes = ("{}",) * 12 + ("({})", "NOT ({})", "({}) OR v > 9", "{} OR k = 1")
        return self.one(*shapes).format(text)

    def predicate(self, aliases: list[str]) -> str:
        """
        One predicate, mostly of the kind that counts.
        """
        column = self.column(aliases)
        one, two = self.value(), self.value()
        shapes: list[Callable[[], str]] = [
            lambda: f"{column} = {one}",
            lambda: f"{one} {self.one('=', '<', '<=', '>', '>=')} {column}",
            lambda: f"{column} {self.one('<', '<=', '>', '>=')} {one}",
            lambda: f"{column} IN ({one}, {two})",
            lambda: f"{column} BETWEEN {one} AND {two}",
            lambda: f"({column}) = ({one})",
            lambda: self.odd(aliases),
        ]
        return self.random.choice(shapes)()

    def odd(self, aliases: list[str]) -> str:
        """
        A predicate that must not count.
        """
        column, other = self.column(aliases), self.column(aliases)
        text = self.one(*TEXTS)
        inner = self.conjunction([*aliases, "items_latest"])
        nested = (
            (
                f"EXISTS (SELECT 1 FROM items_latest WHERE {inner})",
                f"k IN (SELECT k FROM archive WHERE {inner})",
                f"NOT EXISTS (SELECT 1 FROM items WHERE {inner})",
            )
            if self.depth < 3
            else ()
        )
        return self.one(
            f"{column} NOT IN ({text})",
            f"NOT {column} = {text}",
            f"{column} <> {text}",
            f"{column} LIKE {text}",
            f"{column} IS NULL",
            f"{column} IS NOT DISTINCT FROM {text}",
            f"({column} = {text}) IS NOT TRUE",
            f"coalesce({column}, {text}) = {text}",
            f"upper({column}) = 'A'",
            f"{column} = {other}",
            f"({column} = {text}) = (k = 1)",
            f"CASE WHEN {column} = {text} THEN TRUE ELSE v > 4 END",
            "v > 3",
            *nested,
        )

    def column(self, aliases: list[str]) -> str:
        """
        A partition's column as a query may spell it.
        """
        name = self.one("device", "device", "date", '"date"', '"DEVICE"', "DATE")
        chance = self.random.random()
        if chance < 0.35:
            return name
        if chance < 0.95:
            return f"{self.cased(self.random.choice(aliases))}.{name}"
        return f"{self.one('p', 'items', 'archive', 'firn.items')}.{name}"

    def value(self) -> str:
        """
        What a column is compared with, mostly text.
        """
        if self.random.random() < 0.04:
            return self.one("NULL", "device", "(SELECT 'a')", "'a' || ''", "lower('A')")
        return self.one(*TEXTS, *DATES)

    def cased(self, name: str) -> str:
        """
        A name in another spelling that means the same.
        """
        if name.startswith('"'):
            return name
        return self.one(name, name, name.upper(), f'"{name}"')

    def one(self, *choices: str) -> str:
        """
        Any of these.
        """
        return self.random.choice(choices)

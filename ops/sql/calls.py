"""
One call of a function, and how DuckDB's words for it are put together.

Rule 1: an argument is an expression that is translated already; it enters a
template as a part of the parsed query, never as text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.parsers.duckdb import DuckDBParser

from archive.errors import MisconfiguredError
from ops.sql.types import Kind

# Where an expression carries the time zone that it shows a time in.
ZONE = "zone"


class Plain(DuckDB):
    """
    DuckDB's SQL, each function under its own name.
    """

    class Parser(DuckDBParser):
        """
        Without what sqlglot knows of functions.
        """

        FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    A call as it stands in the query, its arguments translated.

    `over` puts an aggregate where the call stood, with the FILTER and the OVER that
    belong to it.
    """

    name: str
    arguments: Sequence[exp.Expr]
    kinds: Sequence[Kind | None]
    over: Callable[[exp.Expr], exp.Expr]

    def kind(self, number: int) -> Kind | None:
        """
        The type of an argument, counted from 0; None where it is not known.
        """
        return self.kinds[number] if number < len(self.kinds) else None

    def expects(self, *numbers: int) -> None:
        """
        Refuse a call with another number of arguments.
        """
        if len(self.arguments) not in numbers:
            msg = f"{self.name}: not known with {len(self.arguments)} arguments"
            raise MisconfiguredError(msg)

    def text(self, number: int) -> str:
        """
        An argument that has to be a text literal, such as a format.
        """
        argument = self.arguments[number].unnest()
        if not isinstance(argument, exp.Literal) or not argument.is_string:
            msg = f"{self.name}: argument {number + 1} has to be a text literal here"
            raise MisconfiguredError(msg)
        return argument.name


def fill(template: str, *arguments: exp.Expr) -> exp.Expr:
    """
    A template of DuckDB's SQL with its arguments.
    """
    made = _parsed(template).copy()
    wrapped = [_wrapped(argument) for argument in arguments]
    for column in list(made.find_all(exp.Column)):
        if column.name.startswith("_") and column.name[1:].isdigit():
            argument = wrapped[int(column.name[1:]) - 1].copy()
            if column is made:
                return argument
            column.replace(argument)
    return exp.paren(made, copy=False) if isinstance(made, exp.Binary) else made


def local(argument: exp.Expr, kind: Kind | None) -> exp.Expr:
    """
    A time as a clock in its own zone shows it.
    """
    zone = zone_of(argument)
    if zone is not None:
        return fill("timezone(_1, _2)", zone, argument)
    if kind is not None and kind.this is exp.DType.TIMESTAMPTZ:
        return fill("timezone('UTC', _1)", argument)
    return argument


def zone_of(argument: exp.Expr) -> exp.Expr | None:
    """
    The zone that a time is shown in, where the query says so on the spot.
    """
    zone = argument.unnest().meta.get(ZONE)
    return zone if isinstance(zone, exp.Expr) else None


@cache
def _parsed(template: str) -> exp.Expr:
    (parsed,) = Plain().parse(template)
    assert parsed is not None  # noqa: S101 - our own templates
    return parsed


def _wrapped(argument: exp.Expr) -> exp.Expr:
    needs = isinstance(
        argument, exp.Binary | exp.Unary | exp.Between | exp.In | exp.Interval
    ) and not isinstance(argument, exp.Paren)
    return exp.paren(argument) if needs else argument

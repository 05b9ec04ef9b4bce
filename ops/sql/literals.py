"""
Values of Python as literals of Athena's SQL.

Rule 1: a value is a part of the parsed query; it is never written as text.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

# What may stand for a `?` in a query.
Parameter = str | int | float | Decimal | bool | date | datetime | exp.Expr | None


def literal(value: Parameter) -> exp.Expr:
    """
    A value as a literal of its type; what is parsed already stays as it is.
    """
    match value:
        case exp.Expr():
            made = value
        case int() if not isinstance(value, bool):
            made = _signed(str(abs(value)), negative=value < 0)
        case Decimal():
            made = _signed(format(abs(value), "f"), negative=value < 0)
        case float():
            made = exp.cast(exp.Literal.string(repr(value)), "DOUBLE")
        case datetime():
            made = _time(value)
        case date():
            made = exp.cast(exp.Literal.string(value.isoformat()), "DATE")
        case _:
            made = exp.convert(value)
    return made


def _time(value: datetime) -> exp.Expr:
    text = value.isoformat(sep=" ", timespec="milliseconds")
    type_ = "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
    return exp.cast(exp.Literal.string(text), type_)


def _signed(digits: str, *, negative: bool) -> exp.Expr:
    number = exp.Literal.number(digits)
    return exp.Neg(this=number) if negative else number

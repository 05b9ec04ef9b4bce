"""
Athena's SQL, parsed: one query, with its parameters in place.

Rule 1: this is the only file that parses SQL. A function is a name here and
nothing more; functions.py says what it means.
Rule 2: a parameter enters as a value of the parsed query, never as text.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from archive.errors import MisconfiguredError
from ops.sql.literals import Parameter, literal

# Functions whose arguments are more than a list.
_OWN_GRAMMAR = frozenset(
    {"CAST", "EXTRACT", "JSON_VALUE", "LISTAGG", "POSITION", "SUBSTRING", "TRIM"}
    | {"TRY_CAST"}
)


_FIRST_WORDS = frozenset({"SELECT", "WITH", "(", "TABLE"})


class Athena(Trino):
    """
    What Athena's engine version 3 takes, each function under its own name.
    """

    class Parser(TrinoParser):
        """
        Without what sqlglot knows of functions: it would turn some into others.
        """

        FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
            name: parser
            for name, parser in TrinoParser.FUNCTION_PARSERS.items()
            if name in _OWN_GRAMMAR
        }


def parse(sql: str, parameters: Sequence[Parameter] = ()) -> exp.Query:
    """
    The query that this text is; MisconfiguredError where it is none.
    """
    dialect = Athena()
    try:
        tokens = _with_decimals(dialect.tokenize(sql))
        names = _name_marks(tokens, sql)
        _check_first(tokens)
        statements = [each for each in dialect.parser().parse(tokens, sql) if each]
    except SqlglotError as error:
        raise MisconfiguredError(_told(error)) from error
    if len(statements) != 1:
        msg = f"query: holds {len(statements)} statements; one SELECT is expected"
        raise MisconfiguredError(msg)
    (query,) = statements
    if not isinstance(query, exp.Query) or query.find(exp.Into, exp.Lock):
        msg = f"query: {query.key.upper()} is no SELECT; an archive is only read"
        raise MisconfiguredError(msg)
    _bind(query, names, parameters)
    return query


def parse_literal(text: str) -> exp.Expr:
    """
    The literal that a text of SQL is: 'a text', 1, 1.5, DATE '2026-01-31', NULL.
    """
    query = parse(f"SELECT {text}")
    value: exp.Expr = query.expressions[0] if len(query.expressions) == 1 else query
    inner = value.this if isinstance(value, exp.Cast | exp.Neg) else value
    if not isinstance(inner, exp.Literal | exp.Boolean | exp.Null):
        msg = f"parameter {text}: is no literal; a text stands in single quotes"
        raise MisconfiguredError(msg)
    return value


def _check_first(tokens: Sequence[Token]) -> None:
    word = tokens[0].text if tokens else ""
    if word.upper() not in _FIRST_WORDS:
        msg = (
            f"query: {word.upper() or 'nothing'} is no SELECT; an archive is only read"
        )
        raise MisconfiguredError(msg)


def _name_marks(tokens: list[Token], sql: str) -> list[str]:
    """
    A text for each `?` in place of it: the parsed query has another order.
    """
    prefix = "?"
    while f"'{prefix}" in sql:
        prefix += "?"
    names: list[str] = []
    for place, token in enumerate(tokens):
        if token.token_type is TokenType.PLACEHOLDER:
            names.append(f"{prefix}{len(names)}")
            tokens[place] = Token(
                TokenType.STRING, names[-1], line=token.line, col=token.col
            )
    return names


def _bind(
    query: exp.Query, names: Sequence[str], parameters: Sequence[Parameter]
) -> None:
    if len(names) != len(parameters):
        msg = (
            f"query: has {len(names)} `?` for parameters, and {len(parameters)} "
            "are given"
        )
        raise MisconfiguredError(msg)
    values = dict(zip(names, parameters, strict=True))
    for mark in [*query.find_all(exp.Literal)]:
        if mark.is_string and mark.this in values:
            mark.replace(exp.paren(literal(values[mark.this]), copy=False))


def _with_decimals(tokens: list[Token]) -> list[Token]:
    """
    DECIMAL '1.50' as the number it is: parsed as a cast it would lose its scale.
    """
    kept: list[Token] = []
    for token in tokens:
        if (
            token.token_type is TokenType.STRING
            and kept
            and kept[-1].token_type is TokenType.DECIMAL
        ):
            word = kept.pop()
            if token.text.startswith("-"):
                kept.append(Token(TokenType.DASH, "-", line=word.line, col=word.col))
            digits = token.text.lstrip("+-")
            digits = digits if "." in digits else f"{digits}."
            kept.append(Token(TokenType.NUMBER, digits, line=token.line, col=token.col))
        else:
            kept.append(token)
    return kept


def _told(error: SqlglotError) -> str:
    # Its own text underlines the place with escapes for a terminal.
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        return (
            f"query: {first['description'].rstrip('.')}, line {first['line']}, "
            f"column {first['col']}, near {first['highlight']!r}"
        )
    return f"query: {' '.join(str(error).split())}"

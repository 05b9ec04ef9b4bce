"""
What a person wrote, as one statement that reads.

Rule 1: this is the only file that parses SQL. It reads it as Trino does, which
Athena is made of; what it cannot read is refused, never guessed at.
Rule 2: one statement, and one that only reads. Everything else is refused by its
own name.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sqlglot import exp, parse
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from archive.errors import MisconfiguredError
from ops.query.names import ARCHIVED
from ops.query.parameters import Parameter
from ops.query.predicates import Literals
from ops.words import counted

_DIALECT = "trino"
_READS = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "("})
_SHOWS = frozenset({"SHOW", "DESCRIBE", "DESC"})
_OPTIONS = frozenset({"TYPE", "FORMAT"})


class Kind(Enum):
    """
    What a statement does with the archive.
    """

    READS = "reads"  # runs a query, as EXPLAIN ANALYZE does too
    EXPLAINS = "explains"  # shows the plan of one, and reads no object
    SHOWS = "shows"  # shows what the catalogue says


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """
    One statement, its parameters, and what it was parsed to where it reads.

    `tree` has a literal for each question mark, which `literals` knows.
    """

    sql: str
    kind: Kind
    parameters: tuple[Parameter, ...] = ()
    tree: exp.Expr | None = None
    literals: Literals = field(default_factory=lambda: Literals({}))


def parse_statement(text: str, parameters: Sequence[Parameter] = ()) -> Statement:
    """
    The statement in a text; MisconfiguredError where it is none that reads.
    """
    sql, tokens = _one(text)
    first = tokens[0].text.upper()
    if first in _SHOWS:
        return Statement(sql=sql, kind=Kind.SHOWS)

    query, kind = sql, Kind.READS
    if first == "EXPLAIN":
        query, kind = _explained(sql[tokens[0].end + 1 :])
        tokens = _tokens(query)
    if not tokens or tokens[0].text.upper() not in _READS:
        named = tokens[0].text if tokens else "EXPLAIN of nothing"
        msg = f"{named}: firn query only reads: a SELECT, or EXPLAIN, SHOW, DESCRIBE"
        raise MisconfiguredError(msg)

    replaced, bound = _bound(query, tokens, parameters)
    tree = _tree(replaced)
    _refuse_unseen(_tokens(replaced), tree)
    return Statement(
        sql=sql,
        kind=kind,
        parameters=tuple(parameters),
        tree=tree,
        literals=Literals(bound),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """
    One query as it is written. `marks` are the places of its question marks.

    Nodes of `tree` know their places in `sql`, where they have any.
    """

    sql: str
    tree: exp.Expr
    tokens: Sequence[Token]

    @property
    def marks(self) -> list[int]:
        """
        The places of its question marks.
        """
        return [
            token.start
            for token in self.tokens
            if token.token_type is TokenType.PLACEHOLDER
        ]


def parse_text(text: str) -> Text:
    """
    A query with its question marks in it; MisconfiguredError where it is none.
    """
    sql, tokens = _one(text)
    if tokens[0].text.upper() not in _READS:
        msg = f"{tokens[0].text}: only a SELECT is asked for other devices and dates"
        raise MisconfiguredError(msg)
    return Text(sql=sql, tree=_tree(sql), tokens=tokens)


def _one(text: str) -> tuple[str, Sequence[Token]]:
    tokens = list(_tokens(text))
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        text = text[: tokens.pop().start]
    if not tokens:
        msg = 'no SQL; write it as firn query "SELECT ...", or name a --file'
        raise MisconfiguredError(msg)
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        msg = "more than one statement: firn query runs one, without a ; in it"
        raise MisconfiguredError(msg)
    return text.rstrip(), tokens


def _explained(rest: str) -> tuple[str, Kind]:
    """
    The query behind EXPLAIN, its options and ANALYZE left out.
    """
    kind = Kind.EXPLAINS
    tokens = list(_tokens(rest))
    while tokens:
        word = tokens[0].text.upper()
        if word == "ANALYZE":
            kind = Kind.READS
        elif word == "(" and len(tokens) > 1 and tokens[1].text.upper() in _OPTIONS:
            while tokens and tokens[0].token_type is not TokenType.R_PAREN:
                tokens.pop(0)
        elif word != "VERBOSE":
            return rest[tokens[0].start :], kind
        tokens = tokens[1:]
    return "", kind


def _bound(
    query: str, tokens: Sequence[Token], parameters: Sequence[Parameter]
) -> tuple[str, Mapping[str, Parameter]]:
    """
    The query with a literal of its own for each question mark.
    """
    marks = [token for token in tokens if token.token_type is TokenType.PLACEHOLDER]
    if len(marks) != len(parameters):
        msg = (
            f"the SQL has {counted(len(marks), 'question mark')}, and --param is given "
            f"{counted(len(parameters), 'time')}; give one --param for each ?"
        )
        raise MisconfiguredError(msg)
    name = "parameter"
    while name in query:
        name += "_"
    bound = {f"{name} {n}": parameter for n, parameter in enumerate(parameters)}
    for mark, literal in reversed(list(zip(marks, bound, strict=True))):
        query = f"{query[: mark.start]} '{literal}' {query[mark.end + 1 :]}"
    return query, bound


def _tokens(text: str) -> Sequence[Token]:
    try:
        return Trino().tokenize(text)
    except SqlglotError as error:
        raise MisconfiguredError(_told(error)) from error


def _tree(query: str) -> exp.Expr:
    try:
        tree, *more = parse(query, dialect=_DIALECT)
    except SqlglotError as error:
        raise MisconfiguredError(_told(error)) from error
    except RecursionError as error:
        msg = "the SQL is nested too deep to be understood"
        raise MisconfiguredError(msg) from error
    plain = isinstance(tree, exp.Query | exp.Values) and not tree.find(exp.Command)
    if more or tree is None or not plain:
        msg = "the SQL is understood only in part; write it as one plain SELECT"
        raise MisconfiguredError(msg)
    return tree


def _refuse_unseen(tokens: Sequence[Token], tree: exp.Expr) -> None:
    """
    Refuse a name that stands in the text and nowhere in the tree.

    What the parser keeps as it is could be one that a table has.
    """
    seen = Counter(str(it.this).lower() for it in tree.find_all(exp.Identifier))
    for token in tokens:
        name = token.text.lower()
        quoted = token.token_type is TokenType.IDENTIFIER
        if quoted or (token.token_type is TokenType.VAR and name in ARCHIVED):
            if not seen[name]:
                msg = f"{token.text}: stands where firn cannot tell what it names"
                raise MisconfiguredError(msg)
            seen[name] -= 1


def _told(error: SqlglotError) -> str:
    details = getattr(error, "errors", None)
    if not details:
        return f"the SQL cannot be read: {' '.join(str(error).split())}"
    first = details[0]
    # ... "but got <Token token_type: ...>" is for who writes parsers.
    why = str(first["description"]).partition(" but got <Token")[0].rstrip(".")
    return (
        f"the SQL cannot be read: {why[:1].lower()}{why[1:]} in line {first['line']}, "
        f"column {first['col']}, at {str(first['highlight'])[:40]!r}"
    )

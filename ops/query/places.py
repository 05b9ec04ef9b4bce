"""
Where a part of a query stands in its text.

Rule 1: a place is believed only when the text there, read by itself, is the same
part: the parser does not say where everything begins and ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from archive.errors import MisconfiguredError
from ops.query.statement import Text, parse_text


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """
    From the first to the last character, both included.
    """

    start: int
    end: int

    def of(self, sql: str) -> str:
        """
        What stands there.
        """
        return sql[self.start : self.end + 1]


def place_of(node: exp.Expr, text: Text) -> Span | None:
    """
    Where a condition stands; None where that is not sure.
    """
    known = [
        it.meta
        for it in node.find_all(exp.Identifier, exp.Literal)
        if "start" in it.meta
    ]
    if not known:
        return None
    place = Span(min(it["start"] for it in known), max(it["end"] for it in known))
    place = Span(place.start, _closed(place, text.tokens))
    return place if _is(node, place.of(text.sql)) else None


def _closed(place: Span, tokens: Sequence[Token]) -> int:
    """
    The end of a place, with the parentheses that are opened in it closed.
    """
    depth, end = 0, place.end
    for token in tokens:
        if token.start < place.start:
            continue
        if token.start > place.end and not depth:
            break
        depth += token.token_type is TokenType.L_PAREN
        depth -= token.token_type is TokenType.R_PAREN
        end = token.end
    return end


def _is(node: exp.Expr, text: str) -> bool:
    try:
        where = parse_text(f"SELECT 1 WHERE {text}").tree.args.get("where")
    except MisconfiguredError:
        return False
    return where is not None and where.this == node

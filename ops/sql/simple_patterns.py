"""
Patterns that DuckDB's own library reads as Java does, and runs much faster.

Rule 1: only what is known to mean the same is let through: no look-around, nothing
possessive or lazy, no class of blanks, ASCII alone.
Rule 2: `$` matches before a last line break in Java and not there, so texts that
have one take the slow way.
"""

import re
from dataclasses import dataclass

from sqlglot import exp

from ops.sql.calls import Call, fill
from ops.sql.java_patterns import compiled

_PLAIN = r"""[A-Za-z0-9 :_%/,;@#~=<>!&"'-]"""
_ESCAPE = r"\\[.\\dw()\[\]{}+*?|^$-]"
_CLASS = r"\[\^?(?:[A-Za-z0-9 ._%/,;:@#~=<>!&+-]|\\[dw.\\-])+\]"
_QUANTIFIER = r"(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})(?![?+])"
_SIMPLE = re.compile(
    rf"\^?(?:{_PLAIN}|{_ESCAPE}|{_CLASS}|\(\?:|\((?!\?)|\)|\||{_QUANTIFIER})*\$?"
)
# At the beginning: the text is so long at most, and has no line break.
_BOUNDED = re.compile(r"\^\(\?=\.\{1,(\d+)\}\$\)(.*\$)", re.DOTALL)
_REPLACEMENT = re.compile(r"(?:[A-Za-z0-9 :_%/,;@#~=<>!&.\"'-]|\$\d)*")


@dataclass(frozen=True, slots=True)
class Simple:
    """
    A pattern for DuckDB, and the longest text that it may match (None: any).
    """

    pattern: str
    length_max: int | None

    @property
    def condition(self) -> str:
        """
        Whether _1 matches _2, as DuckDB asks it.
        """
        matches = "regexp_matches(_1, _2)"
        if self.length_max is None:
            return matches
        return f"(length(_1) BETWEEN 1 AND {self.length_max} AND {matches})"


def simple(pattern: str) -> Simple | None:
    """
    The pattern, if it is one that the two read alike.
    """
    bounded = _BOUNDED.fullmatch(pattern)
    plain = f"^{bounded[2]}" if bounded else pattern
    if not _SIMPLE.fullmatch(plain):
        return None
    try:
        compiled(pattern)
    except ValueError:
        return None
    return Simple(plain, int(bounded[1]) if bounded else None)


def matched(call: Call) -> exp.Expr:
    """
    regexp_like.
    """
    call.expects(2)
    slow = fill("firn_regexp_like(_1, _2)", *call.arguments)
    known = _known(call)
    return slow if known is None else _either(call, known, known.condition, slow)


def extracted(call: Call) -> exp.Expr:
    """
    regexp_extract: NULL where nothing matches.
    """
    call.expects(2, 3)
    group = call.arguments[2] if len(call.arguments) > 2 else exp.Literal.number(0)  # noqa: PLR2004 - text, pattern, group
    slow = fill(
        "firn_regexp_extract(_1, _2, CAST(_3 AS INTEGER))", *call.arguments[:2], group
    )
    known = _known(call)
    # Of a group that takes no part DuckDB says that it is empty.
    if known is None or len(call.arguments) > 2:  # noqa: PLR2004 - as above
        return slow
    fast = f"CASE WHEN {known.condition} THEN regexp_extract(_1, _2) END"
    return _either(call, known, fast, slow)


def replaced(call: Call) -> exp.Expr:
    """
    regexp_replace, of all that matches.
    """
    call.expects(2, 3)
    given = call.arguments[2] if len(call.arguments) > 2 else exp.Literal.string("")  # noqa: PLR2004 - text, pattern, replacement
    slow = fill("firn_regexp_replace(_1, _2, _3)", *call.arguments[:2], given)
    known = _known(call)
    if (
        known is None
        or known.length_max is not None
        # Where nothing is matched, the two go on differently.
        or compiled(known.pattern).search("")
        or not isinstance(given, exp.Literal)
        or not _REPLACEMENT.fullmatch(given.name)
    ):
        return slow
    text = re.sub(r"\$(\d)", r"\\\1", given.name)
    fast = fill(
        "regexp_replace(_1, _2, _3, 'g')",
        call.arguments[0],
        exp.Literal.string(known.pattern),
        exp.Literal.string(text),
    )
    return _guarded(call, known, fast, slow)


def _known(call: Call) -> Simple | None:
    pattern = call.arguments[1].unnest()
    if isinstance(pattern, exp.Literal) and pattern.is_string:
        return simple(pattern.name)
    return None


def _either(call: Call, known: Simple, template: str, slow: exp.Expr) -> exp.Expr:
    pattern = exp.Literal.string(known.pattern)
    return _guarded(call, known, fill(template, call.arguments[0], pattern), slow)


def _guarded(call: Call, known: Simple, fast: exp.Expr, slow: exp.Expr) -> exp.Expr:
    if not known.pattern.endswith("$"):
        return fast
    return fill(
        "CASE WHEN contains(_1, chr(10)) THEN _2 ELSE _3 END",
        call.arguments[0],
        slow,
        fast,
    )


PATTERN_BUILDERS = {
    "regexp_extract": extracted,
    "regexp_like": matched,
    "regexp_replace": replaced,
}

r"""
Regular expressions in Java's grammar, run by Python's.

Rule 1: a pattern that the two read differently is put into Python's words here, or
refused; none is run with another meaning.
Rule 2: \\d, \\w and \\s are ASCII, as in Java; letters that differ in case only may
be any.

Trino documentation: Regular expression functions.
"""

import re
from collections.abc import Callable
from functools import lru_cache

# Java's classes within [] and outside of them.
_CLASSES = {
    "d": "0-9",
    "w": "A-Za-z0-9_",
    "s": r" \t\n\x0b\f\r",
    "h": r" \t\xa0",
}
_NEGATED = {name.upper(): f"[^{inside}]" for name, inside in _CLASSES.items()}
_POSIX = {
    "Alpha": "A-Za-z",
    "Digit": "0-9",
    "Alnum": "A-Za-z0-9",
    "Upper": "A-Z",
    "Lower": "a-z",
    "Punct": r"""!-/:-@\[-`{-~""",
    "Space": r" \t\n\x0b\f\r",
    "XDigit": "0-9A-Fa-f",
    "IsAlphabetic": r"^\W\d_",
    "L": r"^\W\d_",
}
_PROPERTY = re.compile(r"\{(\w+)\}")
_GROUP = re.compile(r"\$(?:(\d)|\{(\w+)\})|\\(.)", re.DOTALL)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """
    A Java pattern as Python's; ValueError where that cannot be.
    """
    try:
        return re.compile(_python(pattern))
    except re.error as error:
        msg = f"pattern {pattern!r}: {error}"
        raise ValueError(msg) from error


@lru_cache(maxsize=256)
def replacement(template: str) -> Callable[[re.Match[str]], str]:
    """
    What Java's replacement text gives for a match: $1 and ${name} are groups.
    """

    def given(found: re.Match[str]) -> str:
        def part(reference: re.Match[str]) -> str:
            number, name, escaped = reference.groups()
            if escaped is not None:
                return str(escaped)
            group = found[int(number)] if number is not None else found[name]
            return group or ""

        return _GROUP.sub(part, template)

    return given


def _python(pattern: str) -> str:
    parts: list[str] = []
    inside, position = False, 0
    while position < len(pattern):
        letter = pattern[position]
        if letter == "\\":
            part, position = _escape(pattern, position + 1, inside=inside)
            parts.append(part)
            continue
        if pattern.startswith("(?<", position) and pattern[position + 3] not in "=!":
            parts.append("(?P<")
            position += 3
            continue
        if inside and pattern.startswith(("&&", "["), position):
            msg = f"pattern {pattern!r}: classes within classes are not known here"
            raise ValueError(msg)
        if letter == "[":
            inside = True
        elif letter == "]" and parts and parts[-1] not in ("[", "[^"):
            inside = False
        parts.append("[^" if pattern.startswith("[^", position) else letter)
        position += 2 if parts[-1] == "[^" else 1
    return "".join(parts)


def _escape(pattern: str, position: int, *, inside: bool) -> tuple[str, int]:
    letter = pattern[position : position + 1]
    if letter in _CLASSES:
        ascii_ = _CLASSES[letter]
        return (ascii_ if inside else f"[{ascii_}]"), position + 1
    if letter in _NEGATED and not inside:
        return _NEGATED[letter], position + 1
    if letter == "p":
        found = _PROPERTY.match(pattern, position + 1)
        members = _POSIX.get(found[1]) if found else None
        if found is None or members is None or (inside and members.startswith("^")):
            msg = f"pattern {pattern!r}: \\p is not known here with this class"
            raise ValueError(msg)
        return (members if inside else f"[{members}]"), found.end()
    if letter == "Q":
        end = pattern.find("\\E", position)
        end = len(pattern) if end < 0 else end
        return re.escape(pattern[position + 1 : end]), end + 2
    translated = {"z": r"\Z", "Z": r"(?=\n?\Z)", "e": r"\x1b"}
    if letter in translated:
        return translated[letter], position + 1
    if letter in "GKRXPkHVNC" and letter:
        msg = f"pattern {pattern!r}: \\{letter} is not known here"
        raise ValueError(msg)
    return f"\\{letter}", position + 1

"""
Terraform's templates of SQL, as far as infra/views/ and infra/queries/ write them.

Rule 1: what is not known here raises; nothing is left out without a word.
Rule 2: this is the only file that knows where the two folders lie.

Terraform documentation: Strings and Templates.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Within a package that was built they lie beside this file (pyproject.toml).
_FOLDERS = (Path(__file__).parent, Path(__file__).parents[1] / "infra")

# A directive or an interpolation; `~` takes the white space after it away.
_PART = re.compile(r"%\{\s*(?P<word>.*?)\s*(?P<strip>~?)\}|\$\{(?P<value>.*?)\}")
_FOR = re.compile(r"for (?:(?P<index>\w+), )?(?P<item>\w+) in (?P<list>\w+)")
_IF = re.compile(r"if length\((?P<list>\w+)\) > 0")
_COMMA = re.compile(r'(?P<index>\w+) < length\((?P<list>\w+)\) - 1 \? "," : ""')
_PATH = re.compile(r"(?P<name>\w+)(?:\.(?P<field>\w+)|\[(?P<key>\w+)\.(?P<of>\w+)\])?")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    word: str | None = None
    value: str | None = None


def templates(folder: str) -> Mapping[str, str]:
    """
    The templates in `views` or `queries`, by the name of what they make.
    """
    paths = (path for each in _FOLDERS for path in (each / folder).glob("*.sql*"))
    return {path.name.split(".")[0]: path.read_text("utf-8") for path in sorted(paths)}


def render(template: str, values: Values) -> str:
    """
    The text of a template with these values.
    """
    tokens = list(_tokens(template))
    text, end = _block(tokens, 0, values)
    if end != len(tokens):
        msg = f"template: {tokens[end].word} without its beginning"
        raise ValueError(msg)
    return text


def _tokens(template: str) -> Iterator[_Token]:
    position = 0
    for found in _PART.finditer(template):
        yield _Token(template[position : found.start()])
        position = found.end()
        if found["word"] is None:
            yield _Token("", value=found["value"])
            continue
        yield _Token("", word=found["word"])
        if found["strip"]:
            rest = template[position:]
            position += len(rest) - len(rest.lstrip(" \t\r\n"))
            # Only up to the next line's own beginning.
            line = template[found.end() : position]
            kept = line.rpartition("\n")[2] if "\n" in line else ""
            position -= len(kept)
    yield _Token(template[position:])


def _block(tokens: Sequence[_Token], start: int, values: Values) -> tuple[str, int]:
    """
    The text up to the word that ends this block, and where that stands.
    """
    parts, position = [], start
    while position < len(tokens):
        token = tokens[position]
        if token.value is not None:
            parts.append(_value(token.value, values))
        elif token.word is None:
            parts.append(token.text)
        elif token.word in ("endfor", "else", "endif"):
            return "".join(parts), position
        else:
            text, position = _directive(tokens, position, values)
            parts.append(text)
        position += 1
    return "".join(parts), position


def _directive(
    tokens: Sequence[_Token], position: int, values: Values
) -> tuple[str, int]:
    word = tokens[position].word or ""
    loop, condition = _FOR.fullmatch(word), _IF.fullmatch(word)
    if loop is not None:
        return _repeated(tokens, position, values)
    if condition is None:
        msg = f"template: {word!r} is not known here"
        raise ValueError(msg)
    first, end = _block(tokens, position + 1, values)
    second = ""
    if tokens[end].word == "else":
        second, end = _block(tokens, end + 1, values)
    return (first if values[condition["list"]] else second), end


def _repeated(
    tokens: Sequence[_Token], position: int, values: Values
) -> tuple[str, int]:
    loop = _FOR.fullmatch(tokens[position].word or "")
    assert loop is not None  # noqa: S101 - as its caller has seen
    parts = []
    depth, end = 1, position
    while depth:
        end += 1
        word = tokens[end].word or ""
        depth += word.startswith("for ") - (word == "endfor")
    for index, item in enumerate(values[loop["list"]]):
        inner = {**values, loop["item"]: item}
        if loop["index"]:
            inner[loop["index"]] = index
        parts.append(_block(tokens, position + 1, inner)[0])
    return "".join(parts), end


def _value(expression: str, values: Values) -> str:
    comma = _COMMA.fullmatch(expression)
    if comma is not None:
        return "," if values[comma["index"]] < len(values[comma["list"]]) - 1 else ""
    path = _PATH.fullmatch(expression)
    if path is None:
        msg = f"template: {expression!r} is not known here"
        raise ValueError(msg)
    value = values[path["name"]]
    if path["field"]:
        value = value[path["field"]]
    if path["key"]:
        value = value[values[path["key"]][path["of"]]]
    return str(value)

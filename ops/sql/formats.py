"""
Formats of times: MySQL's and Joda's, in strftime's letters.

Rule 1: a letter that is not here is refused; none is passed on to mean something
else.

Trino documentation: Date and time functions. DuckDB documentation: Date formats.
"""

import re

from archive.errors import MisconfiguredError

_MYSQL = {
    "a": "%a",
    "b": "%b",
    "c": "%-m",
    "d": "%d",
    "e": "%-d",
    "f": "%f",
    "H": "%H",
    "h": "%I",
    "I": "%I",
    "i": "%M",
    "j": "%j",
    "k": "%-H",
    "l": "%-I",
    "M": "%B",
    "m": "%m",
    "p": "%p",
    "r": "%I:%M:%S %p",
    "S": "%S",
    "s": "%S",
    "T": "%H:%M:%S",
    "v": "%V",
    "W": "%A",
    "x": "%G",
    "Y": "%Y",
    "y": "%y",
    "%": "%%",
}
_JODA = {
    "yyyy": "%Y",
    "YYYY": "%Y",
    "y": "%Y",
    "yy": "%y",
    "xxxx": "%G",
    "ww": "%V",
    "M": "%-m",
    "MM": "%m",
    "MMM": "%b",
    "MMMM": "%B",
    "d": "%-d",
    "dd": "%d",
    "D": "%-j",
    "DDD": "%j",
    "e": "%u",
    "E": "%a",
    "EE": "%a",
    "EEE": "%a",
    "EEEE": "%A",
    "a": "%p",
    "H": "%-H",
    "HH": "%H",
    "h": "%-I",
    "hh": "%I",
    "m": "%-M",
    "mm": "%M",
    "s": "%-S",
    "ss": "%S",
    "SSS": "%g",
    "SSSSSS": "%f",
}
_JODA_PARTS = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def mysql_format(text: str) -> str:
    """
    A format of date_format and date_parse as strftime takes it.
    """
    parts = []
    letters = iter(text)
    for letter in letters:
        if letter != "%":
            parts.append(letter)
            continue
        wanted = next(letters, "")
        if wanted not in _MYSQL:
            msg = f"format {text!r}: %{wanted} is not known here"
            raise MisconfiguredError(msg)
        parts.append(_MYSQL[wanted])
    return "".join(parts)


def joda_format(text: str) -> str:
    """
    A format of format_datetime and parse_datetime as strftime takes it.
    """
    parts = []
    for found in _JODA_PARTS.finditer(text):
        part = found[0]
        if part.startswith("'"):
            parts.append((found[1].replace("''", "'") or "'").replace("%", "%%"))
        elif found[2] is None:
            parts.append(part.replace("%", "%%"))
        elif part in _JODA:
            parts.append(_JODA[part])
        else:
            msg = f"format {text!r}: {part} is not known here"
            raise MisconfiguredError(msg)
    return "".join(parts)

"""
What a function of ours says of a value that it cannot take.

Rule 1: this is the only file that knows how such a sentence passes through DuckDB.
"""

import re

# DuckDB gives the exception's traceback as its message; this finds our sentence.
_MARK = "firn:"
_FOUND = re.compile(rf"{_MARK} (.*?) :{_MARK}", re.DOTALL)


class RefusedError(Exception):
    """
    A function cannot take a value; the message tells which function and why.
    """

    def __init__(self, name: str, error: Exception) -> None:
        """
        `name` is the function's own.
        """
        super().__init__(f"{_MARK} {name.removeprefix('firn_')}: {error} :{_MARK}")


def one_line(error: Exception) -> str:
    """
    What an engine says, in one line, without its traceback.
    """
    found = _FOUND.search(str(error))
    return " ".join((found[1] if found else str(error)).split())

"""
Paths into JSON: Trino's, as the JSON pointers that DuckDB takes.

Rule 1: an attribute's name is data: a quote, a dot or a slash in it is no part of
the path's own grammar.

Trino documentation: JSON functions, json_extract. RFC 6901.
"""

import re

from archive.errors import MisconfiguredError

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]"'*\s]+)|\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]""",
    re.DOTALL,
)


def pointer(path: str) -> str:
    """
    The JSON pointer of a path such as $["attribute"]["N"] or $.a.b[0].
    """
    text = path.strip().removeprefix("lax ").strip()
    if not text.startswith("$"):
        msg = f"JSON path {path!r}: does not begin with $"
        raise MisconfiguredError(msg)
    steps, position = [], 1
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None:
            msg = f"JSON path {path!r}: not known here from {text[position:]!r} on"
            raise MisconfiguredError(msg)
        quoted = found["quoted"]
        name = found["name"] or found["index"]
        steps.append(name if quoted is None else re.sub(r"(?s)\\(.)", r"\1", quoted))
        position = found.end()
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return "".join(f"/{step}" for step in escaped) or "$"

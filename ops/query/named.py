"""
The queries that are saved in the workgroup, as a person meets them.

Rule 1: words only. What a query can be asked for is saved.py's to know.
"""

import textwrap
from collections.abc import Iterator, Mapping

from archive.errors import MisconfiguredError
from ops.query.athena import NamedQuery
from ops.query.saved import Saved
from ops.selection import Selection
from ops.terminal import Terminal

WIDTH = 80


def listed(queries: Mapping[str, NamedQuery]) -> Iterator[str]:
    """
    Each by its name, and below it what it answers.
    """
    for name, query in queries.items():
        yield name
        indent = "  "
        yield from textwrap.wrap(
            query.purpose, WIDTH, initial_indent=indent, subsequent_indent=indent
        )


def chosen(
    queries: Mapping[str, NamedQuery], name: str, terminal: Terminal
) -> NamedQuery:
    """
    The one of this name; for none MisconfiguredError, after the others were told.
    """
    if name not in queries:
        for line in listed(queries):
            terminal.say(line)
        there = ", ".join(queries) or "none"
        msg = f"--named {name}: not saved in the workgroup; there: {there}"
        raise MisconfiguredError(msg)
    return queries[name]


def as_saved(saved: Saved, selection: Selection) -> str | None:
    """
    What a query asks for that stands in its text and stays; None where nothing does.
    """
    days, devices = selection.first is not None, selection.devices is not None
    kept = [
        condition.of(saved.text.sql)
        for condition in saved.conditions
        if not (days if condition.is_of_date else devices)
    ]
    if not kept:
        return None
    how = f"; for others: --named {saved.name} {saved.options}" if saved.options else ""
    return f"{saved.name} asks for {' AND '.join(dict.fromkeys(kept))}{how}"

"""
What was seen, as one screen of 80 columns.

Rule 1: what a person must act on comes first, each with its section of the
runbook; then every part in the order of an item's way (rows.py).
"""

import textwrap
from collections.abc import Iterator, Sequence

from ops.output import Output
from ops.status.concern import Concern
from ops.status.rows import rows
from ops.status.seen import Seen
from ops.words import counted, moment

COLUMNS = 80
_LABEL = 13


def print_page(output: Output, seen: Seen, concerns: Sequence[Concern]) -> None:
    """
    Print all of it.
    """
    facts = seen.deployment
    output.say(f"{facts.name} in {facts.region}, {moment(seen.at)}", "bold")
    output.say()
    for concern in concerns:
        told = f"{concern.text}; {concern.anchor}"
        for line in _wrapped("  ! ", told):
            output.say(line, "bold red")
    if concerns:
        output.say()
    for row in rows(seen):
        for line in _wrapped(f"  {row.label:<{_LABEL}}", row.text):
            output.say(line, row.style)
    output.say()
    _print_verdict(output, seen, concerns)


def _print_verdict(output: Output, seen: Seen, concerns: Sequence[Concern]) -> None:
    unseen = seen.unseen()
    if unseen:
        told = f"not looked at: {', '.join(unseen)}"
        for line in _wrapped("  ", told):
            output.say(line, "yellow")
    if concerns:
        output.say(f"  {counted(len(concerns), 'thing')} to act on", "bold red")
    elif not unseen:
        output.say("  nothing to act on", "bold green")


def _wrapped(before: str, text: str) -> Iterator[str]:
    """
    The text behind what stands before it, in as many lines as it takes.
    """
    # A name is not broken: whoever copies it wants it whole.
    lines = textwrap.wrap(
        text,
        COLUMNS - len(before),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        yield f"{before}{line}"
        before = " " * len(before)

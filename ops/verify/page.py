"""
The report as a person reads it, in 80 columns.

Rule 1: the page only says what the report holds; it counts nothing itself.
Rule 2: keys are never cut nor wrapped, so that they can be copied.
"""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from ops.output import Output
from ops.verified import VerifyMode
from ops.verify.compare import Evidence
from ops.verify.finding import Finding, Kind
from ops.verify.report import Report
from ops.words import amount, counted

# The rest of a long list says no more than its beginning; --json has all of it.
SHOWN_MAX = 10
WIDTH = 79

_BLANK = " " * 12

# What is to be copied into a shell stays on its line.
_COMMAND = "firn "


def print_page(output: Output, report: Report) -> None:
    """
    Print what was verified, and what was found.
    """
    _row(output, "archive", report.place)
    for line in _ledger(report):
        _row(output, line[0], line[1])
    for line in _objects(report):
        _row(output, line[0], line[1])
    for note in report.notes:
        _row(output, "note", note)
    for kind, found in groupby(report.findings, key=lambda it: it.kind):
        _group(output, kind, list(found))
    output.say()
    output.say(_verdict(report), "bold red" if report.findings else "bold green")


def _ledger(report: Report) -> Iterator[tuple[str, str]]:
    state = "the chain is whole" if report.is_whole else "the chain is NOT whole"
    yield "ledger", f"{counted(report.tally.entries, 'entry', 'entries')}; {state}"
    if report.head.sha256 is not None:
        yield "head", f"entry {report.head.n}, SHA-256"
        yield "", report.head.sha256


def _objects(report: Report) -> Iterator[tuple[str, str]]:
    tally = report.tally
    month = f" with deletions of {report.month}" if report.month else ""
    objects = counted(tally.objects, "object")
    yield "compared", f"{objects}{month}, {amount(tally.bytes)}"
    for each in Evidence:
        if tally.evidence[each]:
            yield "", f"{tally.evidence[each]:,} by {each.value}"
    if tally.uncompared:
        yield "", "(no MD5 to compare, as under a key of KMS: see --checksums)"
    if report.mode is VerifyMode.DEEP:
        yield "rows", f"{tally.rows:,} counted, {tally.doubles_kept:,} doubles kept"
    if tally.unread:
        yield "cold", f"{tally.unread:,} could not be read; to read them as well:"
        yield "", report.restore or "firn restore"
    for number, what in (
        (tally.other_months, "of other months, not compared"),
        (tally.expired, "expired as configured (archive_expiry_days)"),
        (tally.under_way, "under way: planned, replaced or not yet put back"),
        (tally.blind, "not compared: what the ledger says of them is damaged"),
    ):
        if number:
            yield "besides", f"{number:,} {what}"


def _group(output: Output, kind: Kind, found: Sequence[Finding]) -> None:
    output.say()
    output.say(f"{kind.title} ({len(found):,})", "bold")
    for finding in found[:SHOWN_MAX]:
        output.say(f"  {finding.key}")
        _wrapped(output, finding.reason, "    ")
    if len(found) > SHOWN_MAX:
        output.say(f"  ... and {len(found) - SHOWN_MAX:,} more; --json has them all")
    _wrapped(output, f"-> {kind.advice}", "  ")


def _wrapped(output: Output, text: str, indent: str) -> None:
    for line in textwrap.wrap(
        text,
        WIDTH - len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    ):
        output.say(f"{indent}{line}")


def _row(output: Output, name: str, text: str) -> None:
    lines = textwrap.wrap(
        text, WIDTH - len(_BLANK), break_long_words=False, break_on_hyphens=False
    )
    if text.startswith(_COMMAND):
        lines = [text]
    for number, line in enumerate(lines):
        output.say(f"{'' if number else name:<12}{line}")


def _verdict(report: Report) -> str:
    if not report.findings:
        return "Nothing found."
    if any(each.kind.is_damage for each in report.findings):
        return f"{counted(len(report.findings), 'finding')}."
    return "Not all of it is understood by this version of firn."

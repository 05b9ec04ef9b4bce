"""
Why a query is not run, in words that name the way out.

Rule 1: words only; where a restore is the way out, with the command for it.
Rule 2: the first line is the error; what it is about comes before it.
"""

from collections import Counter
from collections.abc import Iterator

from archive.errors import ArchiveError, ColdError, DamagedError, UndeliveredError
from ops.query.survey import Survey
from ops.restore_command import RestoreCommand
from ops.warmth import Warmth
from ops.words import counted

SHOWN = 5


def obstacles(survey: Survey) -> Iterator[str]:
    """
    What stands between a query and a whole answer, a line each.
    """
    total = len(survey.files)
    if survey.unreadable:
        yield f"cannot be read: {len(survey.unreadable):,} of {counted(total, 'object')}"
        for key, state in list(survey.unreadable.items())[:SHOWN]:
            yield f"  {key}  {state.value}"
        yield from _more(len(survey.unreadable))
    for what, keys in (
        ("not in the bucket, or not as the ledger says", survey.missing),
        ("named by no entry of the ledger", survey.strangers),
        (
            "not registered in Glue where it lies",
            tuple(partition.prefix for partition in survey.unregistered),
        ),
    ):
        if keys:
            yield f"{what}: {len(keys):,}"
            yield from (f"  {key}" for key in keys[:SHOWN])
            yield from _more(len(keys))


def refusal(survey: Survey, restore: RestoreCommand) -> ArchiveError:
    """
    Why the query is not run: the worst of what the survey found.
    """
    total = len(survey.files)
    if survey.missing:
        msg = (
            f"{survey.missing[0]}: {len(survey.missing):,} of {counted(total, 'object')} "
            "that the query touches are not as the ledger says; firn verify tells more"
        )
        return DamagedError(msg)
    if survey.unreadable:
        states = Counter(survey.unreadable.values())
        told = ", ".join(f"{states[it]:,} {it.value}" for it in Warmth if it in states)
        waits = set(states) == {Warmth.WARMING}
        partitions = (survey.files[key].partition for key in survey.unreadable)
        verb = "wait for them" if waits else "restore them"
        msg = (
            f"{len(survey.unreadable):,} of {counted(total, 'object')} that the query "
            f"touches cannot be read ({told}); {verb}: "
            f"{restore.of(partitions, wait=waits)}"
        )
        return ColdError(msg)
    if survey.unregistered:
        first = survey.unregistered[0]
        msg = (
            f"{first.prefix}: not registered in Glue where it lies, so that Athena "
            "would leave it out or read other rows "
            f"({counted(len(survey.unregistered), 'partition')} in all); the "
            "transform's next run registers what is not, and nobody moves what is "
            "registered elsewhere: drop that partition. --engine duckdb needs none"
        )
        return UndeliveredError(msg)
    msg = (
        f"{survey.strangers[0]}: named by no entry, and Athena would read it "
        f"({counted(len(survey.strangers), 'object')} in all); a run of the transform "
        "may be at work: repeat in some minutes. --engine duckdb reads what the ledger "
        "names alone, and firn verify tells more"
    )
    return UndeliveredError(msg)


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  ... and {count - SHOWN:,} more"

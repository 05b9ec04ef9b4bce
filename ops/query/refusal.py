"""
Why a query is not run, in words that name the way out.

Rule 1: words only, and the restore command, which can be run as it is printed.
Rule 2: the first line is the error; what it is about comes before it.
"""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from archive.errors import ArchiveError, ColdError, DamagedError, UndeliveredError
from archive.keys import DEFAULT_PARTITION, Partition
from ops.connection import Place
from ops.flags import DEFAULT_DEPLOYMENT
from ops.query.survey import Survey
from ops.warmth import Warmth
from ops.words import counted

SHOWN = 5
# More would make no command that a person reads.
DEVICES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """
    How `firn restore` is called for this deployment.

    `ids` are the ids that the devices of partitions are known to stand for.
    """

    place: Place
    ids: Mapping[str, str]

    def command(self, partitions: Iterable[Partition], *, wait: bool = False) -> str:
        """
        The command that restores these partitions, and few others.
        """
        wanted = list(partitions)
        words = ["firn", "restore", *self._devices(wanted), *_dates(wanted)]
        if self.place.deployment != DEFAULT_DEPLOYMENT:
            words += ["--deployment", self.place.deployment]
        if self.place.profile is not None:
            words += ["--profile", self.place.profile]
        if self.place.region is not None:
            words += ["--region", self.place.region]
        return shlex.join([*words, *(["--wait"] if wait else [])])

    def _devices(self, partitions: list[Partition]) -> Iterator[str]:
        values = sorted({partition.device for partition in partitions})
        # A hash is no id, and the option takes ids.
        known = all(v in self.ids or not v.startswith("sha256-") for v in values)
        if known and len(values) <= DEVICES_MAX:
            for value in values:
                yield f"--device={self.ids.get(value, value)}"


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


def refusal(survey: Survey, restore: Restore) -> ArchiveError:
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
            f"{restore.command(partitions, wait=waits)}"
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


def _dates(partitions: list[Partition]) -> list[str]:
    dates = sorted({partition.date for partition in partitions})
    # Rows without a day are restored only where no day is named.
    if not dates or DEFAULT_PARTITION in dates:
        return []
    return ["--from", dates[0], "--to", dates[-1]]


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  ... and {count - SHOWN:,} more"

"""
What the protocol decides, without doing it.

Rule 1: only values come in and go out: no bucket, no clock, no settings.
Rule 2: an intent is changed here only in who tries, when, and with how much of
its inputs. Its time and its contract stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from archive.document import EntryKind, Input
from archive.intent import Intent, Treatment
from archive.keys import Partition, item_partition
from transforms.landing import LandedObject

# A holder's last write may still be on its way when its Lambda is dead. Clocks
# of two Lambdas differ by far less.
TAKEOVER_SECONDS = 60

# Tries of a conversion that never came to a plan, before it gets fewer inputs.
ATTEMPTS_MAX = 3

# The same where there was a plan: then the conversion works, and what fails is
# storing. That gets longer, but not for ever either.
ATTEMPTS_PLANNED_MAX = 6

# So that an intent stays some megabytes.
BATCH_OBJECTS_MAX = 5_000

# The kinds that the transform itself makes.
CONVERTED = frozenset({EntryKind.BATCH, EntryKind.COMPACTION})


class Standing(Enum):
    """
    Whether an intent that was found is somebody's.
    """

    HELD = "held"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRule:
    """
    When a batch closes: by the age of its oldest object or by its bytes.
    """

    age_seconds: int
    bytes_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """
    Who tries, until when, with which versions.
    """

    name: str
    until: int
    writer: Mapping[str, str]


def standing(intent: Intent, now: float) -> Standing:
    """
    Whether its holder may still be alive.
    """
    if now > intent.until + TAKEOVER_SECONDS:
        return Standing.ABANDONED
    return Standing.HELD


def close(
    landed: Sequence[LandedObject], now: float, rule: ClosingRule
) -> tuple[LandedObject, ...]:
    """
    The batch that closes now, oldest first; empty while none does.
    """
    ordered = sorted(landed, key=lambda each: (each.landed_at, each.key))
    if not ordered:
        return ()
    is_old = now - ordered[0].landed_at >= rule.age_seconds
    if not is_old and sum(each.bytes for each in ordered) < rule.bytes_max:
        return ()

    batch = [ordered[0]]
    total = ordered[0].bytes
    for each in ordered[1:BATCH_OBJECTS_MAX]:
        if total + each.bytes > rule.bytes_max:
            break
        batch.append(each)
        total += each.bytes
    return tuple(batch)


def next_try(intent: Intent, holder: Holder, *, is_planned: bool) -> Intent:
    """
    The intent as this holder takes it over.

    Inputs that failed too often are halved; the other half stays where it is
    and is found again. The last one that fails is set aside. So is what a
    command left undone, which only that command can do: see outcome.py.
    """
    taken = replace(
        intent, holder=holder.name, until=holder.until, writer=holder.writer
    )
    if intent.kind not in CONVERTED:
        return replace(
            taken, treatment=Treatment.SET_ASIDE, attempts=intent.attempts + 1
        )
    limit = ATTEMPTS_PLANNED_MAX if is_planned else ATTEMPTS_MAX
    if intent.attempts < limit or intent.treatment is Treatment.SET_ASIDE:
        return replace(taken, attempts=intent.attempts + 1)

    groups = _groups(intent)
    if len(groups) > 1:
        kept = groups[: len(groups) // 2]
        inputs = tuple(each for group in kept for each in group)
        return replace(taken, inputs=inputs, attempts=1)
    return replace(taken, treatment=Treatment.SET_ASIDE, attempts=1)


def _groups(intent: Intent) -> list[list[Input]]:
    """
    Inputs that stand or fall together: each alone, or a partition's files.
    """
    if intent.kind is not EntryKind.COMPACTION:
        return [[each] for each in intent.inputs]
    groups: dict[Partition, list[Input]] = {}
    for each in intent.inputs:
        groups.setdefault(item_partition(each.key), []).append(each)
    return list(groups.values())

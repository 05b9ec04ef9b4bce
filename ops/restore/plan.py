"""
What a restore would ask of S3, before anything is asked.

Rule 1: each object is in exactly one of four groups, by its warmth.
Rule 2: what is readable long enough, or on its way, is not asked for: it would be
paid for twice. S3 itself would take a faster tier for an object on its way, and
bill both.
Rule 3: a renewal moves no bytes, and is billed as a request alone (API_RestoreObject:
"charges only for the request"). So its tier is the cheapest, whatever was chosen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ops.objects import Stored
from ops.restore.tiers import (
    DAY_SECONDS,
    NO_WAITING,
    Tier,
    Waiting,
    copy_ends_at,
    longest_waiting,
    waiting_of,
)
from ops.warmth import Warmth, warmth

RENEWAL_TIER = Tier.BULK


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    All objects readable at once for so many days, from now on as fast as a tier is.

    `now` is epoch seconds.
    """

    now: int
    days: int
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One thing that S3 is asked for.
    """

    stored: Stored
    tier: Tier
    days: int
    renews: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """
    Objects by what is to be done with them, in the order of their keys.

    `waiting` is until all are readable, `until` when they need be no more.
    """

    wish: Wish
    waiting: Waiting
    until: int
    cold: tuple[Stored, ...]
    warming: tuple[Stored, ...]
    lukewarm: tuple[Stored, ...]
    warm: tuple[Stored, ...]

    @property
    def groups(self) -> dict[Warmth, tuple[Stored, ...]]:
        """
        The four groups.
        """
        return {
            Warmth.COLD: self.cold,
            Warmth.WARMING: self.warming,
            Warmth.LUKEWARM: self.lukewarm,
            Warmth.WARM: self.warm,
        }

    @property
    def unavailable(self) -> frozenset[str]:
        """
        The classes of cold objects that do not have the tier.
        """
        classes = {stored.storage_class for stored in self.cold}
        return frozenset(
            name for name in classes if waiting_of(name, self.wish.tier) is None
        )

    @property
    def ready_at(self) -> int:
        """
        When all are readable, if S3 takes as long as it takes at most.

        With which tier the warming ones were asked for, a listing does not show.
        """
        waits = [longest_waiting(stored.storage_class) for stored in self.warming]
        return self.wish.now + max(
            self.waiting.seconds, *(wait.seconds for wait in waits), 0
        )

    @property
    def readable_until(self) -> int | None:
        """
        Until when all will be readable, if everything is asked for now.

        None where nothing is archived, and where nobody knows: for how many days
        the warming ones were asked for, a listing does not show.
        """
        if self.warming:
            return None
        ends = [_expires_at(stored) for stored in self.warm if stored.restored]
        ends += [
            copy_ends_at(self.wish.now + self._own(request), request.days)
            for request in self.requests()
        ]
        return min(ends, default=None)

    def requests(self) -> Iterator[Request]:
        """
        What S3 is asked for: the cold ones, and the lukewarm ones once more.

        Only where the tier is available for all.
        """
        wish = self.wish
        for stored in self.cold:
            waiting = waiting_of(stored.storage_class, wish.tier)
            if waiting is not None:
                # A copy that is there before the slowest one stays as long.
                early = self.waiting.seconds - waiting.seconds
                yield Request(
                    stored=stored,
                    tier=wish.tier,
                    days=wish.days + _days(early),
                    renews=False,
                )
        for stored in self.lukewarm:
            yield Request(
                stored=stored,
                tier=RENEWAL_TIER,
                days=_days(self.until - wish.now),
                renews=True,
            )

    def _own(self, request: Request) -> int:
        if request.renews:
            return 0
        waiting = waiting_of(request.stored.storage_class, request.tier)
        return waiting.seconds if waiting else 0


def plan(objects: Iterable[Stored], wish: Wish) -> RestorePlan:
    """
    Sort objects into those to ask for, to wait for, to renew, and to leave alone.
    """
    ordered = sorted(objects, key=lambda stored: stored.key)
    # Which are lukewarm depends on how long the others take; whether one is
    # readable at all does not.
    absent = [it for it in ordered if _absent(it, wish.now)]
    waiting = _longest(absent, wish.tier)
    until = wish.now + waiting.seconds + wish.days * DAY_SECONDS

    groups: dict[Warmth, list[Stored]] = {state: [] for state in Warmth}
    for stored in ordered:
        groups[warmth(stored, now=wish.now, until=until)].append(stored)
    return RestorePlan(
        wish=wish,
        waiting=waiting,
        until=until,
        cold=tuple(groups[Warmth.COLD]),
        warming=tuple(groups[Warmth.WARMING]),
        lukewarm=tuple(groups[Warmth.LUKEWARM]),
        warm=tuple(groups[Warmth.WARM]),
    )


def is_readable(stored: Stored, now: int) -> bool:
    """
    Whether a GET would give the object at this time.
    """
    return not _absent(stored, now)


def _absent(stored: Stored, now: int) -> bool:
    return warmth(stored, now=now, until=now) in (Warmth.COLD, Warmth.WARMING)


def _longest(absent: Iterable[Stored], tier: Tier) -> Waiting:
    classes = {stored.storage_class for stored in absent}
    # Those that are on their way are taken to have been asked for by the same
    # command; where its class has no such tier, the slowest is meant.
    waits = [waiting_of(name, tier) or longest_waiting(name) for name in classes]
    return max(waits, key=lambda it: it.seconds, default=NO_WAITING)


def _expires_at(stored: Stored) -> int:
    if stored.restored is None or stored.restored.expires_at is None:
        msg = f"{stored.key}: has no copy whose end could be known"
        raise ValueError(msg)
    return stored.restored.expires_at


def _days(seconds: int) -> int:
    return -(-seconds // DAY_SECONDS)

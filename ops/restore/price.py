"""
What a plan costs at most.

Rule 1: a plan costs the sum of what its requests cost, and nothing else.
Rule 2: what is not certain is priced at its upper end: a copy goes at a midnight,
so it is paid for one day more than was asked for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ops.objects import Stored
from ops.prices import (
    GB_BYTES,
    MONTH_SECONDS,
    RETRIEVAL_USD_PER_1000_REQUESTS,
    RETRIEVAL_USD_PER_GB,
    STANDARD_USD_PER_GB_MONTH,
)
from ops.restore.plan import Request, RestorePlan, Wish, plan
from ops.restore.tiers import DAY_SECONDS, Tier, copy_ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """
    US dollars: for the bytes brought back, the requests, and the copies' storage.
    """

    retrieval: Decimal = Decimal(0)
    requests: Decimal = Decimal(0)
    storage: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """
        All of it.
        """
        return self.retrieval + self.requests + self.storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    A tier, what would be done with it, and for how much.

    `price` is None where some object's class does not have the tier.
    """

    tier: Tier
    plan: RestorePlan
    price: Price | None


def offers(objects: Iterable[Stored], wish: Wish) -> tuple[Offer, ...]:
    """
    What each tier would do and cost, whichever was wished for.
    """
    objects = tuple(objects)
    plans = (
        plan(objects, Wish(now=wish.now, days=wish.days, tier=tier)) for tier in Tier
    )
    return tuple(
        Offer(
            tier=it.wish.tier, plan=it, price=None if it.unavailable else price_of(it)
        )
        for it in plans
    )


def price_of(restore: RestorePlan) -> Price:
    """
    What a plan costs at most.
    """
    return price_of_requests(restore.requests(), restore.wish.now)


def price_of_requests(requests: Iterable[Request], now: int) -> Price:
    """
    What requests cost at most, that are made at this time.
    """
    # Whole numbers first, and money last: there can be millions of requests.
    count: Counter[tuple[str, str]] = Counter()
    retrieved_bytes: Counter[tuple[str, str]] = Counter()
    byte_seconds = 0
    for request in requests:
        kind = (request.stored.storage_class, request.tier.value)
        count[kind] += 1
        if not request.renews:
            retrieved_bytes[kind] += request.stored.bytes
        byte_seconds += request.stored.bytes * _kept_seconds(request, now)

    return Price(
        retrieval=_sum(
            size * RETRIEVAL_USD_PER_GB[kind] for kind, size in retrieved_bytes.items()
        )
        / GB_BYTES,
        requests=_sum(
            number * RETRIEVAL_USD_PER_1000_REQUESTS[kind]
            for kind, number in count.items()
        )
        / 1000,
        storage=byte_seconds * STANDARD_USD_PER_GB_MONTH / (GB_BYTES * MONTH_SECONDS),
    )


def _kept_seconds(request: Request, now: int) -> int:
    """
    How long there is a copy that there would not be without the request.
    """
    restored = request.stored.restored
    if request.renews and restored is not None and restored.expires_at is not None:
        return copy_ends_at(now, request.days) - restored.expires_at
    return (request.days + 1) * DAY_SECONDS


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))

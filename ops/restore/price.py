"""
What a plan costs at most.

Rule 1: each request is priced alone, and a plan is the sum of its requests.
Rule 2: what is not certain is priced at its upper end: a copy goes at a midnight,
so it is paid for one day more than was asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

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

    def plus(self, other: "Price") -> "Price":
        """
        This and another one.
        """
        return Price(
            retrieval=self.retrieval + other.retrieval,
            requests=self.requests + other.requests,
            storage=self.storage + other.storage,
        )


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
    now = restore.wish.now
    return reduce(
        Price.plus, (price_of_request(it, now) for it in restore.requests()), Price()
    )


def price_of_request(request: Request, now: int) -> Price:
    """
    What one request costs at most, that is made at this time.
    """
    stored = request.stored
    kind = (stored.storage_class, request.tier.value)
    gigabytes = Decimal(stored.bytes) / GB_BYTES
    months = Decimal(_kept_seconds(request, now)) / MONTH_SECONDS
    return Price(
        retrieval=Decimal(0)
        if request.renews
        else gigabytes * RETRIEVAL_USD_PER_GB[kind],
        requests=RETRIEVAL_USD_PER_1000_REQUESTS[kind] / 1000,
        storage=gigabytes * months * STANDARD_USD_PER_GB_MONTH,
    )


def _kept_seconds(request: Request, now: int) -> int:
    """
    How long there is a copy that there would not be without the request.
    """
    restored = request.stored.restored
    if request.renews and restored is not None and restored.expires_at is not None:
        return copy_ends_at(now, request.days) - restored.expires_at
    return (request.days + 1) * DAY_SECONDS

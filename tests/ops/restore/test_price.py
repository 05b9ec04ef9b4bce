from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given

from ops import prices
from ops.objects import Restored, Stored
from ops.restore.plan import Wish, plan
from ops.restore.price import Price, offers, price_of, price_of_requests
from ops.restore.tiers import DAY_SECONDS, Tier, waiting_of
from ops.warmth import Warmth
from tests.ops.restore.objects import NOW, objects, wishes

GIB = 1024**3
MIDNIGHT = NOW // DAY_SECONDS * DAY_SECONDS


def thousand(storage_class: str, restored: Restored | None = None) -> list[Stored]:
    """
    A thousand objects that are a tebibyte together, all in one state.
    """
    return [
        Stored(
            key=f"{number:04}",
            bytes=GIB,
            etag="",
            modified_at=0,
            storage_class=storage_class,
            restored=restored,
        )
        for number in range(1000)
    ]


@pytest.mark.parametrize(
    ("storage_class", "tier", "retrieval", "requests"),
    [
        ("GLACIER", Tier.BULK, "0", "0"),
        ("GLACIER", Tier.STANDARD, "10", "0.05"),
        ("GLACIER", Tier.EXPEDITED, "30", "10"),
        ("DEEP_ARCHIVE", Tier.BULK, "2.5", "0.025"),
        ("DEEP_ARCHIVE", Tier.STANDARD, "20", "0.1"),
    ],
)
def test_a_thousand_objects_of_a_gibibyte_cost_what_the_price_list_says(
    storage_class: str, tier: Tier, retrieval: str, requests: str
) -> None:
    """
    Bytes and requests by class and tier; the copies as STANDARD, to the midnight.
    """
    wish = Wish(now=NOW, days=27, tier=tier)

    # With the midnight a February: in no month is a day of storage dearer.
    price = price_of(plan(thousand(storage_class), wish))

    assert price == Price(
        retrieval=Decimal(retrieval),
        requests=Decimal(requests),
        storage=Decimal(23),
    )


def test_a_renewal_costs_its_request_and_the_days_it_adds() -> None:
    """
    No bytes are brought back: "charges only for the request".
    """
    copies = thousand("DEEP_ARCHIVE", Restored(MIDNIGHT + DAY_SECONDS))
    wish = Wish(now=NOW, days=28, tier=Tier.STANDARD)

    price = price_of(plan(copies, wish))

    assert price == Price(requests=Decimal("0.025"), storage=Decimal(23))


@given(objects, wishes)
def test_a_plan_costs_the_sum_of_its_requests(
    held: Sequence[Stored], wish: Wish
) -> None:
    """
    The price adds up, part by part, and nothing costs less than nothing.
    """
    made = plan(held, wish)
    singles = [price_of_requests([request], NOW) for request in made.requests()]
    price = price_of(made)

    least = Decimal("1e-20")
    assert abs(price.retrieval - sum(each.retrieval for each in singles)) < least
    assert abs(price.requests - sum(each.requests for each in singles)) < least
    assert abs(price.storage - sum(each.storage for each in singles)) < least
    assert price.total == price.retrieval + price.requests + price.storage
    assert all(
        min(each.retrieval, each.requests, each.storage) >= 0 for each in singles
    )


@given(objects, wishes)
def test_every_tier_is_offered_and_only_what_a_class_lacks_has_no_price(
    held: Sequence[Stored], wish: Wish
) -> None:
    """
    A person can choose from a table of all of them.
    """
    made = offers(held, wish)

    assert [offer.tier for offer in made] == list(Tier)
    for offer in made:
        assert (offer.price is None) == bool(offer.plan.unavailable)
        cold = offer.plan.groups[Warmth.COLD]
        assert offer.plan.unavailable == {
            it.storage_class
            for it in cold
            if waiting_of(it.storage_class, offer.tier) is None
        }


@given(objects, wishes)
def test_what_is_readable_or_on_its_way_costs_nothing(
    held: Sequence[Stored], wish: Wish
) -> None:
    """
    Only cold and lukewarm objects have a price.
    """
    made = plan(held, wish)
    if not made.cold and not made.lukewarm:
        assert price_of(made).total == 0


def test_there_is_a_price_for_each_tier_of_each_class() -> None:
    """
    Prices and waiting times know the same tiers.
    """
    kinds = {
        (name, tier.value)
        for name, tier in product(("GLACIER", "DEEP_ARCHIVE"), Tier)
        if waiting_of(name, tier)
    }

    assert set(prices.RETRIEVAL_USD_PER_GB) == kinds
    assert set(prices.RETRIEVAL_USD_PER_1000_REQUESTS) == kinds

"""
A restore before it is agreed to: what there is, what it costs, what may go wrong.

Rule 1: a quote is a value: it is printed, priced and refused without AWS.
"""

from dataclasses import dataclass
from decimal import Decimal

from archive.errors import MisconfiguredError
from ops.restore.found import Found
from ops.restore.money import total
from ops.restore.moves import Due, Lifecycle, archived_before, expired_before
from ops.restore.plan import RestorePlan, Wish
from ops.restore.price import Offer, Price, offers
from ops.restore.tiers import Tier, waiting_of
from ops.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """
    The offers for a selection, one for each tier, and the one that was wished for.

    `archived` and `expired` are what the lifecycle does before the days are over.
    """

    selection: Selection
    found: Found
    offers: tuple[Offer, ...]
    chosen: Offer
    archived: Due | None
    expired: Due | None

    @property
    def plan(self) -> RestorePlan:
        """
        What would be done with the tier that was wished for.
        """
        return self.chosen.plan

    @property
    def price(self) -> Price:
        """
        What that costs.

        Raises MisconfiguredError where S3 would not do it.
        """
        if self.chosen.price is None:
            raise MisconfiguredError(_no_such_tier(self.plan))
        return self.chosen.price

    def refuse_above(self, max_usd: Decimal | None) -> None:
        """
        Raise MisconfiguredError where it costs more.
        """
        usd = self.price.total
        if max_usd is None or usd <= max_usd:
            return
        fitting = [
            it.tier.value
            for it in self.offers
            if it.price is not None and it.price.total <= max_usd
        ]
        way = (
            f"--tier {fitting[-1]} costs less"
            if fitting
            else "choose fewer devices, dates or --days"
        )
        msg = (
            f"--max-cost {max_usd}: this costs up to {total(usd)} USD; {way}, "
            "or allow more; nothing was asked for"
        )
        raise MisconfiguredError(msg)


def quote(found: Found, selection: Selection, wish: Wish, rules: Lifecycle) -> Quote:
    """
    What the restore of what was found would be.
    """
    stored = found.stored.values()
    made = offers(stored, wish)
    (chosen,) = (it for it in made if it.tier is wish.tier)
    until = chosen.plan.until
    return Quote(
        selection=selection,
        found=found,
        offers=made,
        chosen=chosen,
        archived=archived_before(until, stored, rules),
        expired=expired_before(until, stored, rules),
    )


def _no_such_tier(plan: RestorePlan) -> str:
    classes = plan.unavailable
    count = sum(stored.storage_class in classes for stored in plan.cold)
    name = min(classes)
    ways = " or ".join(
        f"--tier {tier.value} ({waiting.words})"
        for tier in Tier
        if (waiting := waiting_of(name, tier)) is not None
    )
    verb = "is" if count == 1 else "are"
    return (
        f"--tier {plan.wish.tier.value}: {count:,} of the cold objects {verb} in "
        f"{name}, which has no such tier; take {ways}; nothing was asked for"
    )

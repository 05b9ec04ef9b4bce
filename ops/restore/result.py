"""
A restore as JSON, for scripts (docs/RESTORING.md: "For scripts").

Rule 1: keys are added and never change their meaning. Times are epoch seconds,
their keys end in `_at`; money is US dollars.
"""

from decimal import Decimal
from enum import Enum
from typing import Any

from ops.prices import PRICES_DATE, PRICES_REGION
from ops.restore.answers import Answer, Asked
from ops.restore.moves import Due
from ops.restore.price import Offer
from ops.restore.quote import Quote


class Outcome(Enum):
    """
    How a run of the command ended.
    """

    REFUSED = "refused"  # nothing was asked for: the tier, the price, no --yes
    DECLINED = "declined"  # the person said no
    STOPPED = "stopped"  # some were asked for; the same command goes on
    UNDER_WAY = "under way"  # all are asked for, some are not there yet
    READABLE = "readable"  # all can be read


def result(
    quote: Quote, outcome: Outcome, asked: Asked | None, readable_until: int | None
) -> dict[str, Any]:
    """
    All of it.
    """
    selection, plan = quote.selection, quote.plan
    answers = asked.answers if asked else {}
    return {
        "outcome": outcome.value,
        "devices": selection.devices,
        "from": selection.first,
        "to": selection.last,
        "tier": plan.wish.tier.value,
        "days": plan.wish.days,
        "planned_at": plan.wish.now,
        "rows": quote.found.rows,
        "objects": {
            state.value: {
                "objects": len(group),
                "bytes": sum(stored.bytes for stored in group),
            }
            for state, group in plan.groups.items()
        },
        "tiers": {it.tier.value: _offer(it) for it in quote.offers},
        "prices": {"region": PRICES_REGION, "date": PRICES_DATE},
        "asked": {answer.value: answers.get(answer, 0) for answer in Answer},
        "ready_at": plan.ready_at,
        "readable_until_at": readable_until,
        "archived_before_then": _due(quote.archived),
        "expired_before_then": _due(quote.expired),
    }


def _offer(offer: Offer) -> dict[str, Any] | None:
    price = offer.price
    if price is None:
        return None
    return {
        "waiting_seconds": offer.plan.waiting.seconds,
        "retrieval_usd": _number(price.retrieval),
        "requests_usd": _number(price.requests),
        "storage_usd": _number(price.storage),
        "total_usd": _number(price.total),
    }


def _number(usd: Decimal) -> float:
    return round(float(usd), 6)


def _due(due: Due | None) -> dict[str, int] | None:
    return None if due is None else {"objects": due.objects, "first_at": due.first_at}

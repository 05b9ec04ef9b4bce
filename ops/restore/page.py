"""
A quote, and what came of it, as a person reads them in 80 columns.

Rule 1: the page says what the quote holds; it decides and counts nothing.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from ops.prices import PRICES_DATE, PRICES_REGION
from ops.restore.answers import Answer
from ops.restore.money import part, step_of, total
from ops.restore.plan import RestorePlan
from ops.restore.price import Offer
from ops.restore.quote import Quote
from ops.restore.tiers import Tier
from ops.selection import Selection
from ops.warmth import Warmth
from ops.words import amount, counted, moment

# Understanding archive retrieval options: "for up to hundreds of objects".
EXPEDITED_OBJECTS_MANY = 1000

_TITLE_DEVICES_CHARACTERS_MAX = 40


def page(quote: Quote, region: str) -> Iterator[str]:
    """
    The lines of a quote for a deployment in this region.
    """
    found = quote.found
    size = amount(sum(stored.bytes for stored in found.stored.values()))
    yield title(quote.selection)
    yield (
        f"{counted(len(found.stored), 'object')}, {size}, {counted(found.rows, 'row')}"
    )
    yield ""
    yield from _states(quote.plan)
    yield from _prices(quote, region)
    yield from _cautions(quote)


def title(selection: Selection) -> str:
    """
    What was selected, in a few words.
    """
    devices = selection.devices
    if devices is None:
        who = "all devices"
    else:
        named = ", ".join(devices)
        fits = len(named) <= _TITLE_DEVICES_CHARACTERS_MAX
        who = named if fits else counted(len(devices), "device")
    match selection.first, selection.last:
        case None, None:
            return f"{who}, all dates"
        case first, None:
            return f"{who}, from {first}"
        case None, last:
            return f"{who}, to {last}"
        case first, last:
            return f"{who}, {first} to {last}"


def question(quote: Quote) -> str:
    """
    What the person is asked.
    """
    plan = quote.plan
    objects = counted(len(plan.cold) + len(plan.lukewarm), "object")
    return f"Ask S3 for {objects}, for up to {total(quote.price.total)} USD?"


def told(answers: Counter[Answer]) -> str:
    """
    What came of the requests.
    """
    parts = [f"asked for {counted(answers[Answer.BEGUN], 'object')}"]
    if answers[Answer.RENEWED]:
        parts.append(f"renewed {answers[Answer.RENEWED]:,}")
    if answers[Answer.ALREADY]:
        parts.append(f"{answers[Answer.ALREADY]:,} were on their way already")
    rest = answers[Answer.UNKNOWN] + answers[Answer.UNSENT]
    if rest:
        parts.append(f"{rest:,} are left for the next run")
    return ", ".join(parts)


def _states(plan: RestorePlan) -> Iterator[str]:
    remarks = {
        Warmth.COLD: f"in {_classes(plan)}",
        Warmth.WARMING: "on their way since an earlier request",
        Warmth.LUKEWARM: "",
        Warmth.WARM: "readable",
    }
    ends = [it.restored.expires_at for it in plan.lukewarm if it.restored]
    if ends:
        end = moment(min(filter(None, ends)))
        remarks[Warmth.LUKEWARM] = f"readable, but only until {end}"
    for state, group in plan.groups.items():
        size = amount(sum(stored.bytes for stored in group))
        remark = f"  {remarks[state]}" if group else ""
        yield f"  {state.value:<10}{len(group):>9,}{size:>12}{remark}"


def _prices(quote: Quote, region: str) -> Iterator[str]:
    plan = quote.plan
    if not any(plan.requests()) and not plan.cold:
        return
    days = counted(plan.wish.days, "day")
    yield ""
    yield f"Readable for {days}; in US dollars, at most:"
    yield ""
    yield (
        f"  {'tier':<12}{'takes':<12}{'retrieval':>10}{'requests':>12}"
        f"{'copies':>12}{'total':>12}"
    )
    totals = [offer.price.total for offer in quote.offers if offer.price]
    step = step_of(max(totals))
    for offer in quote.offers:
        yield _offer(offer, step, chosen=offer is quote.chosen)
    yield ""
    yield f"List prices of {PRICES_REGION}, {PRICES_DATE:%B %Y}, without taxes and discounts."
    if region != PRICES_REGION:
        yield f"This deployment is in {region}, where they differ somewhat."


def _offer(offer: Offer, step: Decimal, *, chosen: bool) -> str:
    mark = "*" if chosen else " "
    name = f"{mark} {offer.tier.value:<12}"
    price = offer.price
    if price is None:
        return f"{name}not for {', '.join(sorted(offer.plan.unavailable))}"
    takes = offer.plan.waiting.words
    return (
        f"{name}{takes:<12}{part(price.retrieval, step):>10}"
        f"{part(price.requests, step):>12}{part(price.storage, step):>12}"
        f"{total(price.total, step):>12}"
    )


def _classes(plan: RestorePlan) -> str:
    return " and ".join(sorted({stored.storage_class for stored in plan.cold}))


def _cautions(quote: Quote) -> Iterator[str]:
    plan, found = quote.plan, quote.found
    if found.empty_devices:
        yield ""
        named = title(Selection(devices=found.empty_devices))
        yield f"Nothing in these dates of {named.removesuffix(', all dates')}."
    if plan.warming and plan.wish.tier is not Tier.BULK:
        yield ""
        yield (
            "Those on their way are not asked for again: a faster tier would be billed"
        )
        yield "once more (docs/RESTORING.md#faster)."
    if plan.wish.tier is Tier.EXPEDITED and len(plan.cold) >= EXPEDITED_OBJECTS_MANY:
        yield ""
        yield "AWS means Expedited for hundreds of objects at most: it may refuse some."
    if quote.archived:
        yield ""
        yield (
            f"{counted(quote.archived.objects, 'object')} that nobody need restore now "
            "may go to Glacier"
        )
        yield f"from {moment(quote.archived.first_at)} on, before the days are over."
    if quote.expired:
        yield ""
        yield (
            f"{counted(quote.expired.objects, 'object')} will be deleted by the archive's expiry"
        )
        yield f"from {moment(quote.expired.first_at)} on, restored or not."

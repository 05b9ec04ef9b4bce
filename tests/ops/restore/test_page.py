from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.objects import Stored
from ops.restore.found import Found
from ops.restore.money import part, step_of, total
from ops.restore.moves import Lifecycle
from ops.restore.page import page, question, title
from ops.restore.plan import Wish
from ops.restore.quote import quote
from ops.restore.tiers import DAY_SECONDS, Tier
from ops.selection import Selection
from ops.words import amount
from tests.ops.restore.objects import NOW, objects, wishes

RULES = Lifecycle(
    storage_class="GLACIER", after_days=45, size_min_bytes=0, expiry_days=100
)

selections = st.builds(
    Selection,
    devices=st.one_of(
        st.none(),
        st.lists(st.text("ab-", min_size=1, max_size=60), min_size=1, max_size=5).map(
            tuple
        ),
    ),
    first=st.sampled_from([None, date(2023, 1, 1)]),
    last=st.sampled_from([None, date(2025, 12, 31)]),
)


@given(objects, wishes, selections, st.sampled_from(["us-east-1", "ap-northeast-1"]))
def test_a_page_fits_eighty_columns(
    held: Sequence[Stored], wish: Wish, selection: Selection, region: str
) -> None:
    """
    Whatever is in it, whatever it costs, and whatever was asked for.
    """
    found = Found(
        files=MappingProxyType({}),
        stored={it.key: it for it in held},
        archive_objects=len(held),
        empty_devices=selection.devices or (),
    )
    made = quote(found, selection, wish, RULES)

    lines = list(page(made, region))

    assert all(len(line) <= 80 for line in lines), lines
    if made.chosen.price and any(made.plan.requests()):
        # [y/N] comes after it.
        assert len(question(made)) <= 70


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(), "all devices, all dates"),
        (Selection(devices=("a", "b")), "a, b, all dates"),
        (Selection(devices=("a" * 50,)), "1 device, all dates"),
        (Selection(first=date(2026, 1, 2)), "all devices, from 2026-01-02"),
        (Selection(last=date(2026, 1, 2)), "all devices, to 2026-01-02"),
        (
            Selection(first=date(2026, 1, 2), last=date(2026, 1, 3)),
            "all devices, 2026-01-02 to 2026-01-03",
        ),
    ],
)
def test_a_selection_is_said_in_a_few_words(selection: Selection, said: str) -> None:
    """
    Long lists are counted.
    """
    assert title(selection) == said


@given(st.decimals(0, 1_000_000, places=8))
def test_nobody_pays_more_than_was_told(usd: Decimal) -> None:
    """
    A sum is rounded up, and by less than one step.
    """
    told = Decimal(total(usd).replace(",", ""))

    assert usd <= told < usd + step_of(usd)


def test_a_part_is_rounded_to_the_nearest() -> None:
    """
    So that the parts of a table add up to what stands beside them.
    """
    assert part(Decimal("0.00004"), Decimal("0.0001")) == "0.0000"
    assert part(Decimal("0.00045"), Decimal("0.0001")) == "0.0005"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KiB"),
        (1024 * 1024, "1.0 MiB"),
        (1536 * 1024**3, "1.5 TiB"),
        (5000 * 1024**5, "5,000.0 PiB"),
    ],
)
def test_a_size_is_said_in_the_unit_that_suits_it(size: int, said: str) -> None:
    """
    At most three digits before the point, but for what has no unit any more.
    """
    assert amount(size) == said


def lines(held: Sequence[Stored], tier: Tier, region: str = "us-east-1") -> str:
    """
    The page for objects that are to be restored for a week.
    """
    found = Found(
        files=MappingProxyType({}),
        stored={it.key: it for it in held},
        archive_objects=len(held),
        empty_devices=(),
    )
    wish = Wish(now=NOW, days=7, tier=tier)
    return "\n".join(page(quote(found, Selection(), wish, RULES), region))


def cold(number: int, modified_at: int = NOW) -> list[Stored]:
    """
    So many objects in Glacier.
    """
    return [
        Stored(
            key=str(key),
            bytes=1,
            etag="",
            modified_at=modified_at,
            storage_class="GLACIER",
        )
        for key in range(number)
    ]


def test_a_page_says_which_prices_it_tells() -> None:
    """
    Those of one region; another one has others.
    """
    assert "List prices of us-east-1" in lines(cold(1), Tier.BULK)
    assert "they differ" not in lines(cold(1), Tier.BULK)
    elsewhere = lines(cold(1), Tier.BULK, "eu-central-1")
    assert (
        "This deployment is in eu-central-1, where they differ somewhat." in elsewhere
    )


def test_a_page_says_when_expedited_is_asked_for_too_much() -> None:
    """
    It is meant for hundreds of objects.
    """
    assert "hundreds of objects at most" in lines(cold(1000), Tier.EXPEDITED)
    assert "hundreds of objects at most" not in lines(cold(999), Tier.EXPEDITED)
    assert "hundreds of objects at most" not in lines(cold(1000), Tier.STANDARD)


def test_a_page_says_what_the_expiry_will_delete() -> None:
    """
    A restored copy does not outlive its object.
    """
    old = cold(2, NOW - 95 * DAY_SECONDS)

    assert "2 objects will be deleted by the archive's expiry" in lines(old, Tier.BULK)
    assert "expiry" not in lines(cold(2), Tier.BULK)


def test_what_costs_nothing_has_no_prices() -> None:
    """
    Nothing is asked for, so there is nothing to choose.
    """
    assert "List prices" not in lines([], Tier.BULK)

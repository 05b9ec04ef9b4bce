from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from local_aws.lifecycle_rules import midnight_after
from local_aws.restore import TIER_SECONDS
from ops.objects import ARCHIVED_CLASSES
from ops.restore.tiers import Tier, copy_ends_at, longest_waiting, waiting_of


def test_the_emulated_account_takes_as_long_as_is_told() -> None:
    """
    The same classes, tiers and times, from the same page of AWS.
    """
    told = {
        (name, tier.value): waiting.seconds
        for name, tier in product(ARCHIVED_CLASSES, Tier)
        if (waiting := waiting_of(name, tier)) is not None
    }

    assert told == TIER_SECONDS


def test_a_tier_that_nobody_knows_is_taken_for_the_slowest() -> None:
    """
    What is on its way is there by then at the latest.
    """
    for name in ARCHIVED_CLASSES:
        waits = [waiting_of(name, tier) for tier in Tier]
        assert longest_waiting(name).seconds == max(it.seconds for it in waits if it)


@given(st.integers(0, 4_000_000_000), st.integers(1, 1000))
def test_a_copy_ends_at_the_midnight_after_its_days(begin: int, days: int) -> None:
    """
    As the emulated account ends it: two writings of one sentence of AWS.
    """
    assert copy_ends_at(begin, days) == midnight_after(begin, days)

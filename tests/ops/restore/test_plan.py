from collections.abc import Sequence

from hypothesis import given

from ops.objects import ARCHIVED_CLASSES, Restored, Stored
from ops.restore.plan import RENEWAL_TIER, Wish, is_readable, plan
from ops.restore.tiers import DAY_SECONDS, Tier, copy_ends_at, waiting_of
from tests.ops.restore.objects import NOW, objects, wishes

HOUR = 3600


def stored(
    key: str, storage_class: str = "GLACIER", restored: Restored | None = None
) -> Stored:
    """
    An object of a thousand bytes.
    """
    return Stored(
        key=key,
        bytes=1000,
        etag="",
        modified_at=NOW - 100 * DAY_SECONDS,
        storage_class=storage_class,
        restored=restored,
    )


def wish(tier: Tier = Tier.STANDARD, days: int = 7) -> Wish:
    """
    A wish of now.
    """
    return Wish(now=NOW, days=days, tier=tier)


@given(objects, wishes)
def test_each_object_is_in_exactly_one_group(
    held: Sequence[Stored], wished: Wish
) -> None:
    """
    None is lost and none is counted twice.
    """
    grouped = [each for group in plan(held, wished).groups.values() for each in group]

    assert sorted(grouped, key=lambda it: it.key) == sorted(held, key=lambda it: it.key)


@given(objects, wishes)
def test_nothing_is_asked_for_twice_or_without_need(
    held: Sequence[Stored], wished: Wish
) -> None:
    """
    No request for what is hot, on its way, or readable for as long as it is wanted.
    """
    made = plan(held, wished)
    requests = list(made.requests())
    keys = [request.stored.key for request in requests]

    assert len(keys) == len(set(keys))
    for request in requests:
        asked = request.stored
        assert asked.storage_class in ARCHIVED_CLASSES
        if asked.restored is not None:
            expires_at = asked.restored.expires_at
            assert expires_at is not None
            assert expires_at < made.until
        assert request.renews == is_readable(asked, NOW)
        assert 1 <= request.days <= wished.days + 2


@given(objects, wishes)
def test_what_was_asked_for_stays_until_the_wish_is_over(
    held: Sequence[Stored], wished: Wish
) -> None:
    """
    Every copy, whenever it is there, ends after the last day that was wished for.
    """
    made = plan(held, wished)
    for request in made.requests():
        waiting = waiting_of(request.stored.storage_class, request.tier)
        assert waiting is not None
        there_at = NOW if request.renews else NOW + waiting.seconds
        assert copy_ends_at(there_at, request.days) > made.until


@given(objects, wishes)
def test_a_plan_that_was_followed_leaves_nothing_to_ask_for(
    held: Sequence[Stored], wished: Wish
) -> None:
    """
    The same command right after it pays nothing: all is warm or on its way.
    """
    made = plan(held, wished)
    followed = {
        request.stored.key: Restored(
            copy_ends_at(NOW, request.days) if request.renews else None
        )
        for request in made.requests()
    }
    later = [
        stored(it.key, it.storage_class, followed.get(it.key, it.restored))
        for it in held
    ]

    again = plan(later, Wish(now=NOW, days=wished.days, tier=wished.tier))

    if not made.unavailable:
        assert not list(again.requests())


@given(objects, wishes)
def test_the_order_of_a_listing_changes_nothing(
    held: Sequence[Stored], wished: Wish
) -> None:
    """
    A plan is in the order of keys.
    """
    assert plan(held, wished) == plan(reversed(held), wished)


def test_expedited_is_not_for_deep_archive() -> None:
    """
    The plan names the class, and asks for none of its objects.
    """
    made = plan(
        [stored("a"), stored("b", "DEEP_ARCHIVE")],
        wish(Tier.EXPEDITED),
    )

    assert made.unavailable == {"DEEP_ARCHIVE"}
    assert [it.stored.key for it in made.requests()] == ["a"]


def test_deep_archive_that_is_readable_takes_any_tier() -> None:
    """
    A renewal brings nothing back: it needs no tier that the class lacks.
    """
    made = plan(
        [stored("b", "DEEP_ARCHIVE", Restored(NOW + HOUR))], wish(Tier.EXPEDITED)
    )

    (request,) = made.requests()
    assert (made.unavailable, request.renews) == (frozenset(), True)
    assert request.tier is RENEWAL_TIER


def test_with_two_classes_the_slower_one_decides() -> None:
    """
    What is there first stays until the days of the last are over.
    """
    made = plan([stored("a"), stored("b", "DEEP_ARCHIVE")], wish(Tier.BULK, days=3))

    assert made.waiting.words == "up to 48 h"
    assert [request.days for request in made.requests()] == [5, 3]


def test_a_copy_is_lukewarm_when_it_goes_before_the_others_are_done_with() -> None:
    """
    The days count from when the slowest is there, for all of them.
    """
    copy = stored("b", restored=Restored(NOW + 7 * DAY_SECONDS + HOUR))

    assert plan([copy], wish()).lukewarm == ()
    assert plan([stored("a"), copy], wish()).lukewarm == (copy,)


def test_a_copy_that_a_listing_still_shows_after_its_end_is_cold() -> None:
    """
    It would not be there when it is read.
    """
    gone = stored("a", restored=Restored(NOW))

    assert plan([gone], wish()).cold == (gone,)


def test_what_is_on_its_way_is_there_at_the_latest_when_bulk_would_be() -> None:
    """
    A listing does not show with which tier it was asked for.
    """
    made = plan([stored("a", restored=Restored(None))], wish(Tier.EXPEDITED))

    assert made.ready_at == NOW + 12 * HOUR
    assert list(made.requests()) == []

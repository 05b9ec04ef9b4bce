import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.objects import ARCHIVED_CLASSES, Restored, Stored
from ops.warmth import Warmth, warmth

NOW = 1_000_000
UNTIL = NOW + 100


def stored(storage_class: str, restored: Restored | None) -> Stored:
    """
    An object in this class, restored so.
    """
    return Stored(
        key="x",
        bytes=1,
        etag="",
        modified_at=0,
        storage_class=storage_class,
        restored=restored,
    )


@pytest.mark.parametrize("storage_class", sorted(ARCHIVED_CLASSES))
@pytest.mark.parametrize(
    ("restored", "state"),
    [
        (None, Warmth.COLD),
        (Restored(None), Warmth.WARMING),
        (Restored(NOW - 1), Warmth.COLD),
        (Restored(NOW), Warmth.COLD),
        (Restored(NOW + 1), Warmth.LUKEWARM),
        (Restored(UNTIL - 1), Warmth.LUKEWARM),
        (Restored(UNTIL), Warmth.WARM),
        (Restored(UNTIL + 1), Warmth.WARM),
    ],
)
def test_an_archived_object_has_four_states(
    storage_class: str, restored: Restored | None, state: Warmth
) -> None:
    """
    By its copy, to the second.
    """
    assert warmth(stored(storage_class, restored), now=NOW, until=UNTIL) is state


@pytest.mark.parametrize(
    "storage_class",
    [
        "STANDARD",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER_IR",
        "REDUCED_REDUNDANCY",
    ],
)
def test_what_can_be_read_at_once_is_warm(storage_class: str) -> None:
    """
    GLACIER_IR has its name only.
    """
    assert warmth(stored(storage_class, None), now=NOW, until=UNTIL) is Warmth.WARM


@given(
    expires_at=st.none() | st.integers(0, 2**40),
    is_restored=st.booleans(),
    now=st.integers(0, 2**40),
    more=st.integers(0, 2**40),
)
def test_who_wants_it_for_no_longer_than_now_never_meets_a_lukewarm_one(
    expires_at: int | None, is_restored: bool, now: int, more: int
) -> None:
    """
    It is there or it is not; and what is warm for long is warm for less.
    """
    it = stored("GLACIER", Restored(expires_at) if is_restored else None)

    assert warmth(it, now=now, until=now) is not Warmth.LUKEWARM
    if warmth(it, now=now, until=now + more) is Warmth.WARM:
        assert warmth(it, now=now, until=now) is Warmth.WARM

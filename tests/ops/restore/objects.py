"""
Objects in all states, as a listing shows them.
"""

from hypothesis import strategies as st

from ops.objects import Restored, Stored
from ops.restore.plan import Wish
from ops.restore.tiers import DAY_SECONDS, Tier

NOW = 1_700_000_000

_CLASSES = st.sampled_from(["STANDARD", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"])
_RESTORES = st.one_of(
    st.none(),
    st.just(Restored(None)),
    st.integers(NOW - DAY_SECONDS, NOW + 30 * DAY_SECONDS).map(Restored),
)

objects = st.lists(
    st.builds(
        Stored,
        key=st.text("abc", min_size=1, max_size=4),
        bytes=st.integers(0, 10 * 1024**3),
        etag=st.just(""),
        modified_at=st.integers(NOW - 100 * DAY_SECONDS, NOW),
        storage_class=_CLASSES,
        restored=_RESTORES,
    ),
    unique_by=lambda stored: stored.key,
    max_size=30,
)

wishes = st.builds(
    Wish, now=st.just(NOW), days=st.integers(1, 40), tier=st.sampled_from(Tier)
)

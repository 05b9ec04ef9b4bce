from hypothesis import given
from hypothesis import strategies as st

from local_aws.lifecycle_rules import Action, Version, steps
from ops.objects import Stored
from ops.restore.moves import Due, Lifecycle, archived_before, expired_before
from ops.restore.tiers import DAY_SECONDS

NOW = 1_700_000_000


def rules(
    size_min_bytes: int = 0, expiry_days: int | None = None, into: str = "GLACIER"
) -> Lifecycle:
    """
    The lifecycle of an archive.
    """
    return Lifecycle(
        storage_class=into,
        after_days=45,
        size_min_bytes=size_min_bytes,
        expiry_days=expiry_days,
    )


def stored(modified_at: int, size: int = 1000, name: str = "STANDARD") -> Stored:
    """
    An object.
    """
    return Stored(
        key="a", bytes=size, etag="", modified_at=modified_at, storage_class=name
    )


@given(
    st.integers(NOW - 60 * DAY_SECONDS, NOW),
    st.integers(0, 300_000),
    st.sampled_from([0, 1, 1000, 131_072]),
    st.sampled_from([None, 200]),
)
def test_what_is_told_is_what_the_lifecycle_does(
    modified_at: int, size: int, size_min: int, expiry_days: int | None
) -> None:
    """
    The same object, rules and time as the emulated account's lifecycle takes.
    """
    filter_ = {"ObjectSizeGreaterThan": size_min} if size_min else {"Prefix": "a"}
    rule = {
        "Status": "Enabled",
        "Filter": filter_,
        "Transitions": [{"StorageClass": "GLACIER", "Days": 45}],
        "Expiration": {} if expiry_days is None else {"Days": expiry_days},
    }
    version = Version(
        key="a",
        size=size,
        created_at=modified_at,
        storage_class="STANDARD",
        is_marker=False,
        noncurrent_at=None,
        newer=0,
        alone=True,
        tags={},
    )
    done = {
        step.action: Due(1, step.at)
        for step in steps([rule], "varies_by_storage_class", version)
    }
    told = rules(size_min_bytes=size_min, expiry_days=expiry_days)
    ever = NOW + 1000 * DAY_SECONDS

    archived = archived_before(ever, [stored(modified_at, size)], told)
    assert archived == done.get(Action.TRANSITION)
    if size > size_min:
        expired = expired_before(ever, [stored(modified_at, size)], told)
        assert expired == done.get(Action.EXPIRE)


def test_only_what_is_moved_before_the_days_are_over_is_told() -> None:
    """
    How many, and when the first of them.
    """
    young, old, older = (stored(NOW - days * DAY_SECONDS) for days in (1, 40, 42))
    until = NOW + 10 * DAY_SECONDS

    due = archived_before(until, [young, old, older], rules())

    assert due is not None
    assert due.objects == 2
    assert NOW + 3 * DAY_SECONDS <= due.first_at <= NOW + 4 * DAY_SECONDS
    assert archived_before(until, [young], rules()) is None


def test_what_is_archived_already_is_not_told_again() -> None:
    """
    Nor is a class that can always be read.
    """
    until = NOW + 90 * DAY_SECONDS
    hot = stored(NOW)

    assert archived_before(until, [stored(NOW, name="GLACIER")], rules()) is None
    assert archived_before(until, [hot], rules(into="GLACIER_IR")) is None
    assert archived_before(until, [hot], rules()) is not None

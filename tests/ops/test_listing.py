from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from archive.keys import ITEMS, Partition, item_key
from ops.listing import PAGE_OBJECTS, look_up, stretches
from ops.objects import Stored

partitions = st.builds(
    Partition,
    st.sampled_from(["a", "a b", "a/b", "ab", "é", "z=1"]),
    st.dates().map(str),
)
archives = st.lists(
    st.builds(item_key, partitions, st.integers(1, 3)), unique=True, max_size=40
)


@dataclass(slots=True)
class Bucket:
    """
    Objects by key; counts the pages that it lists, and keeps the prefixes.
    """

    keys: Sequence[str]
    pages: int = 0
    prefixes: list[str] = field(default_factory=list)

    def listed(self, prefix: str, start_after: str = "") -> Iterator[Stored]:
        self.prefixes.append(prefix)
        found = [
            key
            for key in sorted(self.keys)
            if key.startswith(prefix) and key > start_after
        ]
        for number, key in enumerate(found):
            self.pages += number % PAGE_OBJECTS == 0
            yield Stored(key=key, bytes=1, etag="", modified_at=0)

    def read(self, key: str) -> bytes:
        raise AssertionError(key)


@given(archives, st.data())
def test_every_object_that_is_there_is_found(
    keys: Sequence[str], data: st.DataObject
) -> None:
    """
    Whatever else lies beside it, and with nothing that was not asked for.
    """
    wanted = data.draw(st.sets(st.sampled_from(keys)) if keys else st.just(set()))
    gone = data.draw(
        st.sets(st.sampled_from(sorted(wanted))) if wanted else st.just(set())
    )
    bucket = Bucket([key for key in keys if key not in gone])

    found = look_up(bucket, wanted, len(keys))

    assert found.keys() == wanted - gone
    assert all(key == stored.key for key, stored in found.items())


@given(archives)
def test_only_items_are_listed(keys: Sequence[str]) -> None:
    """
    An analyst may list nothing else, and not the bucket as a whole.
    """
    bucket = Bucket(keys)

    look_up(bucket, keys, len(keys))

    assert all(prefix.startswith(ITEMS) for prefix in bucket.prefixes)


def test_few_devices_are_listed_one_by_one() -> None:
    """
    The archive can have millions of others.
    """
    keys = [item_key(Partition(device, "2026-01-01"), 1) for device in "ab"]

    found = stretches(keys, archive_objects=1_000_000)

    assert [it.prefix for it in found] == ["items/device=a/", "items/device=b/"]


def test_most_devices_are_listed_at_once() -> None:
    """
    A page holds a thousand of them.
    """
    keys = [item_key(Partition(str(device), "2026-01-01"), 1) for device in range(500)]

    (found,) = stretches(keys, archive_objects=2000)

    assert found.prefix == ITEMS


def test_a_listing_begins_and_ends_with_the_dates_that_are_wanted() -> None:
    """
    One day of ten years costs one page.
    """
    keys = [
        item_key(Partition("a", f"{year}-{month:02}-{day:02}"), 1)
        for year in range(2015, 2025)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    bucket = Bucket(keys)

    found = look_up(bucket, keys[2000:2010], len(keys))

    assert list(found) == keys[2000:2010]
    assert bucket.pages == 1


def test_nothing_is_listed_for_nothing() -> None:
    """
    Not even one page.
    """
    assert stretches([], archive_objects=10) == []

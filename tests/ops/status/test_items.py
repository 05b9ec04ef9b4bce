from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from archive.keys import Partition, item_key
from ops.objects import ARCHIVED_CLASSES, Restored, Stored
from ops.status.items import OVERHEAD_BYTES, count_items
from ops.warmth import Warmth, warmth
from tests.ops.status.healthy import NOW, entry, ledger

LEDGER = ledger(*(entry(n) for n in range(1, 10)))
OURS = sorted(LEDGER.files)
CLASSES = ("STANDARD", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")

objects = st.builds(
    Stored,
    key=st.sampled_from(OURS)
    | st.builds(
        lambda device, n: item_key(Partition(device, "2025-01-01"), n),
        st.sampled_from(["x", "y"]),
        st.integers(1, 12),
    )
    | st.sampled_from(["items/notes.txt", "items/device=a/x.parquet"]),
    bytes=st.integers(0, 2**40),
    etag=st.just(""),
    modified_at=st.just(0),
    storage_class=st.sampled_from(CLASSES),
    restored=st.none() | st.builds(Restored, st.none() | st.integers(0, 2 * NOW)),
)


@given(st.lists(objects, unique_by=lambda it: it.key))
def test_every_object_is_counted_once_and_somewhere(listed: list[Stored]) -> None:
    """
    As the ledger's own, as one of an entry to come, or as nobody's.
    """
    items = count_items(listed, LEDGER, NOW)
    own = [it for it in listed if it.key in LEDGER.files]

    assert sum(it.objects for it in items.classes) == len(own)
    assert items.missing == len(LEDGER.files) - len(own)
    assert items.unnamed + items.being_made == len(listed) - len(own)
    assert sum(it.rows for it in items.classes) == sum(
        LEDGER.files[it.key].rows for it in own
    )
    assert sum(it.bytes for it in items.classes) == sum(it.bytes for it in own)
    assert Counter(items.warmth) == Counter(
        warmth(it, now=NOW, until=NOW) for it in own
    )
    assert Warmth.LUKEWARM not in items.warmth
    for each in items.classes:
        archived = each.name in ARCHIVED_CLASSES
        assert each.overhead_bytes == archived * OVERHEAD_BYTES * each.objects


def test_an_object_of_the_entry_to_come_is_being_made() -> None:
    """
    By its number; one of a former entry is nobody's.
    """

    def at(n: int) -> Stored:
        key = item_key(Partition("x", "2025-01-01"), n)
        return Stored(key=key, bytes=1, etag="", modified_at=0)

    items = count_items([at(9), at(10)], LEDGER, NOW)

    assert (items.unnamed, items.being_made) == (1, 1)


def test_what_is_there_now_is_warm_however_soon_it_goes() -> None:
    """
    Nobody has said for how long it is wanted.
    """
    leaving = Stored(
        key=OURS[0],
        bytes=1,
        etag="",
        modified_at=0,
        storage_class="GLACIER",
        restored=Restored(NOW + 1),
    )

    assert count_items([leaving], LEDGER, NOW).warmth == {Warmth.WARM: 1}


def test_an_empty_archive_is_empty() -> None:
    """
    No classes, no warmth, nothing missing.
    """
    items = count_items([], ledger(), NOW)

    assert (items.classes, dict(items.warmth), items.missing) == ((), {}, 0)

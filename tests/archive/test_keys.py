"""
The keys of the archive bucket.
"""

from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import DamagedError
from archive.keys import (
    COMPONENT_BYTES_MAX,
    DEFAULT_PARTITION,
    Partition,
    damage_key,
    entry_key,
    entry_number,
    file_list_key,
    hive_escape,
    intent_key,
    item_key,
    item_partition,
    partition_date,
    partition_device,
    plan_key,
    quarantine_key,
)

DEVICE_IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(DEVICE_IDS)
@example("a/b=c%d")
@example("x" * 300)
@example("o'brien")
@example("..")
def test_a_key_gives_back_its_partition(device_id: str) -> None:
    """
    Whatever a device is called, its key is read back as the same partition.
    """
    partition = Partition(partition_device(device_id), "2024-11-13")

    assert item_partition(item_key(partition, 7)) == partition
    assert item_partition(item_key(partition, 7, 12)) == partition


@given(DEVICE_IDS)
def test_a_path_component_fits_a_file_system(device_id: str) -> None:
    """
    `device=` and what follows never passes the name limit of a copied archive.
    """
    component = f"device={hive_escape(partition_device(device_id))}"

    assert len(component.encode()) <= COMPONENT_BYTES_MAX
    assert "/" not in component
    assert unquote(component) == f"device={partition_device(device_id)}"


@given(DEVICE_IDS, DEVICE_IDS)
@example("o'brien", partition_device("o'brien"))
@example("a" * 300, partition_device("a" * 300))
@example("a%2Fb", "a/b")
@example(DEFAULT_PARTITION, "x")
def test_no_two_devices_share_a_path(one: str, other: str) -> None:
    """
    Different ids have different components, even one that imitates a hash.
    """
    same_path = hive_escape(partition_device(one)) == hive_escape(
        partition_device(other)
    )

    assert same_path == (one == other)


@pytest.mark.parametrize(
    ("device_id", "component"),
    [
        ("a/b", "a%2Fb"),
        ("50%", "50%25"),
        ("a:b=c", "a%3Ab%3Dc"),
        ("[x]{y}^", "%5Bx%5D%7By}%5E"),
        ("Gerät 7", "Gerät 7"),
        ("a.b-c_d~e", "a.b-c_d~e"),
    ],
)
def test_paths_are_escaped_as_hive_escapes_them(device_id: str, component: str) -> None:
    """
    Spark, Hive and Athena write the same component for the same value.
    """
    assert hive_escape(device_id) == component


@pytest.mark.parametrize("device_id", ["o'brien", "a\nb", "x" * 249, DEFAULT_PARTITION])
def test_an_id_that_a_path_cannot_hold_is_hashed(device_id: str) -> None:
    """
    Too long, an apostrophe, a control character, or one of our own names.
    """
    assert partition_device(device_id).startswith("sha256-")


def test_the_longest_id_that_fits_is_kept_as_it_is() -> None:
    """
    255 bytes with `device=` is the limit, and it is met exactly.
    """
    assert partition_device("x" * 248) == "x" * 248


def test_a_day_that_is_not_known_lies_in_hives_default_partition() -> None:
    """
    A row without a usable creation time still has a place.
    """
    assert partition_date(None) == DEFAULT_PARTITION
    assert partition_date(date(987, 1, 2)) == "0987-01-02"


def test_every_object_of_an_entry_carries_its_number() -> None:
    """
    Eight digits, wherever the entry's objects lie.
    """
    keys = [entry_key(42), file_list_key(42), intent_key(42), plan_key(42)]

    assert [entry_number(key) for key in keys] == [42] * 4
    assert quarantine_key(42) == "quarantine/00000042.jsonl.gz"
    assert damage_key(42, 3) == "quarantine/00000042-3.bin"


@pytest.mark.parametrize(
    "key", ["items/x.parquet", "items/device=a/date=b/7.parquet", "items/"]
)
def test_a_foreign_key_under_items_is_refused(key: str) -> None:
    """
    A key that no entry could have written is damage, not a partition.
    """
    with pytest.raises(DamagedError, match="items/"):
        item_partition(key)


def test_a_foreign_key_of_the_ledger_is_refused() -> None:
    """
    A name without eight digits is no entry's.
    """
    with pytest.raises(DamagedError, match=r"head\.json"):
        entry_number("ledger/entries/head.json")

"""
Items of one batch that have the same key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamagedError, PoisonError, UndeliveredError
from ingest.item import Item, Key
from ingest.rivals import Offer, settle
from ingest.table import Outcome


def item(key: int, version: int) -> Item:
    """
    An item whose image says which version of its key it is.
    """
    return Item(
        key=Key("BH", str(key)), image={"v": {"N": str(version)}}, wire_bytes=20
    )


@dataclass(slots=True)
class FakeTable:
    """
    Takes items, save for the versions and keys that it is told not to.

    It checks its caller: never two items with one key.
    """

    refused: frozenset[int] = frozenset()
    undelivered: frozenset[int] = frozenset()
    rows: dict[int, int] = field(default_factory=dict)

    def put(self, items: Sequence[Item]) -> Outcome:
        """
        Take what is neither refused nor undelivered.
        """
        assert len({item.key for item in items}) == len(items)
        outcome = Outcome()
        for offered in items:
            key = int(offered.key.created_at)
            version = int(str(offered.image["v"]["N"]))
            if key in self.undelivered:
                outcome.undelivered.append(offered)
            elif version in self.refused:
                outcome.refused.append(offered)
            else:
                outcome.stored.append(offered)
                self.rows[key] = version
        return outcome


OFFERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=12)
SOME = st.frozensets(st.integers(0, 11), max_size=4)


@given(OFFERS, SOME, SOME)
def test_a_message_without_a_fault_has_each_item_stored_or_overwritten(
    keys: list[tuple[int, int]], refused: frozenset[int], undelivered: frozenset[int]
) -> None:
    """
    Whatever the table does, the last item of a key that can be stored is.

    And a message is at fault exactly when one of its items is neither stored
    nor followed by a stored one of the same key.
    """
    offers = [
        Offer(message, item(key, version))
        for version, (message, key) in enumerate(keys)
    ]
    table = FakeTable(refused, undelivered)

    settlement = settle(offers, table.put)

    at_fault = set()
    overwritten = 0
    for version, (message, key) in enumerate(keys):
        row = table.rows.get(key)
        if row is None or version > row:
            at_fault.add(message)
        overwritten += row is not None and version < row
    assert set(settlement.faults) == at_fault
    assert settlement.items == len(table.rows)
    assert settlement.overwritten == overwritten
    for key, row in table.rows.items():
        later = {version for version, (_, k) in enumerate(keys) if k == key} - refused
        assert row == max(later)


def test_an_item_that_gave_way_to_a_lost_one_fails_too() -> None:
    """
    Nothing is wrong with its message, but nothing under its key was stored.

    To report it as stored would lose it if the later message never is.
    """
    offers = [Offer(0, item(1, 0)), Offer(1, item(1, 1)), Offer(2, item(2, 2))]

    settlement = settle(offers, FakeTable(undelivered=frozenset({1})).put)

    assert set(settlement.faults) == {0, 1}
    for fault in settlement.faults.values():
        assert isinstance(fault, UndeliveredError)
    assert settlement.items == 1


def test_a_refused_item_gives_its_place_back() -> None:
    """
    One bad message never fails its neighbours, though it has their key.
    """
    table = FakeTable(refused=frozenset({1}))
    offers = [Offer(0, item(1, 0)), Offer(1, item(1, 1))]

    settlement = settle(offers, table.put)

    assert (settlement.items, settlement.overwritten) == (1, 0)
    assert [*settlement.faults] == [1]
    assert isinstance(settlement.faults[1], PoisonError)
    assert table.rows == {1: 0}


def test_a_table_that_forgets_an_item_is_found_out() -> None:
    """
    Every item offered is accounted for, or nothing is answered at all.
    """
    with pytest.raises(DamagedError, match="1 items were offered and 0"):
        settle([Offer(0, item(1, 0))], lambda _: Outcome())

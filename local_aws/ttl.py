"""
DynamoDB's time to live.

Rule 1: an item goes some time after its expiry, never before, and its stream
record says that the service deleted it.
Rule 2: what AWS never deletes stays: an expiry that is no number, or more
than five years past.

DynamoDB: Using time to live (TTL); Working with expired items and TTL. "Within
a few days" is, here, the next multiple of `sweep_seconds`.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from moto.dynamodb.models.table import Table

from local_aws.events import ItemExpired
from local_aws.items import LeanItem, Value
from local_aws.scene import Scene, backend
from local_aws.shard import Shard

PAST_SECONDS_MAX = 5 * 365 * 86_400


@dataclass(slots=True)
class Ttl:
    """
    Deletes expired items from all tables that have a TTL attribute.
    """

    scene: Scene
    sweep_seconds: int
    _revision: int = -1
    _attributes: Mapping[str, str] = field(default_factory=dict)
    _heaps: dict[str, list[tuple[int, int, LeanItem]]] = field(default_factory=dict)
    _pushed: int = 0

    def next_at(self) -> int | None:
        """
        The first sweep that will find an item expired.
        """
        self._refresh()
        times = [heap[0][0] for heap in self._heaps.values() if heap]
        if not times:
            return None
        # Expired is what lies before the current time, so never the same second.
        return (min(times) // self.sweep_seconds + 1) * self.sweep_seconds

    def act(self) -> None:
        """
        Delete what has expired, the oldest expiry first.
        """
        now = self.scene.clock.now()
        for name, heap in self._heaps.items():
            table = backend("dynamodb").get_table(name)
            while heap and heap[0][0] < now:
                expiry, _, item = heapq.heappop(heap)
                # The entry of an item that was written again is stale.
                current = table.get_item(item.hash_key, item.range_key)
                if current is not item or self._expiry(name, item) != expiry:
                    continue
                if expiry >= now - PAST_SECONDS_MAX:
                    self._delete(table, item)

    def written(self, shard: Shard, item: LeanItem) -> None:
        """
        Take note of an item's expiry.
        """
        name = shard.table.name
        if name in self._heaps:
            self._push(name, item)

    def _refresh(self) -> None:
        if self.scene.control.revision == self._revision:
            return
        self._revision = self.scene.control.revision
        attributes = self.scene.control.ttl_attributes()
        for name in [*self._heaps]:
            if attributes.get(name) != self._attributes.get(name):
                del self._heaps[name]
        self._attributes = attributes
        for name in attributes:
            if name not in self._heaps:
                self._heaps[name] = []
                for item in backend("dynamodb").get_table(name).all_items():
                    self._push(name, item)

    def _push(self, name: str, item: LeanItem) -> None:
        expiry = self._expiry(name, item)
        if expiry is not None:
            self._pushed += 1
            heapq.heappush(self._heaps[name], (expiry, self._pushed, item))

    def _expiry(self, name: str, item: LeanItem) -> int | None:
        value: Value | None = item.image().get(self._attributes[name])
        if value is None or "N" not in value:
            return None
        return int(Decimal(value["N"]))

    def _delete(self, table: Table, item: LeanItem) -> None:
        shard: Any = table.stream_shard
        number = shard.next_number
        with shard.deleting_as_service():
            table.delete_item(item.hash_key, item.range_key)
        seen = shard.next_number > number
        self.scene.activity.change("dynamodb")
        self.scene.tell(
            ItemExpired(
                at=self.scene.clock.now(),
                table=table.name,
                sequence_number=str(number) if seen else None,
                image=item.image(),
            )
        )

"""
Objects looked up by as few LIST requests as will do.

Rule 1: a listing shows a thousand objects for the price of one HEAD, and their
storage class and restore besides. So nothing is looked at one by one.
Rule 2: only what lies under items/ is listed: an analyst may list no more.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile

from archive.keys import ITEMS
from ops.objects import Objects, Stored
from ops.parallel import in_parallel

# ListObjectsV2: MaxKeys.
PAGE_OBJECTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """
    A run of keys under one prefix, both ends included.
    """

    prefix: str
    first: str
    last: str


def look_up(
    objects: Objects, keys: Collection[str], archive_objects: int
) -> dict[str, Stored]:
    """
    The objects that have these keys; without those that are not there.

    `archive_objects` is about how many there are in all.
    """
    wanted = frozenset(keys)
    seen = look_around(objects, keys, archive_objects)
    return {stored.key: stored for stored in seen if stored.key in wanted}


def look_around(
    objects: Objects, keys: Collection[str], archive_objects: int
) -> Iterator[Stored]:
    """
    The same and what lies between them, to the end of the last partition.

    A partition's prefix stands for all keys under it.
    """
    listings = in_parallel(
        lambda stretch: list(_within(objects, stretch)),
        stretches(keys, archive_objects),
    )
    for listing in listings:
        yield from listing


def stretches(keys: Iterable[str], archive_objects: int) -> list[Stretch]:
    """
    What to list so that all of these keys are seen, in the fewest requests.
    """
    ordered = sorted(keys)
    if not ordered:
        return []
    apart: list[Stretch] = []
    requests = 0
    for prefix, each in groupby(ordered, _device_prefix):
        of_device = list(each)
        apart.append(Stretch(prefix=prefix, first=of_device[0], last=of_device[-1]))
        requests += _pages(len(of_device))
    if requests <= _pages(archive_objects):
        return apart
    return [Stretch(prefix=ITEMS, first=ordered[0], last=ordered[-1])]


def _within(objects: Objects, stretch: Stretch) -> Iterator[Stored]:
    # What comes after a key without its last letter begins with that key.
    listed = objects.listed(stretch.prefix, start_after=stretch.first[:-1])
    partition = stretch.last[: stretch.last.rindex("/") + 1]
    return takewhile(
        lambda it: it.key <= stretch.last or it.key.startswith(partition), listed
    )


def _device_prefix(key: str) -> str:
    return key[: key.index("/", len(ITEMS)) + 1]


def _pages(objects: int) -> int:
    return -(-objects // PAGE_OBJECTS)

"""
Which versions moto's ListObjectVersions looks at for a page.

Rule 1: what is on the page, and how, stays moto's; it is only spared the versions
that cannot be. moto copies, sorts and goes through all of a bucket for each page.
"""

from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from moto.s3.models import FakeDeleteMarker, FakeKey, S3Backend
from moto.s3.utils import _VersionedKeyStore

Lists = Iterator[tuple[str, list[FakeKey]]]

# moto looks at one version more to know that the page is not the last, and passes
# by the first one after a marker that names no version.
_BEYOND = 2

# What the page is about where it is not said.
_DEFAULTS = {"prefix": "", "key_marker": None, "max_keys": 1000, "delimiter": None}


@contextmanager
def spared() -> Generator[None]:
    """
    Spare moto what no page can show, for as long as this lasts.
    """
    listed = S3Backend.list_object_versions
    page: dict[str, Any] = {}

    def list_object_versions(self: S3Backend, bucket: str, **asked: Any) -> Any:  # noqa: ANN401 - moto ships no types
        page.update(_DEFAULTS | asked)
        try:
            return listed(self, bucket, **asked)
        finally:
            page.clear()

    with ExitStack() as stack:
        for owner, name, replacement in (
            (S3Backend, "list_object_versions", list_object_versions),
            (_VersionedKeyStore, "iterlists", _lists(page)),
            # It only reads what it would copy, content and all, and keep.
            (FakeKey, "__deepcopy__", lambda key, _: key),
            (FakeDeleteMarker, "__deepcopy__", lambda marker, _: marker),
        ):
            create = not hasattr(owner, name)
            stack.enter_context(patch.object(owner, name, replacement, create=create))
        yield


def _lists(page: Mapping[str, Any]) -> Callable[[_VersionedKeyStore], Lists]:
    def iterlists(store: _VersionedKeyStore) -> Lists:
        # moto sorts versions by their time, which stands still here: those of the
        # same second must come to it in the order of a listing.
        lists = ((name, store.getlist(name)[::-1]) for name in _names(store, page))
        return _first(lists, page) if _is_narrow(page) else lists

    return iterlists


def _is_narrow(page: Mapping[str, Any]) -> bool:
    """
    Whether what the page is about lies side by side; not so outside of a listing.

    From a marker outside of the prefix moto takes the next key, whatever it is.
    """
    marker = page.get("key_marker")
    return bool(page) and (marker is None or marker.startswith(page["prefix"]))


def _names(store: _VersionedKeyStore, page: Mapping[str, Any]) -> Iterator[str]:
    names = sorted(store)
    if not _is_narrow(page):
        yield from names
        return
    begin = bisect_left(names, page["key_marker"] or page["prefix"])
    for number in range(begin, len(names)):
        if not names[number].startswith(page["prefix"]):
            return
        yield names[number]


def _first(lists: Lists, page: Mapping[str, Any]) -> Lists:
    """
    As many as fill the page; where keys are grouped, nobody knows how many.
    """
    left = page["max_keys"] + _BEYOND
    for name, versions in lists:
        yield name, versions
        if page["key_marker"] is None or name > page["key_marker"]:
            left -= len(versions)
        if left <= 0 and not page["delimiter"]:
            return

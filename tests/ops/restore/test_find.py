from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from rich.console import Console

from archive.errors import DamagedError
from archive.keys import ITEMS, entry_key
from ops.objects import Stored
from ops.restore.find import find
from ops.selection import Selection
from ops.terminal import Terminal
from tests.ops.restore.shelf import Change, Thing, entry_objects

OLD = Thing(storage_class="STANDARD")
OTHER = Thing(date="2023-01-02")
NEW = Thing(storage_class="STANDARD", n=2)


@dataclass(slots=True)
class Bucket:
    """
    Objects by key; something may happen before items are listed for the first time.
    """

    held: dict[str, bytes]
    before: list[Callable[[], None]] = field(default_factory=list)

    def listed(self, prefix: str, start_after: str = "") -> Iterator[Stored]:
        if prefix.startswith(ITEMS) and self.before:
            self.before.pop()()
        for key in sorted(self.held):
            if key.startswith(prefix) and key > start_after:
                yield Stored(key=key, bytes=1, etag="", modified_at=0)

    def read(self, key: str) -> bytes:
        return self.held[key]


def archive(*things: Thing) -> dict[str, bytes]:
    """
    An archive of one entry.
    """
    return {**entry_objects(Change(adds=things)), **{it.key: b"" for it in things}}


def test_what_was_compacted_while_the_ledger_was_read_is_found_anew() -> None:
    """
    The object that the ledger named is gone, and nothing is damaged.
    """
    held = archive(OLD, OTHER)

    def compact() -> None:
        del held[OLD.key]
        held[NEW.key] = b""
        change = Change(adds=[NEW], removes=[OLD], n=2, previous=held[entry_key(1)])
        held.update(entry_objects(change))

    found = find(Bucket(held, [compact]), Selection(), Terminal(Console(quiet=True)))

    assert found.stored.keys() == found.files.keys() == {NEW.key, OTHER.key}


def test_what_is_gone_and_still_named_is_damage() -> None:
    """
    However often one looks.
    """
    held = archive(OLD, OTHER)

    with pytest.raises(DamagedError, match=OLD.key):
        find(
            Bucket(held, [lambda: held.pop(OLD.key) and None]),
            Selection(),
            Terminal(Console(quiet=True)),
        )

"""
What the transform does between two looks of one run of verify.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from archive.keys import entry_key, intent_key
from ops.objects import Stored
from ops.terminal import Terminal
from ops.verified import VerifyMode
from ops.verify.finding import Kind
from ops.verify.report import Report
from ops.verify.source import FolderArchive
from ops.verify.verification import Request, verify
from tests.ops.verify.made import NOVEMBER, Maker, keys_in, lines, put

Change = Callable[[Maker], None]


class Changing(FolderArchive):
    """
    An archive in which something happens when a prefix is listed the first time.
    """

    def __init__(self, folder: Path, prefix: str, change: Callable[[], None]) -> None:
        super().__init__(folder)
        changes[folder] = (prefix, change)

    def listed(self, prefix: str, start_after: str = "") -> Iterator[Stored]:
        when, change = changes.get(self.folder, ("", None))
        if change is not None and prefix == when:
            del changes[self.folder]
            found = list(super().listed(prefix, start_after))
            change()
            return iter(found)
        return super().listed(prefix, start_after)


changes: dict[Path, tuple[str, Callable[[], None]]] = {}


def batch(maker: Maker) -> None:
    """
    A batch is committed.
    """
    maker.batch([*lines("a", 1, 3), *lines("new", 1, 2), b"no json\n"])


def compaction(maker: Maker) -> None:
    """
    Two files are replaced by one.
    """
    maker.compaction([key for key in maker.records if "device=a/" in key])


def both(maker: Maker) -> None:
    """
    A batch, and then a compaction of what it has added too.
    """
    batch(maker)
    compaction(maker)


@pytest.mark.parametrize("change", [batch, compaction, both])
@pytest.mark.parametrize("prefix", ["ledger/files/", "open/", "ledger/entries/", ""])
@pytest.mark.parametrize("mode", [VerifyMode.LISTING, VerifyMode.DEEP])
def test_what_is_committed_between_two_looks_is_no_finding(
    tmp_path: Path, change: Change, prefix: str, mode: VerifyMode
) -> None:
    """
    Whichever listing it falls behind.
    """
    maker = Maker(tmp_path / "archive", tmp_path / "scratch")
    maker.batch([*lines("a", 1, 4), *lines("b", 1, 4)])
    maker.batch([*lines("a", 1, 7), *lines("c", 1, 4)])
    archive = Changing(maker.folder, prefix, lambda: change(maker))
    report = _verify(archive, mode)

    assert report.findings == ()
    assert maker.folder not in changes


def test_what_disappears_between_two_looks_is_found(tmp_path: Path) -> None:
    """
    The second look is no excuse: no entry took it away.
    """
    maker = Maker(tmp_path / "archive", tmp_path / "scratch")
    maker.batch(lines("a", 1, 4))
    (key,) = maker.records
    gone = maker.folder / key
    archive = Changing(maker.folder, "", gone.unlink)
    report = _verify(archive, VerifyMode.LISTING)

    assert [each.key for each in report.findings] == [key]


def test_a_cut_chain_shows_by_an_intent_that_was_opened_after_it(
    tmp_path: Path,
) -> None:
    """
    Nobody opens an entry before the one before it is there.
    """
    maker = Maker(tmp_path / "archive", tmp_path / "scratch")
    maker.batch(lines("a", 1, 4))
    body = (maker.folder / entry_key(1)).read_bytes()
    for key in keys_in(maker.folder):
        (maker.folder / key).unlink()
    put(maker.folder, intent_key(2), _intent(body))
    report = _verify(FolderArchive(maker.folder), VerifyMode.LISTING)

    assert [(each.kind, each.key) for each in report.findings] == [
        (Kind.CUT, entry_key(1))
    ]


def _intent(entry: bytes) -> bytes:
    # Only what an intent has more than an entry.
    return entry.replace(
        b'"n":1,',
        b'"n":2,"treatment":"convert","holder":"h","attempts":1,"until":0,',
    )


def _verify(archive: FolderArchive, mode: VerifyMode) -> Report:
    terminal = Terminal(Console(file=io.StringIO()))
    return verify(archive, Request(mode=mode, now=NOVEMBER), terminal)

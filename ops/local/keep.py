"""
What `--keep` leaves in a folder: the archive as plain files, and what went in.

Rule 1: this is the only file that writes or deletes in the user's folders.
Rule 2: a folder that holds anything is touched only when an earlier run made
it and nothing else has come into it since.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from archive.errors import MisconfiguredError
from ops.local.expiries import Expiry

ARCHIVE = "archive"
DEAD_LETTERS = "dead-letters.jsonl"
ITEMS = "items.jsonl"

# Says that the folder is ours to replace.
MARKER = ".firn-local"
_MARKED = "Made by `firn local --keep`. The next such run replaces this folder.\n"
_OURS = frozenset({ARCHIVE, DEAD_LETTERS, ITEMS, MARKER})


class Kept:
    """
    A folder that will hold one run's archive and nothing of an earlier one.
    """

    def __init__(self, folder: Path) -> None:
        """
        Claim the folder; MisconfiguredError where it is not ours to fill.
        """
        self.folder = folder
        with _writing(folder):
            _claim(folder)

    def write_object(self, key: str, content: bytes) -> None:
        """
        Leave one object of the archive bucket under its key.
        """
        path = self.folder / ARCHIVE / key
        with _writing(self.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def write_dead_letters(self, bodies: Iterable[str]) -> None:
        """
        Leave the bodies of the dead-lettered messages, as they were sent.
        """
        with _writing(self.folder), (self.folder / DEAD_LETTERS).open("wb") as file:
            file.writelines(
                orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE) for body in bodies
            )

    def write_items(self, expiries: Iterable[Expiry]) -> None:
        """
        Leave every true expiry, once.
        """
        with _writing(self.folder), (self.folder / ITEMS).open("wb") as file:
            file.writelines(expiry.line() for expiry in expiries)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """
    Say which folder it is that cannot be written, and why.
    """
    try:
        yield
    except OSError as error:
        msg = (
            f"--keep {folder}: cannot be written: "
            f"{(error.strerror or str(error)).lower()}; name another folder"
        )
        raise MisconfiguredError(msg) from error


def _claim(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    present = {path.name for path in folder.iterdir()}
    # First guard: an earlier run said that it made this folder.
    # Second guard: and there is nothing else in it, such as someone's notes.
    if present and (MARKER not in present or not present <= _OURS):
        strange = sorted(present - _OURS) or sorted(present)
        msg = (
            f"--keep {folder}: holds {strange[0]!r}, which `firn local` did not put "
            "there; name an empty folder or a new one"
        )
        raise MisconfiguredError(msg)

    (folder / MARKER).write_text(_MARKED)
    # A link would lead the deletion out of the folder.
    if (folder / ARCHIVE).is_symlink():
        (folder / ARCHIVE).unlink()
    elif (folder / ARCHIVE).exists():
        shutil.rmtree(folder / ARCHIVE)
    for name in (DEAD_LETTERS, ITEMS):
        (folder / name).unlink(missing_ok=True)

"""
Back under its key what an entry names.

Rule 1: this is needed only where a run outlived its lock and wrote over what
the other one's entry names. No version was destroyed, so the right one is
found by its checksum and stored again on top.
Rule 2: an archive object is put back for the newest entry only: what a later
one removed stays away.
"""

from archive.document import Kept
from archive.errors import DamagedError
from archive.keys import ITEMS, entry_key
from transforms.bucket import ArchiveBucket, Sealed

# How often the key may change under us. Only another run that puts back the
# same bytes can change it.
TRIES_MAX = 5


def put_back(archive: ArchiveBucket, n: int, kept: Kept) -> None:
    """
    See to it that the bytes which entry n names lie under their key.

    Raises DamagedError where no version has them.
    """
    for _ in range(TRIES_MAX):
        shown = archive.look(kept.key)
        if shown is not None and shown.sha256 == kept.sha256:
            return
        is_removable = kept.key.startswith(ITEMS)
        if is_removable and archive.look(entry_key(n + 1)) is not None:
            return

        sealed = _version_with(archive, kept)
        if shown is None:
            archive.create(sealed)
        else:
            archive.replace(sealed, shown.etag)
    msg = f"{kept.key}: changed {TRIES_MAX} times while it was put back"
    raise DamagedError(msg)


def _version_with(archive: ArchiveBucket, kept: Kept) -> Sealed:
    for each in archive.versions(kept.key):
        if each.listed.key != kept.key:
            continue
        shown = archive.look(kept.key, each.version)
        if shown is None or shown.sha256 != kept.sha256:
            continue
        found = archive.read(kept.key, each.version)
        if found is not None:
            return Sealed(key=kept.key, body=found.body, sha256=kept.sha256)
    msg = f"{kept.key}: no version has the bytes that its entry names"
    raise DamagedError(msg)

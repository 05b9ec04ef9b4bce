"""
The lock on the ledger's next entry, which is the intent.

Rule 1: an intent is put where none is, or over exactly the one that was found.
Rule 2: an answer that says no may be our own write's, whose answer was lost:
what lies there is read before it is believed. A holder's name is its own, so
equal bytes are ours.
Rule 3: whoever has the lock looks again that the entry does not exist: the
head may have moved while the lock was free.
"""

from dataclasses import dataclass

from archive.errors import UndeliveredError
from archive.intent import Intent, encode_intent
from archive.keys import entry_key, intent_key
from transforms.bucket import ArchiveBucket, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """
    An intent that is ours as long as its ETag is this one.
    """

    intent: Intent
    etag: str

    @property
    def n(self) -> int:
        """
        The number of the entry that is being made.
        """
        return self.intent.n


def acquire(archive: ArchiveBucket, intent: Intent) -> Lock | None:
    """
    The lock, or None where another run was faster.
    """
    sealed = seal(intent_key(intent.n), encode_intent(intent))
    etag = archive.create(sealed) or _ours(archive, intent)
    if etag is None:
        return None

    # From here on nobody else opens this entry. But somebody may have opened,
    # committed and closed it since we looked for the head; its intent is gone
    # and ours went in. What ours names may be in that entry, or in none.
    if archive.look(entry_key(intent.n)) is not None:
        archive.remove(sealed.key, etag)
        return None
    return Lock(intent=intent, etag=etag)


def take_over(archive: ArchiveBucket, etag: str, intent: Intent) -> Lock | None:
    """
    The lock over the intent that was found under this ETag, or None.
    """
    sealed = seal(intent_key(intent.n), encode_intent(intent))
    taken = archive.replace(sealed, etag) or _ours(archive, intent)
    return None if taken is None else Lock(intent=intent, etag=taken)


def is_ours(archive: ArchiveBucket, lock: Lock) -> bool:
    """
    Whether nobody took the lock over.
    """
    shown = archive.look(intent_key(lock.n))
    return shown is not None and shown.etag == lock.etag


def require(archive: ArchiveBucket, lock: Lock) -> None:
    """
    Stop a run that outlived its lock.

    It is asked after looking at what a write depends on and before that write,
    which is conditional on what was seen. A takeover in between changes what
    was seen, or is told of our write: one of the two learns of the other.
    """
    if not is_ours(archive, lock):
        msg = f"{intent_key(lock.n)}: another run took it over"
        raise UndeliveredError(msg)


def _ours(archive: ArchiveBucket, intent: Intent) -> str | None:
    found = archive.read(intent_key(intent.n))
    if found is None or found.body != encode_intent(intent):
        return None
    return found.etag

"""
Whether a ledger still has its end.

Rule 1: a chain whose newest entries were cut off follows from itself as well as
a whole one does. So its end is compared with what else is known of it: with the
last entry that was verified, and with what later entries left behind.
Rule 2: what a run of the transform has under way is no sign: it is numbered one
after the last entry. What is numbered higher was made after that entry was there.
Rule 3: whoever may not see what was verified goes on without it.
"""

from collections.abc import Iterable

from archive.errors import DamagedError, MisconfiguredError
from archive.keys import (
    ENTRIES,
    FILE_LISTS,
    entry_key,
    entry_number,
    file_list_key,
    written_by,
)
from ops.connection import Connection
from ops.ledger import Head, Ledger, Wanted, read_ledger
from ops.objects import Objects
from ops.refusals import NotAllowedError
from ops.terminal import Terminal
from ops.verified import read_verified


def verified_head(connection: Connection, terminal: Terminal) -> Head | None:
    """
    The last entry that `firn verify` saw; None where nobody did, or may know.

    To be read before the ledger: the other way round a verify of the time between
    would know of more.
    """
    try:
        found = read_verified(connection.client("ssm"), connection.deployment.name)
    except NotAllowedError:
        return None
    except MisconfiguredError as error:
        terminal.say(f"not compared with what was verified: {error}", "dim")
        return None
    return None if found is None else found.head


def read_to_its_end(
    objects: Objects,
    terminal: Terminal,
    verified: Head | None,
    wanted: Wanted = lambda _: True,
) -> Ledger:
    """
    The ledger as `read_ledger` has it, and none that is known to have been longer.

    Raises DamagedError where the last entries, or the verified one, are gone.
    """
    ledger = read_ledger(objects, terminal, wanted)
    if verified is not None:
        _refuse_forgotten(ledger, verified)
    # One request, and it covers the whole archive, whatever is asked for.
    later = objects.listed(FILE_LISTS, start_after=file_list_key(ledger.head.n + 1))
    refuse_later(objects, ledger.head, (stored.key for stored in later))
    return ledger


def refuse_later(objects: Objects, head: Head, keys: Iterable[str]) -> None:
    """
    Raise DamagedError where one of these keys was made by an entry that is gone.

    They were listed after the ledger was read.
    """
    n, key = max(((_number(key), key) for key in keys), default=(0, ""))
    if n <= head.n + 1:
        return
    # Before that object was made, the entry before its own was there. A run may
    # have committed it since the ledger was read; then it is there now.
    after = objects.listed(ENTRIES, start_after=entry_key(head.n))
    if entry_key(n - 1) in {stored.key for stored in after}:
        return
    msg = (
        f"{key}: made by entry {n}, but the ledger ends with entry {head.n}: entries "
        "were cut off, and what they added would be missing; firn verify tells more"
    )
    raise DamagedError(msg)


def _refuse_forgotten(ledger: Ledger, verified: Head) -> None:
    key = entry_key(verified.n)
    if verified.n > ledger.head.n:
        msg = (
            f"{key}: gone: it was the last entry when the archive was verified, and "
            f"the ledger ends with entry {ledger.head.n}; firn verify tells more"
        )
        raise DamagedError(msg)
    if verified.n and ledger.sha256_of(verified.n) != verified.sha256:
        msg = (
            f"{key}: not the entry that was there when the archive was verified; "
            "firn verify tells more"
        )
        raise DamagedError(msg)


def _number(key: str) -> int:
    """
    The number of the entry that made an object; 0 where its name is none of ours.
    """
    try:
        return entry_number(key) if key.startswith(FILE_LISTS) else written_by(key)
    except DamagedError:
        return 0

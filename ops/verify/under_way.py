"""
What a run of the transform is doing just now, as `open/` says.

Rule 1: an object that a plan names is no finding, and no part of the archive
either. Which keys may lie there is said by intents and plans alone.
Rule 2: bytes in, words out: no bucket, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.errors import DamagedError, MisconfiguredError
from archive.intent import decode_intent, decode_plan
from archive.keys import file_list_key, intent_key
from ops.verify.finding import Finding, Kind
from ops.verify.fold import entry_of
from ops.words import age

# A run takes a holder's place a minute after it is certainly dead, at the next
# hour; whatever is older than that was forgotten (transforms/decisions.py).
STALE_SECONDS = 3_600 + 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    An intent that was found, and until when its holder may be alive.
    """

    n: int
    kind: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """
    The entries that are being made or finished, and what may lie there for them.

    `unread` are the numbers of those whose intent or plan is not readable: what
    may lie there for them is not known. `alone` are those of plans without an intent.
    """

    intents: tuple[Held, ...] = ()
    numbers: frozenset[int] = frozenset()
    planned: frozenset[str] = frozenset()
    unread: frozenset[int] = frozenset()
    alone: frozenset[int] = frozenset()
    findings: tuple[Finding, ...] = ()

    def explains(self, key: str) -> bool:
        """
        Whether an object that no entry names may lie under this key.
        """
        n = entry_of(key)
        is_list = n in self.numbers and n is not None and key == file_list_key(n)
        return key in self.planned or is_list


def read_open(documents: Iterable[tuple[str, bytes]]) -> UnderWay:
    """
    What the objects under `open/` say.
    """
    intents: list[Held] = []
    numbers: set[int] = set()
    planned: set[str] = set()
    unread: set[int] = set()
    findings: list[Finding] = []
    for key, body in documents:
        n = entry_of(key)
        if n is None:
            findings.append(Finding(Kind.EXTRA, key, "neither an intent nor a plan"))
            continue
        numbers.add(n)
        try:
            if key == intent_key(n):
                intent = decode_intent(key, body)
                intents.append(Held(n=n, kind=intent.kind.value, until=intent.until))
            else:
                # Keys follow from the number: a plan speaks for no other's.
                planned |= {
                    it for it in decode_plan(key, body).keys if entry_of(it) == n
                }
        except (DamagedError, MisconfiguredError) as error:
            is_newer = isinstance(error, MisconfiguredError)
            kind = Kind.UNKNOWN if is_newer else Kind.ALTERED
            findings.append(Finding(kind, key, str(error).removeprefix(f"{key}: ")))
            unread.add(n)
    return UnderWay(
        intents=tuple(intents),
        numbers=frozenset(numbers),
        planned=frozenset(planned),
        unread=frozenset(unread),
        alone=frozenset(numbers - unread - {held.n for held in intents}),
        findings=tuple(findings),
    )


def told_alone(n: int) -> str:
    """
    A plan that a run left without its intent, in words.
    """
    return (
        f"entry {n} has a plan and no intent: the transform's next run clears it away"
    )


def told(held: Held, now: int) -> str:
    """
    An intent, in words.
    """
    what = f"entry {held.n} ({held.kind}) is under way"
    if now <= held.until + STALE_SECONDS:
        return what
    return f"{what}, but its run ended {age(now - held.until)} ago: see firn status"

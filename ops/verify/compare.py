"""
Whether an object that lies there is the one that the ledger names.

Rule 1: the cheapest evidence that proves it is taken: size, the ETag where it is
an MD5, the SHA-256 that S3 keeps, the bytes.
Rule 2: what proves nothing is told as not compared. It is neither whole nor found.
"""

import hashlib
from dataclasses import dataclass, field
from enum import Enum

from archive.contract import Contract
from archive.errors import ColdError, DamagedError
from ops.objects import Stored
from ops.verified import VerifyMode
from ops.verify.finding import Kind
from ops.verify.fold import Act, Said
from ops.verify.rows import Inspected, inspect
from ops.verify.source import Archive
from ops.warmth import Warmth, warmth

# So many objects under a key of KMS, and none that is not: then a listing alone
# tells nothing of the others either, and asking for each is what --checksums is.
KMS_SEEN_MAX = 500


class Evidence(Enum):
    """
    What an object was compared by.
    """

    MD5 = "MD5 in the listing"
    CHECKSUM = "stored SHA-256"
    BYTES = "SHA-256 of the bytes"
    ROWS = "bytes and rows"
    SIZE = "size alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """
    One object, compared: by what, and what is wrong with it, if anything.

    `is_unread` says that a deep look found it cold; `inspected` is what such a
    look saw otherwise. `is_gone` says that it went away meanwhile.
    """

    said: Said
    stored: Stored
    evidence: Evidence = Evidence.SIZE
    kind: Kind | None = None
    reason: str = ""
    is_gone: bool = False
    is_unread: bool = False
    inspected: Inspected | None = None


@dataclass(slots=True, kw_only=True)
class Comparer:
    """
    Compares objects as closely as was asked for; from several threads.

    `asks` is for each object's stored checksum, where it is not read.
    """

    archive: Archive
    mode: VerifyMode
    now: int
    asks: bool = False
    kms_seen: int = 0
    _plain_seen: int = field(default=0)

    def needs_no_call(self, said: Said, stored: Stored) -> Compared | None:
        """
        The comparison, where what is listed is enough for it.
        """
        if said.bytes != stored.bytes:
            return _of_another_size(said, stored)
        is_deep = self.mode is VerifyMode.DEEP and self._is_readable(stored)
        if self.asks or is_deep or said.md5 is None:
            return None
        if said.md5 == stored.etag:
            return Compared(
                said=said,
                stored=stored,
                evidence=Evidence.MD5,
                is_unread=self.mode is VerifyMode.DEEP,
            )
        if self.archive.is_copy or not self._is_kms:
            return None
        return Compared(said=said, stored=stored)

    def compare(
        self, said: Said, stored: Stored, contract: Contract | None
    ) -> Compared:
        """
        Compare by what must be asked for or read.
        """
        if said.bytes != stored.bytes:
            return _of_another_size(said, stored)
        if said.act is Act.KEEP:
            return self._read(said, stored)
        if self.mode is VerifyMode.DEEP and self._is_readable(stored):
            return self._inspect(said, stored, contract)
        return self._ask(said, stored)

    @property
    def _is_kms(self) -> bool:
        return self.kms_seen > KMS_SEEN_MAX and not self._plain_seen

    def _is_readable(self, stored: Stored) -> bool:
        return warmth(stored, now=self.now, until=self.now) in (
            Warmth.WARM,
            Warmth.LUKEWARM,
        )

    def _ask(self, said: Said, stored: Stored) -> Compared:
        shown = self.archive.checksum(stored)
        if shown is None:
            return Compared(said=said, stored=stored, is_gone=True)
        if shown.is_etag_md5:
            self._plain_seen += 1
        else:
            self.kms_seen += 1
        evidence, reason = _judged(said, stored, shown.sha256, is_md5=shown.is_etag_md5)
        if self.archive.is_copy and evidence is Evidence.CHECKSUM:
            evidence = Evidence.BYTES
        return Compared(
            said=said,
            stored=stored,
            evidence=evidence,
            kind=Kind.ALTERED if reason else None,
            reason=reason,
            is_unread=self.mode is VerifyMode.DEEP,
        )

    def _read(self, said: Said, stored: Stored) -> Compared:
        try:
            body = self.archive.read(stored.key)
        except DamagedError:
            return Compared(said=said, stored=stored, is_gone=True)
        except ColdError:
            # Told already: an object like this must never be archived.
            return Compared(said=said, stored=stored, is_unread=True)
        is_same = hashlib.sha256(body).hexdigest() == said.sha256
        return Compared(
            said=said,
            stored=stored,
            evidence=Evidence.BYTES,
            kind=None if is_same else Kind.ALTERED,
            reason="" if is_same else f"another SHA-256 than entry {said.n} names",
        )

    def _inspect(
        self, said: Said, stored: Stored, contract: Contract | None
    ) -> Compared:
        try:
            body = self.archive.read(stored.key)
        except DamagedError:
            return Compared(said=said, stored=stored, is_gone=True)
        except ColdError:
            # Its copy has gone since it was listed.
            return self._ask(said, stored)
        inspected = inspect(said, body, contract)
        return Compared(
            said=said,
            stored=stored,
            evidence=Evidence.ROWS,
            kind=inspected.kind,
            reason=inspected.reason,
            inspected=inspected,
        )


def _of_another_size(said: Said, stored: Stored) -> Compared:
    told = f"{stored.bytes:,} bytes, and entry {said.n} names {said.bytes:,}"
    return Compared(said=said, stored=stored, kind=Kind.ALTERED, reason=told)


def _judged(
    said: Said, stored: Stored, sha256: str | None, *, is_md5: bool
) -> tuple[Evidence, str]:
    """
    What a stored checksum proves, and what is wrong by it.
    """
    if sha256 == said.sha256:
        return Evidence.CHECKSUM, ""
    if sha256 is not None:
        return Evidence.CHECKSUM, f"another SHA-256 than entry {said.n} names"
    if is_md5:
        if stored.etag == said.md5:
            return Evidence.MD5, ""
        return Evidence.MD5, f"another MD5 than entry {said.n} names"
    # The transform stores all of its objects with one.
    return Evidence.SIZE, "has no SHA-256 in S3, so it was stored by somebody else"

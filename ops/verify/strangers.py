"""
What an object is that no entry names.

Rule 1: its bytes tell. Those of an object that the ledger names, under another
key, are a copy: in the same partition a double, in another one misplaced.
"""

from collections.abc import Mapping, Sequence

from archive.errors import MisconfiguredError
from archive.keys import ITEMS
from ops.parallel import in_parallel
from ops.verify.finding import Finding, Kind
from ops.verify.fold import Said
from ops.verify.source import Archive
from ops.verify.walked import Walked

_STRANGE = frozenset({Kind.EXTRA, Kind.CUT})


def recognised(
    archive: Archive, walked: Walked, findings: Sequence[Finding]
) -> list[Finding]:
    """
    The findings, those of copies told as what they are.
    """
    strange = [it for it in findings if it.kind in _STRANGE and _is_item(it.key)]
    digests: dict[str, str] = {}
    etags: dict[str, str] = {}
    for key, sha256, etag in in_parallel(lambda it: _seen(archive, it.key), strange):
        if sha256:
            digests[key] = sha256
        elif etag:
            etags[key] = etag
    known = _known(walked, {*digests.values(), *etags.values()})
    return [
        _told(it, known.get(digests.get(it.key) or etags.get(it.key, "")))
        for it in findings
    ]


def _is_item(key: str) -> bool:
    return key.startswith(ITEMS)


def _seen(archive: Archive, key: str) -> tuple[str, str | None, str]:
    stored = next(iter(archive.listed(key)), None)
    if stored is None or stored.key != key:
        return key, None, ""
    try:
        shown = archive.checksum(stored)
    except MisconfiguredError:
        # Whoever may only list finds it all the same, and knows its MD5.
        shown = None
    return key, None if shown is None else shown.sha256, stored.etag


def _known(walked: Walked, wanted: set[str]) -> Mapping[str, Said]:
    """
    What the ledger names with one of these checksums.
    """
    if not wanted:
        return {}
    known: dict[str, Said] = {}
    for said in walked.fold.all_said():
        for digest in (said.sha256, said.md5):
            if digest in wanted:
                known[digest] = said
    return known


def _told(finding: Finding, said: Said | None) -> Finding:
    if said is None or finding.kind not in _STRANGE or said.key == finding.key:
        return finding
    reason = f"the bytes of {said.key}, a second time"
    if said.key.rpartition("/")[0] == finding.key.rpartition("/")[0]:
        return Finding(Kind.DOUBLED, finding.key, reason)
    reason = f"the bytes of {said.key}, which belong there"
    return Finding(Kind.MISPLACED, finding.key, reason)
